"""Files of forms: what each renderer makes of a form, its charts included."""

from __future__ import annotations

import dataclasses
import io
from decimal import Decimal

import openpyxl
import pypdf
import pytest

from reporting.forms import html as page
from reporting.forms import pdf, xlsx
from reporting.forms.layout import lay_out
from reporting.forms.sheet_pages import LINE, Sizes, pages_of
from reporting.snapshot.form_head import HeadLine
from reporting.snapshot.history import Observation
from tests.unit.reporting_forms import (
    CELLS,
    IMPRINT,
    INJECTION,
    benefit,
    cell,
    charts,
    form,
    official,
    pdf_text,
    sheet,
)


def test_workbook_stores_real_numbers_and_formats() -> None:
    cells = {cell.coordinate: cell for row in sheet(form()).iter_rows() for cell in row}
    assert (cells["D12"].value, cells["D12"].data_type) == (1234567.8, "n")
    assert cells["D12"].number_format == "#,##0.00"
    assert cells["F13"].value == 100.18


def test_workbook_never_turns_a_name_into_a_formula() -> None:
    cells = [cell for row in sheet(form()).iter_rows() for cell in row if cell.value == INJECTION]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_workbook_is_ready_to_print() -> None:
    made = sheet(form())
    assert made.freeze_panes == "D12"
    assert made.print_title_rows == "$9:$11"
    assert made.print_area == "'R2'!$A$1:$F$18"
    assert made.page_setup.orientation == "landscape"
    assert made["A18"].value.startswith("制表人：王小明　　　复核人：____________")


def test_workbook_prints_a_long_line_of_its_head_to_the_end() -> None:
    authority = "Example City bureau of human resources and social security"
    made = sheet(official("en", head=(HeadLine("", "制定机关", "市人社局", authority),)))
    (line,) = (each for row in made.iter_rows() for each in row if authority in str(each.value))
    widths = [
        made.column_dimensions[name].width
        for name, dimension in made.column_dimensions.items()
        for _ in range(dimension.min, dimension.max + 1)
    ]
    assert sum(widths[line.column - 1 :]) >= len(line.value)
    assert sum(widths[: line.column - 1]) >= len("Reporting unit (seal): ")


def test_workbook_ends_its_pages_between_counties() -> None:
    cells = tuple(
        cell(f"r{block * 9 + line + 1}c1", "1", division=f"D{block}", scheme=f"{line}")
        for block in range(7)
        for line in range(9)
    )
    made = sheet(form(cells=cells))
    ends = [page_break.id for page_break in made.row_breaks.brk]
    assert ends
    assert all((end - 11) % 9 == 0 for end in ends)
    assert f"共 {len(ends) + 1} 页" in made.oddFooter.center.text


def test_workbook_prints_its_sheets_at_one_scale() -> None:
    widths = [
        sum(
            dimension.width * (dimension.max - dimension.min + 1)
            for dimension in sheet.column_dimensions.values()
        )
        for sheet in openpyxl.load_workbook(io.BytesIO(xlsx.draw(official()))).worksheets
    ]
    assert abs(widths[0] - widths[1]) <= 1


def test_sheet_pages_cut_a_county_only_where_no_page_holds_it() -> None:
    sizes = Sizes(first=0, headings=0, foot=30, scale=100)
    full = int(sizes.page // LINE)
    assert pages_of([[LINE] * (full - 1), [LINE] * 3], sizes) == [full - 1]
    assert pages_of([[LINE] * (full + 2)], sizes) == [full]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("renderer", [xlsx, pdf, page], ids=["xlsx", "pdf", "html"])
def test_renderer_gives_the_same_bytes_each_time(renderer, language: str) -> None:
    assert renderer.draw(form(language)) == renderer.draw(form(language))


def test_files_are_dated_on_the_as_of_day_and_not_by_the_clock() -> None:
    made = openpyxl.load_workbook(io.BytesIO(xlsx.draw(form()))).properties
    assert {made.created.date(), made.modified.date()} == {IMPRINT.as_of}
    dated = pypdf.PdfReader(io.BytesIO(pdf.draw(form()))).metadata.creation_date
    assert dated.date() == IMPRINT.as_of


def test_pdf_has_unit_sign_off_and_page_numbers() -> None:
    text = pdf_text(form())
    for part in ("社会保险基金征缴情况表", "单位：元", "1,234,567.80", "制表人：王小明", "复核人", "负责人"):
        assert part in text
    assert "第1页共1页" in text.replace(" ", "").replace("\u3000", "")


def test_pdf_keeps_a_division_on_one_page_and_repeats_headings() -> None:
    cells = tuple(
        cell(
            f"r{block * 8 + line + 1}c1", "1", division=f"D{block}", scheme="ALL" if line == 0 else f"{line}"
        )
        for block in range(9)
        for line in range(8)
    )
    reader = pypdf.PdfReader(io.BytesIO(pdf.draw(form("en", cells=cells))))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 1
    assert all("Scheme" in text for text in pages)
    assert all(text.count("All schemes") * 8 == text.count("1.00") for text in pages)


def test_pdf_embeds_its_fonts() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.draw(form())))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def test_page_needs_nothing_from_elsewhere_and_escapes_what_it_shows() -> None:
    name = "<script>x</script>"
    html = page.draw(form(cells=(cell("r1c1", "1", division=name),))).decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "src=" not in html
    assert "href=" not in html


def test_pdf_cuts_a_division_that_no_page_holds_at_the_ends_of_pages_alone() -> None:
    lines = (*(benefit("r1c3", "12", breakdown=""),),)
    cells = tuple(
        dataclasses.replace(lines[0], cell=f"r{line}c3", breakdown=f"kind={line:02d}")
        for line in range(1, 81)
    )
    shown = lay_out("R3", cells, language="zh", month="2024-06", not_usable=(), imprint=IMPRINT)
    assert [len(block) for block in shown.blocks] == [80]
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.draw(shown))).pages]
    assert len(pages) > 2
    assert [text.count("萨尔图区（续）") for text in pages] == [0, *[1] * (len(pages) - 1)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_workbook_keeps_a_dangerous_text_a_quoted_text(start: str) -> None:
    made = sheet(form(cells=(cell("r1c1", "1", division=f"{start}cmd"),)))
    shown = next(cell for row in made.iter_rows() for cell in row if str(cell.value).endswith("cmd"))
    assert (shown.data_type, shown.quotePrefix) == ("s", True)


def test_workbook_says_of_every_figure_how_to_trace_it() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.draw(form(cells=CELLS[:2]))))
    assert [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)] == [
        ["r1c1", "D12", "大庆市", "ALL", "", "contributions_due",
         "fundwatch trace contributions_due --month 2024-06 --division '大庆市' --scheme ALL"],
        ["r1c6", "E12", "大庆市", "ALL", "", "arrears",
         "fundwatch trace arrears --month 2024-06 --division '大庆市' --scheme ALL"],
    ]  # fmt: skip


def test_page_names_the_indicator_of_every_figure() -> None:
    html = page.draw(form(cells=CELLS[:1])).decode()
    assert (
        'data-cell="r1c1" data-indicator="contributions_due" data-division="大庆市" data-scheme="ALL"' in html
    )


def test_charts_stand_with_their_tables_and_say_which_months_were_not_built() -> None:
    history = tuple(
        Observation(month, "大庆市", "ALL", "", "contributions_due", Decimal("1234567.80"))
        for month in ("2024-04", "2024-06")
    )
    trend, counties = charts(history)
    assert [row[0] for row in trend.rows] == ["2024-04", "2024-05", "2024-06"]
    assert trend.rows[1] == ("2024-05", "未编制", "未编制")
    assert trend.rows[-1] == ("2024-06", "1,234,567.80", "未编制")
    assert counties.rows == (("县", "97.50"),)


def test_charts_leave_out_a_trend_of_nothing() -> None:
    one_month = (Observation("2024-06", "大庆市", "ALL", "", "contributions_due", Decimal(1)),)
    for history in ((), one_month):
        assert [chart.title for chart in charts(history)] == ["各区县比较：指标8"]


@pytest.mark.parametrize("renderer", [pdf, page], ids=["pdf", "html"])
def test_charts_and_their_tables_are_drawn(renderer) -> None:
    with_charts = dataclasses.replace(form(), charts=charts(()))
    drawn = renderer.draw(with_charts)
    text = pdf_text(with_charts) if renderer is pdf else drawn.decode()
    assert "各区县比较" in text
    assert "97.50" in text
    assert renderer is pdf or "<svg" in text

"""Forms: how cells become a form, and what each renderer makes of it."""

from __future__ import annotations

import dataclasses
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pypdf
import pytest

from reporting.drawing.charts import Chart
from reporting.formatting import written
from reporting.forms import html as page
from reporting.forms import pdf, xlsx
from reporting.forms.charts import charts_of
from reporting.forms.layout import Form, lay_out
from reporting.imprint import Imprint
from reporting.snapshot.content import Cell
from reporting.snapshot.history import Observation, Series
from reporting.texts import TEXTS

IMPRINT = Imprint(number=3, preparer="王小明", as_of=date(2024, 6, 30))
INJECTION = '=HYPERLINK("http://example.org","x")'


def cell(place: str, value: str | None, *, division: str = "大庆市", scheme: str = "ALL") -> Cell:
    column = place.partition("c")[2]
    indicator, unit = {
        "1": ("contributions_due", "yuan"),
        "6": ("arrears", "yuan"),
        "8": ("collection_rate", "%"),
    }[column]
    scheme_zh, scheme_en = ("合计", "All schemes") if scheme == "ALL" else (scheme, scheme)
    return Cell(
        form="R2",
        division=division,
        scheme=scheme,
        breakdown="",
        cell=place,
        label_zh=f"{division} · {scheme_zh} · 指标{column}",
        label_en=f"{division} · {scheme_en} · Indicator {column}",
        value=None if value is None else Decimal(value),
        unit=unit,
        indicator=indicator,
    )


CELLS = (
    cell("r1c1", "1234567.80"),
    cell("r1c6", "3.00"),
    cell("r1c8", None),
    cell("r2c1", "0.00", scheme="110"),
    cell("r2c8", "100.18", scheme="110"),
    cell("r10c1", "-5.25", division=INJECTION),
    cell("r10c8", "0.50", division=INJECTION),
)


def form(language: str = "zh", *, not_usable: tuple[str, ...] = (), cells: tuple[Cell, ...] = CELLS) -> Form:
    return lay_out("R2", cells, language=language, month="2024-06", not_usable=not_usable, imprint=IMPRINT)


def sheet(form: Form) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(xlsx.draw(form))).active


def pdf_text(form: Form) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf.draw(form))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_form_keeps_lines_in_order_and_together_by_division() -> None:
    blocks = form().blocks
    assert [[line.number for line in block] for block in blocks] == [[1, 2], [10]]
    assert [block[0].division for block in blocks] == ["大庆市", INJECTION]


def test_form_names_the_unit_of_its_first_column_and_marks_others() -> None:
    shown = form()
    assert shown.unit == "元"
    assert [column.heading for column in shown.columns] == ["指标1", "期末欠费", "指标8 (%)"]


def test_form_leaves_a_place_without_a_cell_empty() -> None:
    assert form(cells=CELLS[:4]).blocks[0][1].values == (Decimal("0.00"), None, None)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1234567.8", "1,234,567.80"), ("0", "0.00"), ("-5.25", "-5.25"), (None, "—")],
)
def test_form_writes_figures_with_thousands_and_a_dash_for_none(value: str | None, shown: str) -> None:
    assert written(cell("r1c1", value), TEXTS["zh"]) == shown


def test_workbook_stores_real_numbers_and_formats() -> None:
    cells = {cell.coordinate: cell for row in sheet(form()).iter_rows() for cell in row}
    assert (cells["D9"].value, cells["D9"].data_type) == (1234567.8, "n")
    assert cells["D9"].number_format == "#,##0.00"
    assert cells["F10"].value == 100.18


def test_workbook_never_turns_a_name_into_a_formula() -> None:
    found = [cell for row in sheet(form()).iter_rows() for cell in row if cell.value == INJECTION]
    assert found
    assert {cell.data_type for cell in found} == {"s"}


def test_workbook_is_ready_to_print() -> None:
    made = sheet(form())
    assert made.freeze_panes == "D9"
    assert made.print_title_rows == "$6:$8"
    assert made.print_area == "'R2'!$A$1:$F$15"
    assert made.page_setup.orientation == "landscape"
    assert made["A15"].value == "制表人：王小明"
    assert "复核人：" in {cell.value for cell in made[15]}


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


@pytest.mark.parametrize(("language", "mark"), [("zh", "不可用"), ("en", "NOT USABLE")])
def test_form_on_a_table_graded_f_carries_the_mark(language: str, mark: str) -> None:
    marked = form(language, not_usable=("230602 AC01",))
    assert mark in page.draw(marked).decode()
    assert mark in pdf_text(marked)
    assert mark in str(sheet(marked)["A5"].value)
    assert mark not in page.draw(form(language)).decode()


@pytest.mark.parametrize(("language", "foreign"), [("zh", "Scheme"), ("en", "险种")])
def test_form_speaks_one_language(language: str, foreign: str) -> None:
    assert foreign not in page.draw(form(language)).decode()


def benefit(place: str, value: str, *, breakdown: str = "", kind: str = "小计") -> Cell:
    return Cell(
        form="R3", division="230602", scheme="110", breakdown=breakdown, cell=place,
        label_zh=f"萨尔图区 · 养老 · {kind} · 实发", label_en=f"Sartu · Pension · {kind} · Paid",
        value=Decimal(value), unit="yuan", indicator="benefits_paid",
    )  # fmt: skip


def test_form_of_benefits_shows_kinds_below_their_total() -> None:
    cells = (benefit("r1c3", "12"), benefit("r2c3", "7", breakdown="kind=01", kind="正常退休"))
    shown = lay_out("R3", cells, language="zh", month="2024-06", not_usable=(), imprint=IMPRINT)
    assert [line.texts for line in shown.blocks[0]] == [("养老", "小计"), ("养老", "正常退休")]
    assert shown.text_headings == ("行次", "地区", "险种", "待遇类别")


def test_form_splits_a_division_that_no_page_holds() -> None:
    cells = tuple(cell(f"r{line}c1", "1", scheme=f"{line}") for line in range(1, 61))
    assert [len(block) for block in form(cells=cells).blocks] == [26, 26, 8]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_workbook_keeps_a_dangerous_text_a_quoted_text(start: str) -> None:
    made = sheet(form(cells=(cell("r1c1", "1", division=f"{start}cmd"),)))
    shown = next(found for row in made.iter_rows() for found in row if str(found.value).endswith("cmd"))
    assert (shown.data_type, shown.quotePrefix) == ("s", True)


def test_workbook_says_of_every_figure_how_to_trace_it() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.draw(form(cells=CELLS[:2]))))
    assert [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)] == [
        ["r1c1", "D9", "大庆市", "ALL", "", "contributions_due",
         "fundwatch trace contributions_due --month 2024-06 --division '大庆市' --scheme ALL"],
        ["r1c6", "E9", "大庆市", "ALL", "", "arrears",
         "fundwatch trace arrears --month 2024-06 --division '大庆市' --scheme ALL"],
    ]  # fmt: skip


def test_page_names_the_indicator_of_every_figure() -> None:
    html = page.draw(form(cells=CELLS[:1])).decode()
    assert (
        'data-cell="r1c1" data-indicator="contributions_due" data-division="大庆市" data-scheme="ALL"' in html
    )


def charts(history: tuple[Observation, ...], language: str = "zh") -> tuple[Chart, ...]:
    county = (cell("r3c8", "97.50", division="县"),)
    return charts_of("R2", (*CELLS[:3], *county), Series(history), month="2024-06", language=language)


def test_charts_stand_with_their_tables_and_say_which_months_were_not_built() -> None:
    history = (Observation("2024-06", "大庆市", "ALL", "", "contributions_due", Decimal("1234567.80")),)
    trend, counties = charts(history)
    assert len(trend.rows) == 12
    assert trend.rows[0] == ("2023-07", "未编制", "未编制")
    assert trend.rows[-1] == ("2024-06", "1,234,567.80", "未编制")
    assert counties.rows == (("县", "97.50"),)


def test_charts_leave_out_a_trend_of_nothing() -> None:
    assert [chart.title for chart in charts(())] == ["各区县比较：指标8"]


@pytest.mark.parametrize("renderer", [pdf, page], ids=["pdf", "html"])
def test_charts_and_their_tables_are_drawn(renderer) -> None:
    with_charts = dataclasses.replace(form(), charts=charts(()))
    drawn = renderer.draw(with_charts)
    text = pdf_text(with_charts) if renderer is pdf else drawn.decode()
    assert "各区县比较" in text
    assert "97.50" in text
    assert renderer is pdf or "<svg" in text

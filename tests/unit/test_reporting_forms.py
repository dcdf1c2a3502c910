"""Forms: how cells become a form, and what each renderer makes of it."""

from __future__ import annotations

import dataclasses
import io
import re
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
from reporting.forms.sheet_pages import LINE, Sizes, pages_of
from reporting.imprint import Imprint, Signature
from reporting.snapshot.content import Cell
from reporting.snapshot.form_head import HeadLine
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
    assert (cells["D12"].value, cells["D12"].data_type) == (1234567.8, "n")
    assert cells["D12"].number_format == "#,##0.00"
    assert cells["F13"].value == 100.18


def test_workbook_never_turns_a_name_into_a_formula() -> None:
    found = [cell for row in sheet(form()).iter_rows() for cell in row if cell.value == INJECTION]
    assert found
    assert {cell.data_type for cell in found} == {"s"}


def test_workbook_is_ready_to_print() -> None:
    made = sheet(form())
    assert made.freeze_panes == "D12"
    assert made.print_title_rows == "$9:$11"
    assert made.print_area == "'R2'!$A$1:$F$18"
    assert made.page_setup.orientation == "landscape"
    assert made["A18"].value.startswith("制表人：王小明　　　复核人：____________")


HEAD = (
    HeadLine("", "制定机关", "市人社局", "Bureau"),
    HeadLine("", "有效期至", "2026年12月", "December 2026"),
    HeadLine("R2", "表号", "社险2表", "SI 2"),
    HeadLine("R1", "表号", "社险1表", "SI 1"),
    HeadLine("", "联系电话", "0459-1", "0459-1"),
)
SIGNED = dataclasses.replace(
    IMPRINT,
    signatures=(
        Signature("王小明", date(2024, 7, 2)),
        Signature("李复核", date(2024, 7, 3)),
        Signature("张负责", date(2024, 7, 4)),
    ),
)
OFFICIAL = (
    "制定机关", "批准机关", "批准文号", "有效期至", "填报单位（盖章）", "单位负责人", "统计负责人",
    "填表人", "联系电话", "报出日期",
)  # fmt: skip


def official(language: str = "zh", *, imprint: Imprint = IMPRINT, head: tuple[HeadLine, ...] = HEAD) -> Form:
    return lay_out(
        "R2", CELLS, language=language, month="2024-06", not_usable=(), imprint=imprint, form_head=head
    )


def shown_texts(form: Form) -> dict[str, str]:
    """Return the form as read from its workbook, its PDF and its page, blanks left out."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx.draw(form)))
    read = {
        "xlsx": " ".join(str(cell.value or "") for row in book.worksheets[0].iter_rows() for cell in row),
        "pdf": pdf_text(form),
        "html": re.sub(r"<[^>]*>", "", page.draw(form).decode().partition("</head>")[2]),
    }
    return {name: re.sub(r"\s", "", text) for name, text in read.items()}


def test_form_has_the_head_and_foot_of_an_official_one_in_every_format() -> None:
    for text in shown_texts(official()).values():
        for label in OFFICIAL:
            assert label in text
        for stated in ("市人社局", "2026年12月", "社险2表", "0459-1", "草案"):
            assert stated in text
        assert "社险1表" not in text


def test_form_leaves_blanks_where_the_site_states_nothing() -> None:
    shown = official(head=())
    assert shown.head == (("表　　号", "R2"), *((label, "") for label in OFFICIAL[:4]))
    for text in shown_texts(shown).values():
        for label in OFFICIAL:
            assert label in text


def test_signed_form_carries_names_and_days_and_no_mark_of_a_draft() -> None:
    for text in shown_texts(official(imprint=SIGNED)).values():
        assert "草案" not in text
        for part in ("单位负责人：张负责", "统计负责人：李复核", "报出日期：2024年7月4日", "王小明2024-07-02",
                     "李复核2024-07-03", "张负责2024-07-04"):  # fmt: skip
            assert part.replace("：", "") in text.replace("：", "")
    assert all("DRAFT" in text for text in shown_texts(official("en")).values())
    assert not any("DRAFT" in text for text in shown_texts(official("en", imprint=SIGNED)).values())


def test_form_prints_no_command_line_and_keeps_it_on_a_sheet_of_its_own() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.draw(official())))
    assert [sheet.title for sheet in book.worksheets] == ["R2", "数据溯源"]
    assert not any("fundwatch" in text for text in shown_texts(official()).values())
    trace = book.worksheets[1]
    assert "&P" not in str(trace.oddFooter.center.text) + str(trace.oddFooter.right.text)
    assert "&P" in str(book.worksheets[0].oddFooter.center.text)


@pytest.mark.parametrize(
    ("indicator", "scheme", "value", "shown"),
    [
        ("arrears", "390", "0", "—"),
        ("arrears", "110", "0", "0.00"),
        ("arrears", "390", "3", "3.00"),
        ("average_base", "170", "0.00", "—"),
        ("insured_retirees", "210", "0", "—"),
        ("insured_retirees", "110", "0", "0"),
    ],
)
def test_form_shows_a_dash_where_an_item_cannot_be_and_hides_no_figure(
    indicator: str, scheme: str, value: str, shown: str
) -> None:
    unit = "persons" if indicator.startswith("insured") else "yuan"
    one = dataclasses.replace(
        cell("r1c1", value, scheme=scheme), scheme=scheme, indicator=indicator, unit=unit
    )
    (line,) = form(cells=(one,)).blocks[0]
    assert written(line.cells[0], TEXTS["zh"]) == shown


def test_form_of_collection_shows_the_sums_since_january_beside_its_cells() -> None:
    sums = [
        Observation("2024-06", "大庆市", scheme, "", indicator, Decimal(value))
        for scheme, value in (("ALL", "9"), ("110", "7"))
        for indicator in ("contributions_due_ytd", "contributions_received_ytd", "arrears_cleared_ytd")
    ]
    shown = lay_out(
        "R2", CELLS, language="zh", month="2024-06", not_usable=(), imprint=IMPRINT, year_to_date=sums
    )
    assert [(column.span, column.heading) for column in shown.columns[-3:]] == [
        ("本年累计", "应缴"), ("本年累计", "实缴"), ("本年累计", "清欠"),
    ]  # fmt: skip
    assert [line.values[-3:] for line in shown.blocks[0]] == [(9, 9, 9), (7, 7, 7)]
    traced = openpyxl.load_workbook(io.BytesIO(xlsx.draw(shown))).worksheets[1]
    assert any("trace contributions_due_ytd" in str(row[6].value) for row in traced.iter_rows())


def test_total_of_persons_says_that_it_is_no_sum() -> None:
    persons = tuple(
        Cell("R1", division, scheme, "", f"r{line}c3", f"{name} · {what} · 参保人数", "a · b · c",
             Decimal(1), "persons", "insured_persons")
        for line, (division, name, scheme, what) in enumerate(
            [("230600", "大庆市", "ALL", "合计"), ("230600", "大庆市", "110", "养老"),
             ("230602", "萨尔图区", "ALL", "合计")], 1)
    )  # fmt: skip
    blocks = lay_out("R1", persons, language="zh", month="2024-06", not_usable=(), imprint=IMPRINT).blocks
    assert [(line.division, *line.texts) for block in blocks for line in block] == [
        ("大庆市（去重）", "合计（去重）"), ("大庆市（去重）", "养老"), ("萨尔图区", "合计（去重）"),
    ]  # fmt: skip


def test_workbook_ends_its_pages_between_counties() -> None:
    cells = tuple(
        cell(f"r{block * 9 + line + 1}c1", "1", division=f"D{block}", scheme=f"{line}")
        for block in range(7)
        for line in range(9)
    )
    made = sheet(form(cells=cells))
    ends = [one.id for one in made.row_breaks.brk]
    assert ends
    assert all((end - 11) % 9 == 0 for end in ends)
    assert f"共 {len(ends) + 1} 页" in made.oddFooter.center.text


def test_workbook_prints_its_sheets_at_one_scale() -> None:
    widths = [
        sum(one.width * (one.max - one.min + 1) for one in sheet.column_dimensions.values())
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


@pytest.mark.parametrize(("language", "mark"), [("zh", "不可用"), ("en", "NOT USABLE")])
def test_form_on_a_table_graded_f_carries_the_mark(language: str, mark: str) -> None:
    marked = form(language, not_usable=("230602 AC01",))
    assert mark in page.draw(marked).decode()
    assert mark in pdf_text(marked)
    assert mark in str(sheet(marked)["A8"].value)
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
    lines = shown.blocks[0]
    assert [line.texts for line in lines] == [("养老", "小计（人数去重）"), ("养老", "正常退休")]
    assert [line.is_subtotal for line in lines] == [True, False]
    assert shown.text_headings == ("行次", "地区", "险种", "待遇类别")


def test_pdf_cuts_a_division_that_no_page_holds_at_the_ends_of_pages_alone() -> None:
    lines = (*(benefit("r1c3", "12", breakdown=""),),)
    cells = tuple(
        dataclasses.replace(lines[0], cell=f"r{line}c3", breakdown=f"kind={line:02d}")
        for line in range(1, 81)
    )
    shown = lay_out("R3", cells, language="zh", month="2024-06", not_usable=(), imprint=IMPRINT)
    assert [len(block) for block in shown.blocks] == [80]
    pages = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf.draw(shown))).pages]
    assert len(pages) > 2
    assert [text.count("萨尔图区（续）") for text in pages] == [0, *[1] * (len(pages) - 1)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_workbook_keeps_a_dangerous_text_a_quoted_text(start: str) -> None:
    made = sheet(form(cells=(cell("r1c1", "1", division=f"{start}cmd"),)))
    shown = next(found for row in made.iter_rows() for found in row if str(found.value).endswith("cmd"))
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


def charts(history: tuple[Observation, ...], language: str = "zh") -> tuple[Chart, ...]:
    county = (cell("r3c8", "97.50", division="县"),)
    return charts_of("R2", (*CELLS[:3], *county), Series(history), month="2024-06", language=language)


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

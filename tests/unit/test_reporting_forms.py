"""Forms: how cells become a form, and what stands in it in every format."""

from __future__ import annotations

import dataclasses
import io
from decimal import Decimal

import openpyxl
import pytest

from reporting.formatting import written
from reporting.forms import html as page
from reporting.forms import xlsx
from reporting.forms.layout import lay_out
from reporting.snapshot.content import Cell
from reporting.snapshot.history import Observation
from reporting.texts import TEXTS
from tests.unit.reporting_forms import (
    CELLS,
    IMPRINT,
    INJECTION,
    OFFICIAL,
    SIGNED,
    benefit,
    cell,
    form,
    official,
    pdf_text,
    sheet,
    shown_texts,
)


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
    empty = dataclasses.replace(
        cell("r1c1", value, scheme=scheme), scheme=scheme, indicator=indicator, unit=unit
    )
    (line,) = form(cells=(empty,)).blocks[0]
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


def test_form_of_benefits_shows_kinds_below_their_total() -> None:
    cells = (benefit("r1c3", "12"), benefit("r2c3", "7", breakdown="kind=01", kind="正常退休"))
    shown = lay_out("R3", cells, language="zh", month="2024-06", not_usable=(), imprint=IMPRINT)
    lines = shown.blocks[0]
    assert [line.texts for line in lines] == [("养老", "小计（人数去重）"), ("养老", "正常退休")]
    assert [line.is_subtotal for line in lines] == [True, False]
    assert shown.text_headings == ("行次", "地区", "险种", "待遇类别")

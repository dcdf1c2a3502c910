"""Form R4 as rendered, on the golden case: what a county printed for 2011."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pypdf
import pytest

from reporting.forms import html, pdf, xlsx
from reporting.forms.layout import Form, lay_out
from reporting.imprint import Imprint
from reporting.snapshot.content import Cell

COLUMNS = (
    "实际完成",
    "目标任务",
    "完成率",
    "应达数",
    "实际率",
    "目标率",
    "高于目标",
    "印列百分比",
    "与原表所列不符",
)
# Scheme, indicator, unit, then the figures of the columns by number.
LINES = (
    ("企业职工基本养老保险", "参保人数", "persons", {1: "11695", 2: "10412", 3: "112.32", 8: "112", 9: "0"}),
    (
        "企业职工基本养老保险",
        "实缴保险费",
        "10 000 yuan",
        {1: "8089", 2: "3470", 3: "233.11", 8: "233", 9: "0"},
    ),
    ("失业保险", "参保人数", "persons", {1: "5584", 2: "5574", 3: "100.18", 8: "101", 9: "1"}),
    ("失业保险", "实缴保险费", "10 000 yuan", {1: "433", 2: "290", 3: "149.31", 8: "149", 9: "0"}),
    (
        "城乡居民基本养老保险",
        "缴费人数",
        "persons",
        {1: "55163", 4: "62136", 5: "88.78", 6: "70", 7: "18.78"},
    ),
    ("企业职工基本养老保险", "支付率", "%", {5: "100.00", 6: "100", 7: "0.00"}),
)


def golden(language: str = "zh") -> Form:
    cells = [
        Cell(
            form="R4", division="230602", scheme=scheme, breakdown="", cell=f"r{number}c{column}",
            label_zh=f"某县 · {scheme} · {name} · {COLUMNS[column - 1]}",
            label_en=f"A county · {scheme} · {name} · {COLUMNS[column - 1]}",
            value=Decimal(value),
            unit={9: "flag", 7: "points"}.get(column, unit if column in (1, 2, 4) else "%"),
            indicator="insured_persons" if column == 1 else "",
        )
        for number, (scheme, name, unit, figures) in enumerate(LINES, 1)
        for column, value in figures.items()
    ]  # fmt: skip
    imprint = Imprint(number=1, preparer="王小明", as_of=date(2011, 12, 31))
    return lay_out("R4", cells, language=language, month="2011-12", not_usable=(), imprint=imprint)


def html_lines() -> list[list[str]]:
    body = html.draw(golden()).decode().partition("<tbody>")[2].partition("</table>")[0]
    return [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in body.split("<tr")[1:]]


def test_targets_show_completion_and_flag_what_was_printed_wrongly_in_html() -> None:
    lines = html_lines()
    assert [line[3] for line in lines] == ["112.32", "233.11", "100.18", "149.31", "—", "—"]
    assert [line[9] for line in lines] == ["相符", "相符", "▲ 不符", "相符", "—", "—"]
    assert lines[4] == ["5", "55,163", "—", "—", "62,136", "88.78", "70.00", "+18.78", "—", "—"]
    assert lines[5][4:8] == ["—", "100.00", "100.00", "0.00"]


def test_targets_keep_numbers_as_numbers_in_the_workbook() -> None:
    rows = list(openpyxl.load_workbook(io.BytesIO(xlsx.draw(golden()))).worksheets[0].iter_rows(min_row=12))
    insured, premiums, unemployed, *_ = rows
    assert [cell.value for cell in insured[:8]] == [
        1, "某县", "企业职工基本养老保险", "参保人数", "人", 11695, 10412, 112.32
    ]  # fmt: skip
    assert (premiums[4].value, premiums[5].value) == ("万元", 8089)
    flag = unemployed[13]
    assert (flag.value, flag.number_format) == (1, '"▲ 不符";;"相符"')


@pytest.mark.parametrize(("language", "mark"), [("zh", "不符"), ("en", "differs")])
def test_targets_flag_once_in_the_pdf(language: str, mark: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.draw(golden(language))))
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    assert text.count(f"▲ {mark}") == 1
    for figure in ("112.32", "233.11", "100.18", "149.31", "88.78", "+18.78"):
        assert figure in text


def test_targets_name_the_unit_of_every_line() -> None:
    shown = golden()
    assert shown.unit == "见各行"
    assert [line.texts[-1] for block in shown.blocks for line in block] == [
        "人", "万元", "人", "万元", "人", "%"
    ]  # fmt: skip


def test_targets_have_all_their_columns_though_nothing_stands_in_some() -> None:
    full = golden()
    without_rates = [cell for block in full.blocks[:1] for cell in block[0].cells if cell and cell.value]
    shown = lay_out("R4", without_rates, language="zh", month="2011-12", not_usable=(), imprint=full.imprint)
    assert [column.number for column in shown.columns] == list(range(1, 10))
    assert [column.heading.partition(" (")[0] for column in shown.columns] == list(COLUMNS)


def test_targets_page_numbers_its_columns_as_the_workbook_does() -> None:
    head = html.draw(golden()).decode().partition("<thead>")[2].partition("</thead>")[0]
    numbers = re.findall(r"<th>([^<]*)</th>", head.rpartition("<tr>")[2])
    assert numbers == ["", "甲", "乙", "丙", "丁", *map(str, range(1, 10))]

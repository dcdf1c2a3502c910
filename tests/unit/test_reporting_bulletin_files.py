"""The bulletin as a workbook, a page and a document."""

from __future__ import annotations

import dataclasses
import io
import re

import openpyxl
import pypdf
import pytest

from fundwatch.acts.declarations import Declaration
from reporting.documents import pages, xlsx
from tests.unit.bulletins import IMPRINT, INPUTS, made


def test_bulletin_workbook_prints_every_sheet_signed_and_at_one_scale() -> None:
    sheets = openpyxl.load_workbook(io.BytesIO(xlsx.draw(made("zh"), IMPRINT))).worksheets
    assert len(sheets) > 2
    printed = set()
    for sheet in sheets:
        texts = [str(cell.value or "") for row in sheet[sheet.print_area.partition("!")[2]] for cell in row]
        assert any(text.startswith("制表人：王小明　　复核人：____") for text in texts)
        columns = sheet[sheet.print_area.partition("!")[2]][0]
        printed.add(round(sum(width_of(sheet, cell.column) for cell in columns)))
    assert max(printed) - min(printed) <= 1


def width_of(sheet: openpyxl.worksheet.worksheet.Worksheet, number: int) -> float:
    """Return the width of a column; openpyxl keeps that of neighbours of equal width with the first."""
    return next(
        dimension.width
        for dimension in sheet.column_dimensions.values()
        if dimension.min <= number <= dimension.max
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_bulletin_workbook_holds_numbers_and_no_formula(language: str) -> None:
    data = xlsx.draw(made(language), IMPRINT)
    assert data == xlsx.draw(made(language), IMPRINT)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert len(book.worksheets) == 7
    assert all(name == name.strip() for name in book.sheetnames)
    ranked = book.worksheets[1]
    assert [ranked.cell(row, 10).value for row in range(5, 9)] == [4, 1, 1, 2]
    assert ranked.freeze_panes == "B5"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_bulletin_page_and_document_are_the_same_bytes_each_time(language: str) -> None:
    bulletin = made(language)
    assert pages.draw_html(bulletin, IMPRINT) == pages.draw_html(bulletin, IMPRINT)
    drawn = pages.draw_pdf(bulletin, IMPRINT)
    assert drawn.startswith(b"%PDF")
    assert drawn == pages.draw_pdf(bulletin, IMPRINT)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_bulletin_tears_no_table_between_two_pages(language: str) -> None:
    bulletin = made(language)
    drawn = pypdf.PdfReader(io.BytesIO(pages.draw_pdf(bulletin, IMPRINT)))
    sheets = ["".join(sheet.extract_text().split()) for sheet in drawn.pages]
    assert len(sheets) > 1
    for table in bulletin.tables[:-1]:
        title, note = ("".join(said.split()) for said in (table.title, table.note))
        assert note
        assert [title in sheet and note in sheet for sheet in sheets].count(True) == 1, table.title


def test_bulletin_page_is_self_contained_and_escapes_what_it_is_given() -> None:
    inputs = dataclasses.replace(INPUTS, declared=(Declaration("backup", "yes", "<b>x</b>", "李"),))
    page = pages.draw_html(made("en", inputs=inputs), IMPRINT).decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_bulletin_begins_with_what_a_supervisor_has_to_know(language: str) -> None:
    head, _, rest = pages.draw_html(made(language), IMPRINT).decode().partition('class="headline"')
    assert "<table" not in head
    text = re.sub(r"<[^>]*>", " ", rest.partition("</section>")[0])
    order = {
        "zh": (
            "=西区", "AC01 个人基本信息，F 级：", "AC01-1 证件号码无效", "1 条，最早应于 2024-06-15",
            "2024-07-15", "请北区（1 条）立即整改",
        ),
        "en": (
            "=West", "AC01 Persons, graded F:", "AC01-1 Bad number", "1, the first due on 2024-06-15",
            "2024-07-15", "at once: North (1)",
        ),
    }[language]  # fmt: skip
    offsets = [text.index(words) for words in order]
    assert offsets == sorted(offsets)

"""The four-way statements (R7) as an Excel workbook: a sheet per fiscal division, all its items below."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter
from xlsxwriter.workbook import Format
from xlsxwriter.worksheet import Worksheet

from reporting.documents.document import CENTRED, COUNT, MONEY, TableCell
from reporting.statements.edition import Edition
from reporting.statements.four_way import FourWaySheet, FourWaySheets
from reporting.statements.four_way_pages import seals
from reporting.statements.texts import FourWayTexts
from reporting.statements.workbook import (
    BLANK,
    HEIGHT,
    OPTIONS,
    height_of,
    properties,
    set_up_page,
    sheet_names,
    styles_of,
    width_of,
)
from reporting.texts import month_in_words

_SCHEME, _AMOUNT, _REMARKS, _AMOUNTS = 24, 13, 40, 12
_LAST = _AMOUNTS + 1
# First and last column of each column of the items, so that they stand below the table of the parties.
_DETAILS = ((0, 0), (1, 2), (3, 3), (4, 4), (5, 6), (7, 9), (10, 11), (12, 12), (13, 13))
_MARK = "▲"
_SEALS = ((0, 2), (3, 6), (7, 11), (12, 13))


def draw(sheets: FourWaySheets, edition: Edition) -> bytes:
    """Return the workbook's bytes; no text in it can become a formula."""
    target = io.BytesIO()
    words = sheets.texts
    month = month_in_words(sheets.month, words.language)
    names = sheet_names([sheet.head[0][1] for sheet in sheets.sheets] or [sheets.title])
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties(properties(f"{sheets.title} {month}", edition.as_of))
        styles = styles_of(book, words.language)
        for name, sheet in zip(names, sheets.sheets, strict=False):
            page = book.add_worksheet(name)
            _write_sheet(page, sheet, sheets, edition, styles)
            set_up_page(page, edition, month)
        if not sheets.sheets:
            book.add_worksheet(names[0]).write_string(0, 0, words.none_asked, styles["plain"])
    return target.getvalue()


def _write_sheet(
    page: Worksheet,
    sheet: FourWaySheet,
    sheets: FourWaySheets,
    edition: Edition,
    styles: Mapping[str, Format],
) -> None:
    words = sheets.texts
    longest = (cell.text for cells in sheet.rows for cell in cells if cell.style == MONEY)
    amount = width_of(longest, least=_AMOUNT)
    page.set_column(0, 0, _SCHEME)
    page.set_column(1, _AMOUNTS, amount)
    page.set_column(_LAST, _LAST, _REMARKS)
    page.merge_range(0, 0, 0, _LAST, "", styles["title"])
    page.write_string(0, 0, sheets.title, styles["title"])
    page.set_row(0, 30)
    for column, (label, value) in zip((0, 5), sheet.head, strict=True):
        page.write_string(1, column, f"{label}{words.colon}{value}", styles["plain"])
    unit = "　".join(filter(None, (words.unit, edition.draft)))
    page.write_string(1, _LAST, unit, styles["right"])
    _write_headings(page, words, styles)
    row = 4
    for at, cells in enumerate(sheet.rows):
        suffix = "_last" if at == len(sheet.rows) - 1 else ""
        page.set_row(row, max(height_of(cells[0].text, _SCHEME), height_of(cells[-1].text, _REMARKS)))
        for column, cell in enumerate(cells):
            _write_cell(page, row, (column, column), cell, styles, suffix)
        row += 1
    page.merge_range(row, 0, row, _LAST, "", styles["note"])
    page.write_string(row, 0, words.note, styles["note"])
    page.set_row(row, 2 * HEIGHT)
    row = _write_details(page, row + 2, sheet, words, styles)
    _write_seals(page, row + 1, words, edition, styles)


def _write_headings(page: Worksheet, words: FourWayTexts, styles: Mapping[str, Format]) -> None:
    column = 0
    for name, parts in words.headings:
        last = column + max(len(parts), 1) - 1
        if parts:
            page.merge_range(2, column, 2, last, "", styles["heading"])
            for at, part in enumerate(parts):
                page.write_string(3, column + at, part, styles["heading"])
        else:
            page.merge_range(2, column, 3, column, "", styles["heading"])
        page.write_string(2, column, name, styles["heading"])
        column = last + 1
    page.set_row(2, 2 * HEIGHT)


def _write_details(
    page: Worksheet, row: int, sheet: FourWaySheet, words: FourWayTexts, styles: Mapping[str, Format]
) -> int:
    """Write all items; return the row below them."""
    page.write_string(row, 0, words.details, styles["subtitle"])
    row += 1
    if not sheet.details:
        page.write_string(row, 0, words.no_items, styles["plain"])
        return row + 1
    page.repeat_rows(row)
    for place, heading in zip(_DETAILS, words.detail_headings, strict=True):
        _write_cell(page, row, place, TableCell(heading), styles, heading=True)
    for cells in sheet.details:
        row += 1
        page.set_row(row, max(_height(cell, place) for cell, place in zip(cells, _DETAILS, strict=True)))
        for place, cell in zip(_DETAILS, cells, strict=True):
            _write_cell(page, row, place, cell, styles)
    return row + 1


def _height(cell: TableCell, place: tuple[int, int]) -> float:
    first, last = place
    narrow = _REMARKS if first == _LAST else _SCHEME if first == 0 else _AMOUNT
    return height_of(cell.text, narrow + _AMOUNT * (last - first))


def _write_cell(
    page: Worksheet,
    row: int,
    place: tuple[int, int],
    cell: TableCell,
    styles: Mapping[str, Format],
    suffix: str = "",
    *,
    heading: bool = False,
) -> None:
    """Write a cell over the columns of its place: numbers as numbers, texts as they are."""
    first, last = place
    style = styles["heading"] if heading else _style(cell, styles, suffix)
    if first != last:
        page.merge_range(row, first, row, last, "", style)
    if cell.number is not None and cell.style in (MONEY, COUNT):
        page.write_number(row, first, float(cell.number), style)
    else:
        page.write_string(row, first, cell.text, style)


def _style(cell: TableCell, styles: Mapping[str, Format], suffix: str) -> Format:
    if cell.style == CENTRED:
        return styles[f"centred{suffix}"]
    if cell.style not in (MONEY, COUNT):
        return styles[f"text{suffix}"]
    if cell.number is None:
        return styles[f"none{suffix}"]
    if cell.style == COUNT:
        return styles[f"count{suffix}"]
    return styles[f"{'marked' if cell.text.startswith(_MARK) else 'money'}{suffix}"]


def _write_seals(
    page: Worksheet, row: int, words: FourWayTexts, edition: Edition, styles: Mapping[str, Format]
) -> None:
    boxes: Sequence[dict[str, object]] = seals(words, edition)
    for (first, last), box in zip(_SEALS, boxes, strict=True):
        lines = "\n\n".join(f"{label}{words.colon}{value or BLANK}" for label, value in box["lines"])  # type: ignore[attr-defined]
        page.merge_range(row, first, row, last, "", styles["box"])
        page.write_string(row, first, f"{box['title']}\n\n\n{lines}", styles["box"])
    page.set_row(row, 9 * HEIGHT)

"""The balance statements (R6) as an Excel workbook: a list of the accounts, then a sheet for each."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal

import xlsxwriter
from xlsxwriter.workbook import Format
from xlsxwriter.worksheet import Worksheet

from reporting.formatting import figure
from reporting.statements.balance import BalanceSheet, BalanceSheets, Block, Entry
from reporting.statements.balance_pages import signed
from reporting.statements.edition import Edition
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

_WIDTHS = (6, 12, 22, 24)
_SIDE = len(_WIDTHS) + 1
_AMOUNT = 17
_LAST = 2 * _SIDE - 1
_HEAD = 3  # columns that a line of the head takes: two lines of three pairs
_OVERVIEW = (6, 20, 28, 24, 30, 26, 18, 18, 16, 8, 30)
_OVERVIEW_MONEY = (6, 7, 8)
_OVERVIEW_CENTRED = (0, 9)


def draw(sheets: BalanceSheets, edition: Edition) -> bytes:
    """Return the workbook's bytes; no text in it can become a formula."""
    target = io.BytesIO()
    words = sheets.texts
    month = month_in_words(sheets.month, words.language)
    names = sheet_names([words.summary, *(sheet.account_no for sheet in sheets.sheets)])
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties(properties(f"{sheets.title} {month}", edition.as_of))
        styles = styles_of(book, words.language)
        overview = book.add_worksheet(names[0])
        _write_overview(overview, sheets, edition, f"{sheets.title} {month}", styles)
        set_up_page(overview, edition, month)
        for name, sheet in zip(names[1:], sheets.sheets, strict=True):
            page = book.add_worksheet(name)
            _write_sheet(page, sheet, sheets, edition, styles)
            set_up_page(page, edition, month)
    return target.getvalue()


def _write_overview(
    page: Worksheet, sheets: BalanceSheets, edition: Edition, title: str, styles: Mapping[str, Format]
) -> None:
    words = sheets.texts
    for column, width in enumerate(_OVERVIEW):
        page.set_column(column, column, width)
    page.merge_range(0, 0, 0, len(_OVERVIEW) - 1, "", styles["title"])
    page.write_string(0, 0, title, styles["title"])
    page.set_row(0, 30)
    page.write_string(1, 0, "　".join(filter(None, (edition.publication, edition.draft))), styles["plain"])
    page.write_string(1, len(_OVERVIEW) - 1, words.unit, styles["right"])
    for column, heading in enumerate(words.overview):
        page.write_string(2, column, heading, styles["heading"])
    for row, sheet in enumerate(sheets.sheets, 3):
        amounts = (*sheet.balances, sheet.difference)
        lines = max(height_of(text, width) for text, width in zip(sheet.overview, _OVERVIEW, strict=True))
        page.set_row(row, lines)
        for column, text in enumerate(sheet.overview):
            if column in _OVERVIEW_MONEY:
                _write_amount(page, row, column, amounts[column - _OVERVIEW_MONEY[0]], text, styles)
            else:
                style = "centred" if column in _OVERVIEW_CENTRED else "text"
                page.write_string(row, column, text, styles[style])
    if not sheets.sheets:
        page.write_string(3, 0, words.none_asked, styles["plain"])
    page.set_row(2, 2 * HEIGHT)
    page.freeze_panes(3, 0)
    page.repeat_rows(2)


def _write_sheet(
    page: Worksheet,
    sheet: BalanceSheet,
    sheets: BalanceSheets,
    edition: Edition,
    styles: Mapping[str, Format],
) -> None:
    words = sheet.texts
    for side in range(2):
        for column, width in enumerate((*_WIDTHS, _width(sheet))):
            page.set_column(side * _SIDE + column, side * _SIDE + column, width)
    page.merge_range(0, 0, 0, _LAST, "", styles["title"])
    page.write_string(0, 0, sheets.title, styles["title"])
    page.set_row(0, 30)
    row = _write_head(page, sheet, edition, styles)
    for side, name in enumerate(words.sides):
        first = side * _SIDE
        page.merge_range(row, first, row, first + _SIDE - 1, "", styles["heading"])
        page.write_string(row, first, name, styles["heading"])
        for column, heading in enumerate(words.headings):
            page.write_string(row + 1, first + column, heading, styles["heading"])
    page.set_row(row + 1, max(height_of(words.headings[2], _WIDTHS[2]), HEIGHT))
    page.repeat_rows(row, row + 1)
    page.freeze_panes(row + 2, 0)
    missing = words.not_received
    row = _write_total(page, row + 2, words.balances, sheet.balances, missing, styles, "bold")
    for block in sheet.blocks:
        row = _write_block(page, row, sheet, block, styles)
    labels = (words.adjusted, words.adjusted)
    row = _write_total(page, row, labels, sheet.adjusted, words.not_known, styles, "last")
    _write_foot(page, row + 1, sheet, sheets, edition, styles)


def _width(sheet: BalanceSheet) -> int:
    """Return the width of the amounts; sums are the longest."""
    amounts = (*sheet.balances, *sheet.adjusted, *(amount for block in sheet.blocks for amount in block.sums))
    return width_of((figure(amount, "yuan") for amount in amounts), least=_AMOUNT)


def _write_head(page: Worksheet, sheet: BalanceSheet, edition: Edition, styles: Mapping[str, Format]) -> int:
    """Write what the account is, and the result; return the row of the headings."""
    words = sheet.texts
    page.write_string(1, _LAST, edition.draft, styles["mark"] if edition.draft else styles["plain"])
    row = 2
    for at, (label, value) in enumerate(sheet.head):
        column = at % _HEAD * 4
        last = min(column + 3, _LAST)
        text = f"{label}{words.colon}{value}"
        style = styles["wrapped"]
        page.merge_range(row + at // _HEAD, column, row + at // _HEAD, last, "", style)
        page.write_string(row + at // _HEAD, column, text, style)
        if at % _HEAD == 0:
            page.set_row(row + at // _HEAD, height_of(text, 60))
    row += len(sheet.head) // _HEAD
    page.write_string(row, 0, sheet.result, styles["bold"])
    page.write_string(row, _LAST, words.unit, styles["right"])
    for warning in sheet.warnings:
        row += 1
        page.merge_range(row, 0, row, _LAST, "", styles["warning"])
        page.write_string(row, 0, warning, styles["warning"])
        page.set_row(row, HEIGHT * 1.5)
    return row + 1


def _write_block(
    page: Worksheet, row: int, sheet: BalanceSheet, block: Block, styles: Mapping[str, Format]
) -> int:
    words = sheet.texts
    for side, heading in enumerate(block.headings):
        first = side * _SIDE
        page.merge_range(row, first, row, first + _SIDE - 1, "", styles["text_bold"])
        page.write_string(row, first, heading, styles["text_bold"])
    nothing = words.none if sheet.is_received else words.not_known
    for number, line in enumerate(block.lines):
        row += 1
        heights = [HEIGHT]
        for side, entry in enumerate(line):
            first = side * _SIDE
            if number == 0 and not block.entries[side]:
                page.merge_range(row, first, row, first + _SIDE - 2, "", styles["centred"])
                page.write_string(row, first, nothing, styles["centred"])
                zero = Decimal(0) if sheet.is_received else None
                _write_amount(page, row, first + _SIDE - 1, zero, nothing, styles)
            else:
                heights.append(_write_entry(page, row, first, entry, styles))
        page.set_row(row, max(heights))
    sums = block.sums if sheet.is_received else (None, None)
    return _write_total(page, row + 1, (words.sum, words.sum), sums, words.not_known, styles, "bold")


def _write_entry(
    page: Worksheet, row: int, first: int, entry: Entry | None, styles: Mapping[str, Format]
) -> float:
    """Write an item into one side; return how high its row has to be."""
    if entry is None:
        for column in range(_SIDE):
            page.write_blank(row, first + column, None, styles["text"])
        return HEIGHT
    number = f"{entry.number} ※" if entry.is_old else str(entry.number)
    page.write_string(row, first, number, styles["centred"])
    page.write_string(row, first + 1, entry.day, styles["centred"])
    page.write_string(row, first + 2, entry.document, styles["text"])
    page.write_string(row, first + 3, entry.purpose, styles["text"])
    _write_amount(page, row, first + 4, entry.amount, "", styles)
    return max(height_of(entry.document, _WIDTHS[2]), height_of(entry.purpose, _WIDTHS[3]))


def _write_total(
    page: Worksheet,
    row: int,
    labels: tuple[str, str],
    amounts: tuple[Decimal | None, Decimal | None],
    missing: str,
    styles: Mapping[str, Format],
    kind: str,
) -> int:
    """Write a line of both sides; return the row below it."""
    for side, (label, amount) in enumerate(zip(labels, amounts, strict=True)):
        first = side * _SIDE
        page.merge_range(row, first, row, first + _SIDE - 2, "", styles[f"text_{kind}"])
        page.write_string(row, first, label, styles[f"text_{kind}"])
        _write_amount(page, row, first + _SIDE - 1, amount, missing, styles, kind)
    return row + 1


def _write_amount(
    page: Worksheet,
    row: int,
    column: int,
    amount: Decimal | None,
    missing: str,
    styles: Mapping[str, Format],
    kind: str = "",
) -> None:
    suffix = f"_{kind}" if kind else ""
    if amount is None:
        page.write_string(row, column, missing, styles[f"none{suffix}"])
    else:
        page.write_number(row, column, float(amount), styles[f"money{suffix}"])


def _write_foot(
    page: Worksheet,
    row: int,
    sheet: BalanceSheet,
    sheets: BalanceSheets,
    edition: Edition,
    styles: Mapping[str, Format],
) -> None:
    words = sheet.texts
    for text, style in (*((note, "note") for note in sheet.notes), (words.no_entry, "bold")):
        page.merge_range(row, 0, row, _LAST, "", styles[style])
        page.write_string(row, 0, text, styles[style])
        page.set_row(row, height_of(text, 2 * (sum(_WIDTHS) + _AMOUNT)))
        row += 1
    for pairs in (sheet.receipt, signed(sheets, edition)):
        row += 1
        for place, (label, value) in enumerate(pairs):
            text = f"{label}{words.colon}{value or BLANK}"
            page.write_string(row, (0, 3, 5, 8)[place], text, styles["plain"])

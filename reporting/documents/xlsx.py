"""A document as an Excel workbook: a sheet of sentences, then a sheet for each table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.documents.document import (
    COUNT,
    MONEY,
    PERCENT,
    PLACE,
    POINTS,
    Document,
    DocumentTable,
    TableCell,
)  # fmt: skip
from reporting.imprint import Imprint
from reporting.signature_block import draft_mark, sign_off

_FONT = {"zh": "宋体", "en": "Calibri"}
_NUMBERS = {
    PERCENT: '0.00##"%"',
    POINTS: "+0.00##;-0.00##;0.00",
    COUNT: "#,##0",
    MONEY: "#,##0.00",
    PLACE: "0",
}
_PARAGRAPHS = 5  # the row of the first paragraph: above are title, three lines and the warning
_SUMMARY_WIDTH = 110
_NEARLY_A_PAGE = range(30, 46)  # rows of a table
_LETTERS = 100  # letters on a line of it; a Chinese character takes the room of two
_HEIGHT = 15
_BLANK = "____________"
_MARGIN = 0.71  # what a column adds to its width, in letters


def draw(document: Document, imprint: Imprint) -> bytes:
    """Return the workbook's bytes; no text in it can become a formula."""
    target = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        # The as-of day, not the clock: equal content gives equal bytes.
        book.set_properties(
            {"title": document.title, "created": datetime.combine(imprint.as_of, datetime.min.time())}
        )
        styles = _styles(book, document.texts.language)
        _write_summary(book.add_worksheet(document.summary_title), document, imprint, styles)
        for table in document.tables:
            sheet = book.add_worksheet(_sheet_name(table.title))
            _write_table(sheet, table, document, imprint, styles)
            _set_up_page(sheet, document, imprint, rows=len(table.rows))
    return target.getvalue()


def _sheet_name(title: str) -> str:
    """Return a title as the name of a sheet: without its number, at most 31 characters."""
    _, _, name = title.partition("、" if "、" in title else ". ")
    return name[:31].rstrip()


def _styles(book: Workbook, language: str) -> dict[str, Format]:
    # A text that looks like a formula stays one when somebody edits the cell: quotePrefix.
    base = {"font_name": _FONT[language], "font_size": 10, "valign": "vcenter", "quote_prefix": True}
    boxed = {**base, "border": 1}
    styles = {
        "title": book.add_format({**base, "font_size": 16, "bold": True}),
        "plain": book.add_format(base),
        "paragraph": book.add_format({**base, "text_wrap": True, "valign": "top", "font_size": 11}),
        "headline": book.add_format({**boxed, "text_wrap": True, "valign": "top", "font_size": 11}),
        "warning": book.add_format({**base, "bold": True, "text_wrap": True}),
        "note": book.add_format({**base, "font_size": 9, "text_wrap": True, "valign": "top"}),
        "heading": book.add_format(
            {**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EDEDED"}
        ),
    }
    for suffix, more in (("", {}), ("_bold", {"bold": True, "bg_color": "#EDEDED"})):
        styles[f"text{suffix}"] = book.add_format({**boxed, **more, "text_wrap": True})
        styles[f"centred{suffix}"] = book.add_format({**boxed, **more, "align": "center", "text_wrap": True})
        for name, code in _NUMBERS.items():
            side = "center" if name == PLACE else "right"
            styles[f"{name}{suffix}"] = book.add_format(
                {**boxed, **more, "align": side, "num_format": code, "quote_prefix": False}
            )
            styles[f"{name}_text{suffix}"] = book.add_format({**boxed, **more, "align": side})
    return styles


def _write_summary(sheet: Worksheet, document: Document, imprint: Imprint, styles: dict[str, Format]) -> None:
    texts = document.texts
    colon = "：" if texts.language == "zh" else ": "
    sheet.set_column(0, 0, _SUMMARY_WIDTH)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, document.title, styles["title"])
    about = "　　".join(
        f"{name}{colon}{value}"
        for name, value in (
            (texts.form, document.form), (texts.area, document.area), (texts.period, document.period),
            (texts.publication, f"{imprint.number}　{draft_mark(texts, imprint)}".rstrip()),
        )
    )  # fmt: skip
    sheet.write_string(1, 0, about, styles["plain"])
    if document.not_usable:
        warning = f"{texts.not_usable}{colon}{', '.join(document.not_usable)}"
        sheet.write_string(2, 0, warning, styles["warning"])
        sheet.set_row(2, _HEIGHT * _lines(warning))
    headline = [(document.headline_title, "warning")]
    headline += [(f"{line.about}{colon}{line.said}", "headline") for line in document.headline]
    paragraphs = [*headline, (document.summary_title, "warning")]
    paragraphs += [(paragraph, "paragraph") for paragraph in document.paragraphs]
    for row, (paragraph, style) in enumerate(paragraphs, start=_PARAGRAPHS - 1):
        sheet.write_string(row, 0, paragraph, styles[style])
        sheet.set_row(row, (_HEIGHT + 2) * _lines(paragraph))
    row = _PARAGRAPHS + len(paragraphs)
    sheet.write_string(row, 0, _signed(document, imprint), styles["plain"])
    right = _as_wide_as_the_widest(sheet, document, [_SUMMARY_WIDTH])
    sheet.print_area(0, 0, row, right)
    _set_up_page(sheet, document, imprint)


def _lines(text: str) -> int:
    """Estimate the lines a wrapped text takes."""
    return sum(1 if character.isascii() else 2 for character in text) // _LETTERS + 1


def _write_table(
    sheet: Worksheet, table: DocumentTable, document: Document, imprint: Imprint, styles: dict[str, Format]
) -> None:
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, f"{document.title} {document.period}", styles["title"])
    sheet.write_string(1, 0, table.title, styles["plain"])
    _write_headings(sheet, table, styles)
    top = 4 if table.has_parts else 3
    for at, row in enumerate(table.rows):
        suffix = "_bold" if at in table.bold else ""
        for column, cell in enumerate(row):
            _write_cell(sheet, top + at, column, cell, styles, suffix)
    below, last = top + len(table.rows), len(table.widths) - 1
    if not table.rows:
        sheet.write_string(below, 0, table.empty, styles["plain"])
        below += 1
    sheet.merge_range(below, 0, below, last, "", styles["note"])
    sheet.write_string(below, 0, table.note, styles["note"])
    sheet.set_row(below, 40)
    sheet.write_string(below + 1, 0, _signed(document, imprint), styles["plain"])
    sheet.set_row(below + 1, 24)
    widths = _widths(table)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(top, 1)
    sheet.repeat_rows(2, top - 1)
    right = _as_wide_as_the_widest(sheet, document, widths)
    sheet.print_area(0, 0, below + 1, right)


def _as_wide_as_the_widest(sheet: Worksheet, document: Document, widths: Sequence[int]) -> int:
    """Add an empty column where other sheets are wider, so that all are printed at one scale.

    Returns the last column that is printed.
    """
    everything = [[_SUMMARY_WIDTH], *(_widths(table) for table in document.tables)]
    missing = max(map(_printed, everything)) - _printed(widths) - _MARGIN
    if missing <= 0:
        return len(widths) - 1
    sheet.set_column(len(widths), len(widths), missing)
    return len(widths)


def _printed(widths: Sequence[int]) -> float:
    """Return the width of columns as printed, in letters."""
    return sum(width + _MARGIN for width in widths)


def _widths(table: DocumentTable) -> list[int]:
    return [max(width, 9) for width in table.widths]


def _signed(document: Document, imprint: Imprint) -> str:
    """Return the sign-off in one line, with blanks where nobody signed."""
    colon = "：" if document.texts.language == "zh" else ": "
    return "　　".join(f"{label}{colon}{text or _BLANK}" for label, text in sign_off(document.texts, imprint))


def _write_headings(sheet: Worksheet, table: DocumentTable, styles: dict[str, Format]) -> None:
    style, column = styles["heading"], 0
    for heading in table.headings:
        if heading.parts:
            sheet.merge_range(2, column, 2, column + heading.width - 1, "", style)
            for offset, part in enumerate(heading.parts):
                sheet.write_string(3, column + offset, part, style)
        elif table.has_parts:
            sheet.merge_range(2, column, 3, column, "", style)
        sheet.write_string(2, column, heading.text, style)
        column += heading.width
    sheet.set_row(2, 32)


def _write_cell(
    sheet: Worksheet, row: int, column: int, cell: TableCell, styles: dict[str, Format], suffix: str
) -> None:
    if cell.number is None:
        style = f"{cell.style}_text{suffix}" if cell.style in _NUMBERS else f"{cell.style}{suffix}"
        sheet.write_string(row, column, cell.text, styles[style])
    else:
        number = int(cell.number) if cell.style in (COUNT, PLACE) else float(cell.number)
        sheet.write_number(row, column, number, styles[f"{cell.style}{suffix}"])


def _set_up_page(sheet: Worksheet, document: Document, imprint: Imprint, *, rows: int = 0) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    # A table a little longer than a page is made smaller: no page has a note alone.
    sheet.fit_to_pages(1, 1 if rows in _NEARLY_A_PAGE else 0)
    sheet.center_horizontally()
    texts = document.texts
    sheet.set_footer(
        f"&L&8{texts.publication} {imprint.number}"
        "&C" + texts.page.format(page="&P", pages="&N") + f"&R&8{imprint.proof}"
    )

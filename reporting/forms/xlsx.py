"""A form as an Excel workbook: real numbers, texts that can never be formulas, the same bytes each time."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.formatting import decimals, written
from reporting.forms.layout import Form, Line
from reporting.forms.sheet_pages import LINE, Sizes, pages_of, printed_width, scale_of, width_of
from reporting.forms.trace_command import command_of
from reporting.signature_block import draft_mark, sign_off

_FONT = {"zh": "宋体", "en": "Calibri"}
_TEXT_WIDTHS = (26, 26, 12)  # scheme, kind or indicator, unit
_DIVISION_WIDTHS = (12, 30)  # the least and the most
_HEAD = 8  # above the figures' headings: title, five lines of the head, unit and period, warning
_TABLE = 11  # first row of figures
_HEAD_LINE = 44  # width that a line of the head takes, in letters
_NOTE = 3 * LINE
_BLANK = "____________"
_LEAST_COMMAND = 30
_FORMATS = {0: "#,##0", 2: "#,##0.00", 4: "#,##0.0000"}
_POINTS = "+#,##0.00;-#,##0.00;0.00"


def draw(form: Form) -> bytes:
    """Return the workbook's bytes: the form, and a sheet with the trace command of every figure.

    Headings are frozen, and repeated on every printed page; a page ends between counties. The second sheet
    counts in no page number, and is printed as small as the first.
    """
    target = io.BytesIO()
    # No text becomes a formula, a link or a number.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        # The as-of day, not the clock: equal content gives equal bytes.
        book.set_properties(
            {"title": form.title, "created": datetime.combine(form.imprint.as_of, datetime.min.time())}
        )
        sheet = book.add_worksheet(form.code)
        styles = _styles(book, form)
        _write_head(sheet, form, styles)
        _write_headings(sheet, form, styles)
        below = _write_lines(sheet, form, styles)
        _write_foot(sheet, form, styles, row=below)
        _set_up_page(sheet, form, last=below + _FOOT_ROWS - 1)
        _write_origins(book.add_worksheet(form.texts.origins[0]), form, styles)
    return target.getvalue()


def _styles(book: Workbook, form: Form) -> dict[str, Format]:
    # A text that looks like a formula stays one when somebody edits the cell: quotePrefix.
    base = {"font_name": _FONT[form.language], "font_size": 10, "valign": "vcenter", "quote_prefix": True}
    boxed = {**base, "border": 1}
    number = {**boxed, "quote_prefix": False, "align": "right"}
    agrees, differs = form.texts.flags
    formats = {
        **{str(places): code for places, code in _FORMATS.items()},
        "points": _POINTS,
        "flag": f'"{differs}";;"{agrees}"',
    }
    styles = {
        "title": book.add_format({**base, "font_size": 16, "bold": True, "align": "center"}),
        "plain": book.add_format(base),
        "centre": book.add_format({**base, "font_size": 12, "align": "center"}),
        "mark": book.add_format({**base, "bold": True, "border": 2, "align": "center"}),
        "wrapped": book.add_format({**base, "text_wrap": True}),
        "warning": book.add_format({**base, "bold": True, "text_wrap": True}),
        "note": book.add_format({**base, "font_size": 9, "text_wrap": True, "valign": "top"}),
        "heading": book.add_format({**boxed, "bold": True, "align": "center", "text_wrap": True}),
    }
    for suffix, more in (
        ("", {}), ("_subtotal", {"bold": True}), ("_total", {"bold": True, "bg_color": "#EDEDED"}),
    ):  # fmt: skip
        styles[f"text{suffix}"] = book.add_format({**boxed, **more, "text_wrap": True})
        styles[f"centred{suffix}"] = book.add_format({**boxed, **more, "align": "center"})
        styles[f"none{suffix}"] = book.add_format({**boxed, **more, "align": "right"})
        for name, code in formats.items():
            styles[f"{name}{suffix}"] = book.add_format({**number, **more, "num_format": code})
    return styles


def _write_head(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> None:
    last, texts = _columns(form) - 1, form.texts
    sheet.merge_range(0, 0, 0, last, "", styles["title"])
    sheet.write_string(0, 0, form.title, styles["title"])
    sheet.set_row(0, 30)
    if mark := draft_mark(texts, form.imprint):
        sheet.write_string(1, 1, mark, styles["mark"])
    at = _start_of_head_lines(form)
    for row, line in enumerate((*form.head, (texts.unit, form.unit)), 1):
        sheet.write_string(row, at, _entry(line, form), styles["plain"])
    sheet.write_string(5, 0, _entry(form.reporting_unit, form), styles["plain"])
    sheet.write_string(6, 0, _entry((texts.area, form.area), form), styles["plain"])
    sheet.write_string(6, min(last // 2, at - 1), form.period, styles["centre"])
    if form.not_usable:
        sheet.merge_range(7, 0, 7, last, "", styles["warning"])
        warning = _entry((texts.not_usable, ", ".join(form.not_usable)), form)
        sheet.write_string(7, 0, warning, styles["warning"])
        sheet.set_row(7, 2 * LINE)
    else:
        sheet.set_row(7, 4)


def _start_of_head_lines(form: Form) -> int:
    """Return the column from which the lines of the head have room, as far as they leave some to the left.

    What is longer than its room is cut off on paper.
    """
    widths, texts = _widths(form), form.texts
    longest = max(_HEAD_LINE, *(width_of(_entry(line, form)) for line in form.head))
    beside = max(width_of(_entry(line, form)) for line in (form.reporting_unit, (texts.area, form.area)))
    column, room = len(widths), 0
    while column > 1 and (room < _HEAD_LINE or (room < longest and sum(widths[: column - 1]) >= beside)):
        column -= 1
        room += widths[column]
    return column


def _entry(pair: tuple[str, str], form: Form) -> str:
    """Return a label with its text, or with a blank to fill in."""
    return f"{pair[0]}{'：' if form.language == 'zh' else ': '}{pair[1] or _BLANK}"


def _write_headings(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> None:
    style = styles["heading"]
    texts = form.texts
    for position, text in enumerate(form.text_headings):
        sheet.merge_range(_HEAD, position, _HEAD + 1, position, "", style)
        sheet.write_string(_HEAD, position, text, style)
    for position, text in enumerate(("", *texts.column_letters[: _text_columns(form) - 1])):
        sheet.write_string(_HEAD + 2, position, text, style)
    at = _text_columns(form)
    for span, columns in form.headings:
        end = at + len(columns) - 1
        if not span:
            sheet.merge_range(_HEAD, at, _HEAD + 1, at, "", style)
            sheet.write_string(_HEAD, at, columns[0].heading, style)
        else:
            if len(columns) > 1:
                sheet.merge_range(_HEAD, at, _HEAD, end, "", style)
            sheet.write_string(_HEAD, at, span, style)
            for offset, column in enumerate(columns):
                sheet.write_string(_HEAD + 1, at + offset, column.heading, style)
        for offset, column in enumerate(columns):
            sheet.write_number(_HEAD + 2, at + offset, column.number, style)
        at = end + 1
    for row, height in zip(range(_HEAD, _TABLE), _HEADINGS, strict=True):
        sheet.set_row(row, height)


# Heights of the rows of headings; the foot is the note, a gap, who signs for the unit, and the sign-off.
_HEADINGS = (20, 32, LINE)
_FOOT_ROWS = 4


def _write_lines(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> int:
    """Write every line; return the first row below them."""
    row = _TABLE
    for block in form.blocks:
        for line in block:
            suffix = "_total" if line.is_total else "_subtotal" if line.is_subtotal else ""
            sheet.set_row(row, _height(line, form))
            sheet.write_number(row, 0, line.number, styles[f"centred{suffix}"])
            for position, text in enumerate((line.division, *line.texts), 1):
                sheet.write_string(row, position, text, styles[f"text{suffix}"])
            _write_cells(sheet, row, line, form, styles, suffix)
            row += 1
    return row


def _write_cells(
    sheet: Worksheet, row: int, line: Line, form: Form, styles: dict[str, Format], suffix: str
) -> None:
    for position, cell in enumerate(line.cells, _text_columns(form)):
        if cell is None or cell.value is None:
            sheet.write_string(row, position, written(cell, form.texts), styles[f"none{suffix}"])
        else:
            style = cell.unit if cell.unit in {"flag", "points"} else str(decimals(cell))
            sheet.write_number(row, position, _cell_number(cell.value), styles[f"{style}{suffix}"])


def _text_columns(form: Form) -> int:
    return len(form.text_headings)


def _columns(form: Form) -> int:
    return _text_columns(form) + len(form.columns)


def _widths(form: Form) -> list[int]:
    """Return the width of each column in letters."""
    figures = (12 if column.unit in {"persons", "%", "points", "flag"} else 17 for column in form.columns)
    least, most = _DIVISION_WIDTHS
    longest = max(width_of(block[0].division) for block in form.blocks) + 2
    return [6, min(most, max(least, longest)), *_TEXT_WIDTHS[: _text_columns(form) - 2], *figures]


def _height(line: Line, form: Form) -> float:
    """Return the height of a line, whose texts may wrap."""
    texts = zip((line.division, *line.texts), _widths(form)[1:], strict=False)
    return LINE * max(-(-width_of(text) // width) for text, width in texts)


def _cell_number(value: Decimal) -> int | float:
    """Return the number to store: whole numbers as integers, others as the nearest binary fraction."""
    return int(value) if value == value.to_integral_value() else float(value)


def _write_foot(sheet: Worksheet, form: Form, styles: dict[str, Format], *, row: int) -> None:
    """Write the note, then who signs for the reporting unit, then the sign-off."""
    last = _columns(form) - 1
    sheet.merge_range(row, 0, row, last, "", styles["note"])
    sheet.write_string(row, 0, form.note, styles["note"])
    sheet.set_row(row, _NOTE)
    for below, entries in ((row + 2, form.foot), (row + 3, sign_off(form.texts, form.imprint)[:3])):
        sheet.set_row(below, 24)
        sheet.merge_range(below, 0, below, last, "", styles["wrapped"])
        text = "　　　".join(_entry(entry, form) for entry in entries)
        sheet.write_string(below, 0, text, styles["wrapped"])


def _write_origins(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> None:
    """Write the key of each figure and the command that traces it to its rows."""
    _, *headings = form.texts.origins
    widths = [8, 8, 9, 7, 12, 32]
    # As wide as the form, so that both are printed at one scale.
    widths.append(max(round(printed_width(_widths(form)) - printed_width([*widths, 0])), _LEAST_COMMAND))
    for position, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.write_string(0, position, heading, styles["heading"])
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 0)
    _set_up_paper(sheet)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L&8{form.texts.publication} {form.imprint.number}&R&8{form.texts.origins[0]}")
    row = 0
    for at, line in enumerate(line for block in form.blocks for line in block):
        for position, cell in enumerate(line.cells, _text_columns(form)):
            if cell is None or not cell.indicator:
                continue
            row += 1
            place = xl_rowcol_to_cell(_TABLE + at, position)
            command = command_of(cell, form.month)
            sheet.set_row(row, LINE * -(-width_of(command) // widths[-1]))
            texts = (cell.cell, place, cell.division, cell.scheme, cell.breakdown, cell.indicator)
            for column, text in enumerate((*texts, command)):
                sheet.write_string(row, column, text, styles["wrapped"])


def _set_up_page(sheet: Worksheet, form: Form, *, last: int) -> None:
    first = _text_columns(form)
    for position, width in enumerate(_widths(form)):
        sheet.set_column(position, position, width)
    sheet.freeze_panes(_TABLE, first)
    sheet.repeat_rows(_HEAD, _TABLE - 1)
    sheet.print_area(0, 0, last, _columns(form) - 1)
    _set_up_paper(sheet)
    heads = 30 + 6 * LINE + (2 * LINE if form.not_usable else 4)
    sizes = Sizes(
        first=heads, headings=sum(_HEADINGS), foot=_NOTE + LINE + 2 * 24, scale=scale_of(_widths(form))
    )
    breaks = pages_of([[_height(line, form) for line in block] for block in form.blocks], sizes)
    sheet.set_h_pagebreaks([_TABLE + at for at in breaks])
    imprint, texts = form.imprint, form.texts
    pages = texts.page.format(page="&P", pages=len(breaks) + 1)
    sheet.set_start_page(1)
    sheet.set_footer(f"&L&8{texts.publication} {imprint.number}&C{pages}&R&8{imprint.proof}")


def _set_up_paper(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    # In width alone: page ends of the sheet's own are kept then, and two sheets as wide have one scale.
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()

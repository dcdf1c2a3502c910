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
from reporting.forms.trace_command import command_of

_FONT = {"zh": "宋体", "en": "Calibri"}
_TEXT_WIDTHS = (16, 26, 26, 12)  # division, scheme, kind or indicator, unit
_HEAD = 5  # rows above the figures' headings end here: title, three lines of information, warning
_TABLE = 8  # first row of figures
_FORMATS = {0: "#,##0", 2: "#,##0.00", 4: "#,##0.0000"}
_POINTS = "+#,##0.00;-#,##0.00;0.00"


def draw(form: Form) -> bytes:
    """Return the workbook's bytes: the form, and a sheet with the trace command of every figure.

    Headings are frozen, and repeated on every printed page.
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
        last = _write_lines(sheet, form, styles)
        _write_foot(sheet, form, styles, row=last)
        _set_up_page(sheet, form, last=last + 3)
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
        "right": book.add_format({**base, "align": "right"}),
        "warning": book.add_format({**base, "bold": True, "text_wrap": True}),
        "note": book.add_format({**base, "font_size": 9, "text_wrap": True, "valign": "top"}),
        "note_line": book.add_format({**base, "font_size": 9}),
        "heading": book.add_format({**boxed, "bold": True, "align": "center", "text_wrap": True}),
    }
    for suffix, more in (("", {}), ("_total", {"bold": True, "bg_color": "#EDEDED"})):
        styles[f"text{suffix}"] = book.add_format({**boxed, **more, "text_wrap": True})
        styles[f"centred{suffix}"] = book.add_format({**boxed, **more, "align": "center"})
        styles[f"none{suffix}"] = book.add_format({**boxed, **more, "align": "right"})
        for name, code in formats.items():
            styles[f"{name}{suffix}"] = book.add_format({**number, **more, "num_format": code})
    return styles


def _write_head(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> None:
    last = _text_columns(form) + len(form.columns) - 1
    texts = form.texts
    sheet.merge_range(0, 0, 0, last, "", styles["title"])
    sheet.write_string(0, 0, form.title, styles["title"])
    sheet.set_row(0, 30)
    colon = "：" if form.language == "zh" else ": "
    sheet.write_string(1, 0, f"{texts.form}{colon}{form.code}", styles["plain"])
    sheet.write_string(2, 0, f"{texts.period}{colon}{form.period}", styles["plain"])
    sheet.write_string(3, 0, f"{texts.area}{colon}{form.area}", styles["plain"])
    sheet.write_string(2, last, f"{texts.publication}{colon}{form.imprint.number}", styles["right"])
    sheet.write_string(3, last, f"{texts.unit}{colon}{form.unit}", styles["right"])
    if form.not_usable:
        sheet.merge_range(4, 0, 4, last, "", styles["warning"])
        sheet.write_string(4, 0, f"{texts.not_usable}{colon}{', '.join(form.not_usable)}", styles["warning"])
        sheet.set_row(4, 30)


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
    sheet.set_row(_HEAD, 20)
    sheet.set_row(_HEAD + 1, 32)


def _write_lines(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> int:
    """Write every line; return the first row below them."""
    row = _TABLE
    for block in form.blocks:
        for line in block:
            suffix = "_total" if line.is_total else ""
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


def _cell_number(value: Decimal) -> int | float:
    """Return the number to store: whole numbers as integers, others as the nearest binary fraction."""
    return int(value) if value == value.to_integral_value() else float(value)


def _write_foot(sheet: Worksheet, form: Form, styles: dict[str, Format], *, row: int) -> None:
    """Write the note, then the sign-off block with the preparer and room for two signatures."""
    last = _text_columns(form) + len(form.columns) - 1
    sheet.merge_range(row, 0, row, last, "", styles["note"])
    sheet.write_string(row, 0, form.note, styles["note"])
    sheet.set_row(row, 40)
    texts = form.texts
    colon = "：" if form.language == "zh" else ": "
    trace = f"{texts.trace}fundwatch trace … ({texts.origins[0]})"
    sheet.write_string(row + 1, 0, trace, styles["note_line"])
    sheet.write_string(row + 3, 0, f"{texts.prepared_by}{colon}{form.imprint.preparer}", styles["plain"])
    steps = (texts.reviewed_by, texts.approved_by, texts.date)
    width = max(1, len(form.columns) // len(steps))
    for step, text in enumerate(steps):
        sheet.write_string(row + 3, _text_columns(form) + step * width, f"{text}{colon}", styles["plain"])


def _write_origins(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> None:
    """Write the key of each figure and the command that traces it to its rows."""
    _, *headings = form.texts.origins
    for position, (heading, width) in enumerate(zip(headings, (10, 10, 12, 10, 22, 36, 100), strict=True)):
        sheet.write_string(0, position, heading, styles["heading"])
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    row = 0
    for at, line in enumerate(line for block in form.blocks for line in block):
        for position, cell in enumerate(line.cells, _text_columns(form)):
            if cell is None or not cell.indicator:
                continue
            row += 1
            place = xl_rowcol_to_cell(_TABLE + at, position)
            texts = (cell.cell, place, cell.division, cell.scheme, cell.breakdown, cell.indicator)
            for column, text in enumerate((*texts, command_of(cell, form.month))):
                sheet.write_string(row, column, text, styles["plain"])


def _set_up_page(sheet: Worksheet, form: Form, *, last: int) -> None:
    first, right = _text_columns(form), _text_columns(form) + len(form.columns) - 1
    sheet.set_column(0, 0, 6)
    for position, width in zip(range(1, first), _TEXT_WIDTHS, strict=False):
        sheet.set_column(position, position, width)
    for position, column in enumerate(form.columns, first):
        sheet.set_column(position, position, 12 if column.unit in {"persons", "%", "points", "flag"} else 17)
    sheet.freeze_panes(_TABLE, first)
    sheet.repeat_rows(_HEAD, _TABLE - 1)
    sheet.print_area(0, 0, last, right)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    imprint = form.imprint
    sheet.set_footer(
        f"&L&8{form.texts.publication} {imprint.number}"
        "&C" + form.texts.page.format(page="&P", pages="&N") + f"&R&8{imprint.proof}"
    )

"""A form as an Excel workbook: real numbers, texts that can never be formulas, the same bytes each time."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.forms import Column, Form, Line, written

_FONT = {"zh": "宋体", "en": "Calibri"}
_TEXT_COLUMNS = 3  # line, division, scheme
_HEAD = 5  # rows above the figures' headings end here: title, three lines of information, warning
_TABLE = 8  # first row of figures


def draw(form: Form) -> bytes:
    """Return the workbook's bytes: one sheet, headings frozen and repeated on every printed page."""
    target = io.BytesIO()
    # Nothing is ever turned into a formula, a link or a number behind our back.
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
        styles = _styles(book, form.language)
        _write_head(sheet, form, styles)
        _write_headings(sheet, form, styles)
        last = _write_lines(sheet, form, styles)
        _write_foot(sheet, form, styles, row=last)
        _set_up_page(sheet, form, last=last + 2)
    return target.getvalue()


def _styles(book: Workbook, language: str) -> dict[str, Format]:
    base = {"font_name": _FONT[language], "font_size": 10, "valign": "vcenter"}
    boxed = {**base, "border": 1}
    total = {"bold": True, "bg_color": "#EDEDED"}
    return {
        "title": book.add_format({**base, "font_size": 16, "bold": True, "align": "center"}),
        "plain": book.add_format(base),
        "right": book.add_format({**base, "align": "right"}),
        "warning": book.add_format({**base, "bold": True, "text_wrap": True}),
        "note": book.add_format({**base, "font_size": 9, "text_wrap": True, "valign": "top"}),
        "heading": book.add_format({**boxed, "bold": True, "align": "center", "text_wrap": True}),
        "text": book.add_format(boxed),
        "text_total": book.add_format({**boxed, **total}),
        "centred": book.add_format({**boxed, "align": "center"}),
        "centred_total": book.add_format({**boxed, **total, "align": "center"}),
        "0": book.add_format({**boxed, "num_format": "#,##0"}),
        "0_total": book.add_format({**boxed, **total, "num_format": "#,##0"}),
        "2": book.add_format({**boxed, "num_format": "#,##0.00"}),
        "2_total": book.add_format({**boxed, **total, "num_format": "#,##0.00"}),
        "none": book.add_format({**boxed, "align": "right"}),
        "none_total": book.add_format({**boxed, **total, "align": "right"}),
    }


def _write_head(sheet: Worksheet, form: Form, styles: dict[str, Format]) -> None:
    last = _TEXT_COLUMNS + len(form.columns) - 1
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
    for position, text in enumerate((texts.line, texts.division, texts.scheme)):
        sheet.merge_range(_HEAD, position, _HEAD + 1, position, "", style)
        sheet.write_string(_HEAD, position, text, style)
    for position, text in enumerate(("", *texts.column_letters)):
        sheet.write_string(_HEAD + 2, position, text, style)
    at = _TEXT_COLUMNS
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
            sheet.write_string(row, 1, line.division, styles[f"text{suffix}"])
            sheet.write_string(row, 2, line.scheme, styles[f"text{suffix}"])
            _write_values(sheet, row, line, form.columns, styles, suffix)
            row += 1
    return row


def _write_values(
    sheet: Worksheet,
    row: int,
    line: Line,
    columns: tuple[Column, ...],
    styles: dict[str, Format],
    suffix: str,
) -> None:
    for position, (column, value) in enumerate(zip(columns, line.values, strict=True), _TEXT_COLUMNS):
        if value is None:
            sheet.write_string(row, position, written(value, column), styles[f"none{suffix}"])
        else:
            sheet.write_number(row, position, _cell_number(value), styles[f"{column.decimals}{suffix}"])


def _cell_number(value: Decimal) -> int | float:
    """Return what the workbook stores: whole numbers as such, others as the nearest binary fraction."""
    return int(value) if value == value.to_integral_value() else float(value)


def _write_foot(sheet: Worksheet, form: Form, styles: dict[str, Format], *, row: int) -> None:
    """Write the note, then the sign-off block: who prepared it, and room for two signatures."""
    last = _TEXT_COLUMNS + len(form.columns) - 1
    sheet.merge_range(row, 0, row, last, "", styles["note"])
    sheet.write_string(row, 0, form.note, styles["note"])
    sheet.set_row(row, 40)
    texts = form.texts
    colon = "：" if form.language == "zh" else ": "
    sheet.write_string(row + 2, 0, f"{texts.prepared_by}{colon}{form.imprint.preparer}", styles["plain"])
    steps = (texts.reviewed_by, texts.approved_by, texts.date)
    width = len(form.columns) // len(steps)
    for step, text in enumerate(steps):
        sheet.write_string(row + 2, _TEXT_COLUMNS + step * width, f"{text}{colon}", styles["plain"])


def _set_up_page(sheet: Worksheet, form: Form, *, last: int) -> None:
    right = _TEXT_COLUMNS + len(form.columns) - 1
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 2, 26)
    sheet.set_column(_TEXT_COLUMNS, right, 12 if form.columns[0].decimals == 0 else 17)
    sheet.freeze_panes(_TABLE, _TEXT_COLUMNS)
    sheet.repeat_rows(_HEAD, _TABLE - 1)
    sheet.print_area(0, 0, last, right)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_footer("&C" + form.texts.page.format(page="&P", pages="&N") + f"&R&8{form.imprint.proof}")

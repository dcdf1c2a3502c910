"""Sheets of form B1 as a workbook, row by row, so that a county's hundreds take little memory."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from reporting.base_sheets.sheet import Section, Sheet, Value, written

_FONT = {"zh": "宋体", "en": "Calibri"}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")


def write_workbook(path: Path, sheets: Iterable[Sheet], *, language: str, as_of: date) -> int:
    """Write sheets into a workbook readable by its owner only, and return their number.

    Again:  the same sheets give the same bytes. No text in it can become a formula.
    """
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "tmpdir": str(path.parent),
    }  # fmt: skip
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as target:
        draft = Path(target.name)
    count = 0
    try:
        with xlsxwriter.Workbook(draft, options) as book:
            # The as-of day, not the clock: equal content gives equal bytes.
            book.set_properties({"created": datetime.combine(as_of, time.min)})
            styles = _styles(book, language)
            names: set[str] = set()
            for sheet in sheets:
                _write(book, sheet, _name(sheet.name, names), styles)
                count += 1
            if not count:
                book.add_worksheet()
        draft.chmod(0o600)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _name(wanted: str, taken: set[str]) -> str:
    plain = _NOT_IN_NAMES.sub("_", wanted)[:31]
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: 31 - len(str(number)) - 1]}~{number}"
    taken.add(name.lower())
    return name


def _styles(book: Workbook, language: str) -> dict[str, Format]:
    base = {"font_name": _FONT[language], "font_size": 9, "valign": "vcenter", "quote_prefix": True}
    boxed = {**base, "border": 1}
    return {
        "title": book.add_format({**base, "font_size": 15, "bold": True}),
        "plain": book.add_format(base),
        "bold": book.add_format({**base, "bold": True}),
        "heading": book.add_format(
            {**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EDEDED"}
        ),
        "text": book.add_format(boxed),
        "nothing": book.add_format({**boxed, "align": "right"}),
        "money": book.add_format({**boxed, "num_format": "#,##0.00", "quote_prefix": False}),
        "count": book.add_format({**boxed, "num_format": "0", "quote_prefix": False}),
    }


def _write(book: Workbook, sheet: Sheet, name: str, styles: dict[str, Format]) -> None:
    page = book.add_worksheet(name)
    widest = [
        max(section.widths[at] for section in sheet.sections if at < len(section.widths))
        for at in range(max(len(section.widths) for section in sheet.sections))
    ]
    for column, width in enumerate(widest):
        page.set_column(column, column, max(width, 11))
    page.write_string(0, 0, sheet.title, styles["title"])
    colon = "：" if sheet.language == "zh" else ": "
    row = 1
    for at in range(0, len(sheet.head), 3):
        for place, (label, value) in enumerate(sheet.head[at : at + 3]):
            page.write_string(row, place * 5, f"{label}{colon}{written(value)}", styles["plain"])
        row += 1
    for section in sheet.sections:
        row = _write_section(page, section, row + 1, styles)
    line = "　　　　".join(f"{label}{colon}____________" for label in sheet.signed)
    page.write_string(row + 1, 0, line, styles["plain"])
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.print_area(0, 0, row + 1, len(widest) - 1)
    page.set_footer("&C&P / &N")


def _write_section(page: object, section: Section, row: int, styles: dict[str, Format]) -> int:
    page.write_string(row, 0, section.title, styles["bold"])  # type: ignore[attr-defined]
    row += 1
    for column, heading in enumerate(section.headings):
        page.write_string(row, column, heading, styles["heading"])  # type: ignore[attr-defined]
    for values in section.rows:
        row += 1
        for column, value in enumerate(values):
            _write_cell(page, row, column, value, styles, is_figure=column in section.figures)
    if not section.rows:
        row += 1
        page.write_string(row, 0, section.empty, styles["plain"])  # type: ignore[attr-defined]
    return row + 1


def _write_cell(
    page: object, row: int, column: int, value: Value, styles: dict[str, Format], *, is_figure: bool
) -> None:
    if isinstance(value, Decimal):
        page.write_number(row, column, float(value), styles["money"])  # type: ignore[attr-defined]
    elif isinstance(value, int):
        page.write_number(row, column, value, styles["count"])  # type: ignore[attr-defined]
    else:
        style = styles["nothing" if is_figure and value is None else "text"]
        page.write_string(row, column, written(value), style)  # type: ignore[attr-defined]

"""What the workbooks of both statements share: formats, names of sheets, heights of rows, printed pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.statements.edition import Edition

# No text becomes a formula, a link or a number.
OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
HEIGHT = 17.0
BLANK = "____________"
_FONT = {"zh": "宋体", "en": "Calibri"}
_MONEY = "#,##0.00"
_SHADE = "#EDEDED"
_LONGEST_NAME = 31
_ROOM = 4  # of a column beside its longest amount, in letters
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def properties(title: str, as_of: date) -> dict[str, object]:
    """Return a workbook's properties; dated by the as-of day, so that equal content gives equal bytes."""
    return {"title": title, "created": datetime.combine(as_of, datetime.min.time())}


def styles_of(book: Workbook, language: str) -> dict[str, Format]:
    """Return the formats of cells by name."""
    # A text that looks like a formula stays one when somebody edits the cell: quotePrefix.
    base = {"font_name": _FONT[language], "font_size": 10, "valign": "vcenter", "quote_prefix": True}
    boxed = {**base, "border": 1}
    styles = {
        "title": book.add_format({**base, "font_size": 16, "bold": True, "align": "center"}),
        "subtitle": book.add_format({**base, "font_size": 12, "bold": True}),
        "plain": book.add_format(base),
        "right": book.add_format({**base, "align": "right"}),
        "bold": book.add_format({**base, "bold": True}),
        "wrapped": book.add_format({**base, "text_wrap": True}),
        "note": book.add_format({**base, "font_size": 9, "text_wrap": True, "valign": "top"}),
        "mark": book.add_format({**base, "bold": True, "border": 2, "align": "center"}),
        "warning": book.add_format({**base, "bold": True, "text_wrap": True, "border": 2}),
        "heading": book.add_format(
            {**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": _SHADE}
        ),
        "box": book.add_format({**boxed, "text_wrap": True, "valign": "top"}),
    }
    for suffix, more in (("", {}), ("_bold", {"bold": True}), ("_last", {"bold": True, "bg_color": _SHADE})):
        styles[f"text{suffix}"] = book.add_format({**boxed, **more, "text_wrap": True, "indent": 1})
        styles[f"centred{suffix}"] = book.add_format({**boxed, **more, "text_wrap": True, "align": "center"})
        styles[f"none{suffix}"] = book.add_format({**boxed, **more, "align": "right"})
        styles[f"money{suffix}"] = book.add_format(
            {**boxed, **more, "align": "right", "num_format": _MONEY, "quote_prefix": False}
        )
        styles[f"marked{suffix}"] = book.add_format(
            {**boxed, **more, "align": "right", "num_format": f'"▲ "{_MONEY};"▲ "-{_MONEY}',
             "quote_prefix": False}
        )  # fmt: skip
        styles[f"count{suffix}"] = book.add_format(
            {**boxed, **more, "align": "right", "num_format": "0", "quote_prefix": False}
        )
    return styles


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Return a name per sheet that Excel takes: no forbidden character, at most 31, none twice."""
    names: list[str] = []
    taken: set[str] = set()
    for text in wanted:
        base = _FORBIDDEN.sub("_", text).strip("' ") or "_"
        name, number = base[:_LONGEST_NAME], 1
        while name.casefold() in taken:
            number += 1
            name = f"{base[: _LONGEST_NAME - len(str(number)) - 1]}~{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def width_of(amounts: Iterable[str], *, least: int) -> int:
    """Return the width of a column of amounts: none of them may become a row of crosses."""
    return max(least, max((len(text) + _ROOM for text in amounts), default=0))


def height_of(text: str, width: float) -> float:
    """Estimate how high a row is in which a text wraps; a Chinese character takes the room of two letters."""
    letters = sum(1 if character.isascii() else 2 for character in text)
    return HEIGHT * max(1, -(-letters // max(int(width), 1)))


def set_up_page(page: Worksheet, edition: Edition, month: str) -> None:
    """Set a sheet up for A4 landscape, as wide as the page."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.set_default_row(HEIGHT)
    texts = edition.texts
    left = f"{edition.publication} {month}".replace("&", "&&")
    page.set_footer(f"&L&8{left}&C" + texts.page.format(page="&P", pages="&N") + f"&R&8{edition.proof}")

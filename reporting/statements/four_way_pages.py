"""The four-way statements (R7) as a typeset PDF and as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from reporting.documents.document import COUNT, MONEY, TEXT, TableCell
from reporting.drawing.html import template
from reporting.drawing.typesetting import typeset_on
from reporting.formatting import counted, figure
from reporting.statements.edition import Edition
from reporting.statements.four_way import FourWaySheet, FourWaySheets
from reporting.statements.texts import FourWayTexts
from reporting.texts import month_in_words

PRINTED = 500
"""Items of a division that are printed; the workbook has them all."""
# The room of a column of amounts in points, how wide a digit is, and how small and large one may be.
_ROOM, _DIGIT, _SMALLEST, _LARGEST = 46.0, 0.6, 4.8, 7.5
_SIDES = {TEXT: "left", MONEY: "right", COUNT: "right"}


def draw_pdf(sheets: FourWaySheets, edition: Edition) -> bytes:
    """Return the PDF's bytes: A4 landscape, each fiscal division on pages of its own, pages numbered."""
    longest = max(
        (
            len(cell.text)
            for sheet in sheets.sheets
            for row in sheet.rows
            for cell in row
            if cell.style == MONEY
        ),
        default=1,
    )
    data = {
        **edition.data(), **_page(sheets, edition), "divisions": _divisions(sheets),
        "size": round(max(_SMALLEST, min(_LARGEST, _ROOM / (_DIGIT * longest))), 1),
    }  # fmt: skip
    return typeset_on("four_way.typ", data, edition.as_of)


def draw_html(sheets: FourWaySheets, edition: Edition) -> bytes:
    """Return the page's bytes, UTF-8."""
    page = _page(sheets, edition)
    return (
        template("four_way.html")
        .render(
            sheets=sheets,
            divisions=_divisions(sheets),
            page=page,
            month=page["month"],
            edition=edition,
            texts=edition.texts,
        )
        .encode()
    )


def seals(words: FourWayTexts, edition: Edition) -> list[dict[str, object]]:
    """Return the boxes of the four parties; the agency's has the names of who prepared and approved."""
    names = (words.handled, words.head_of, words.date)
    ours = (edition.preparer, edition.approver, edition.signed_on)
    return [
        {
            "title": f"{party}{words.seal}",
            "lines": list(zip(names, ours if at == 0 else ("", "", ""), strict=True)),
        }
        for at, party in enumerate(words.seals)
    ]


def _page(sheets: FourWaySheets, edition: Edition) -> dict[str, object]:
    words = sheets.texts
    return {
        "title": sheets.title,
        "month": month_in_words(sheets.month, words.language),
        "unit": words.unit,
        "headings": words.headings,
        "note": words.note,
        "details": words.details,
        "detail_headings": words.detail_headings,
        "no_items": words.no_items,
        "continued": words.continued,
        "colon": words.colon,
        "seals": seals(words, edition),
        "none_asked": words.none_asked,
    }


def _divisions(sheets: FourWaySheets) -> list[dict[str, object]]:
    return [
        {
            "name": sheet.head[0][1],
            "head": sheet.head,
            "rows": [_cells(row) for row in sheet.rows],
            "details": [_cells(row) for row in sheet.details[:PRINTED]],
            "more": _more(sheet, sheets.texts),
        }
        for sheet in sheets.sheets
    ]


def _more(sheet: FourWaySheet, words: FourWayTexts) -> str:
    beyond = sheet.amounts[PRINTED:]
    if not beyond:
        return ""
    whole = figure(sum(beyond, Decimal(0)), "yuan")
    return words.more.format(count=counted(len(beyond)), amount=whole)


def _cells(row: Iterable[TableCell]) -> list[tuple[str, str]]:
    return [(cell.text, _SIDES.get(cell.style, "center")) for cell in row]

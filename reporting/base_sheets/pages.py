"""Sheets of form B1 as a PDF: each begins on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reporting.base_sheets.sheet import Section, Sheet, written
from reporting.base_sheets.texts import TEXTS
from reporting.drawing.typesetting import typeset_on


def draw_pdf(sheets: Sequence[Sheet], *, language: str, as_of: date) -> bytes:
    """Return the PDF's bytes: A4 landscape, headings on every page, pages numbered."""
    texts = TEXTS[language]
    data = {
        "language": language,
        "author": "",
        "draft": "",
        "publication": "B1",
        "proof": "",
        "page": texts.page,
        "title": texts.title,
        "sheets": [
            {
                "title": sheet.title,
                "head": [[label, written(value)] for label, value in sheet.head],
                "sections": [_section(section) for section in sheet.sections],
                "signed": sheet.signed,
            }
            for sheet in sheets
        ],
    }
    return typeset_on("base_sheet.typ", data, as_of)


def _section(section: Section) -> dict[str, object]:
    return {
        "title": section.title,
        "headings": section.headings,
        "widths": section.widths,
        "empty": section.empty,
        "rows": [
            [[written(value), at in section.figures] for at, value in enumerate(row)] for row in section.rows
        ],
    }

"""A document as a typeset PDF and as one self-contained HTML page."""

from __future__ import annotations

from reporting.documents.document import (
    COUNT,
    MONEY,
    PERCENT,
    PLACE,
    POINTS,
    TEXT,
    Document,
    DocumentTable,
)  # fmt: skip
from reporting.drawing.html import template
from reporting.drawing.typesetting import common_data, typeset
from reporting.imprint import Imprint

_SIDES = {TEXT: "left", PERCENT: "right", POINTS: "right", COUNT: "right", MONEY: "right", PLACE: "center"}


def draw_pdf(document: Document, imprint: Imprint) -> bytes:
    """Return the PDF's bytes: A4 landscape, headings on every page, pages numbered."""
    texts = document.texts
    data = {
        **common_data(texts, imprint),
        "title": document.title,
        "head": _head(document, imprint),
        "warning": f"{texts.not_usable}: {', '.join(document.not_usable)}" if document.not_usable else "",
        "headline_title": document.headline_title,
        "headline": [[line.about, line.said] for line in document.headline],
        "summary_title": document.summary_title,
        "paragraphs": document.paragraphs,
        "tables": [_table_data(table) for table in document.tables],
    }
    return typeset("document.typ", data, imprint)


def draw_html(document: Document, imprint: Imprint) -> bytes:
    """Return the page's bytes, UTF-8."""
    return (
        template("document.html")
        .render(
            document=document,
            head=_head(document, imprint),
            texts=document.texts,
            imprint=imprint,
            sides=_SIDES,
        )
        .encode()
    )


def _head(document: Document, imprint: Imprint) -> list[tuple[str, str]]:
    texts = document.texts
    return [
        (texts.form, document.form),
        (texts.area, document.area),
        (texts.period, document.period),
        (texts.publication, str(imprint.number)),
    ]


def _table_data(table: DocumentTable) -> dict[str, object]:
    """Return a table in the shape the template reads."""
    return {
        "title": table.title,
        "note": table.note,
        "headings": [{"text": heading.text, "parts": heading.parts} for heading in table.headings],
        "has_parts": table.has_parts,
        "rows": [
            {
                "is_bold": at in table.bold,
                "cells": [[cell.text, _SIDES.get(cell.style, "center")] for cell in row],
            }
            for at, row in enumerate(table.rows)
        ],
        "widths": table.widths,
        "empty": table.empty,
    }

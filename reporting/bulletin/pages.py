"""The quality bulletin as a typeset PDF and as one self-contained HTML page."""

from __future__ import annotations

from reporting.bulletin.layout import MONTHLY, Bulletin
from reporting.bulletin.tables import COUNT, PERCENT, PLACE, POINTS, TEXT, BulletinTable
from reporting.drawing.html import template
from reporting.drawing.typesetting import common_data, typeset
from reporting.imprint import Imprint

_SIDES = {TEXT: "left", PERCENT: "right", POINTS: "right", COUNT: "right", PLACE: "center"}


def draw_pdf(bulletin: Bulletin, imprint: Imprint) -> bytes:
    """Return the PDF's bytes: A4 landscape, headings on every page, pages numbered."""
    texts = bulletin.texts
    data = {
        **common_data(texts, imprint),
        "title": bulletin.title,
        "head": _head(bulletin, imprint),
        "warning": f"{texts.not_usable}: {', '.join(bulletin.not_usable)}" if bulletin.not_usable else "",
        "headline_title": bulletin.headline_title,
        "headline": [[line.about, line.said] for line in bulletin.headline],
        "summary_title": bulletin.summary_title,
        "paragraphs": bulletin.paragraphs,
        "tables": [_table_data(table) for table in bulletin.tables],
    }
    return typeset("bulletin.typ", data, imprint)


def draw_html(bulletin: Bulletin, imprint: Imprint) -> bytes:
    """Return the page's bytes, UTF-8."""
    return (
        template("bulletin.html")
        .render(
            document=bulletin,
            head=_head(bulletin, imprint),
            texts=bulletin.texts,
            imprint=imprint,
            sides=_SIDES,
        )
        .encode()
    )


def _head(bulletin: Bulletin, imprint: Imprint) -> list[tuple[str, str]]:
    texts = bulletin.texts
    return [
        (texts.form, MONTHLY),
        (texts.area, bulletin.area),
        (texts.period, bulletin.period),
        (texts.publication, str(imprint.number)),
    ]


def _table_data(table: BulletinTable) -> dict[str, object]:
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

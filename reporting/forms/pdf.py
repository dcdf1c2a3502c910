"""A form as a typeset PDF."""

from __future__ import annotations

from reporting.drawing.typesetting import around, drawing, typeset
from reporting.formatting import written
from reporting.forms.layout import Form, Line

# Longest figure in characters -> size of type, so that nine columns of amounts fit an A4 page.
_SIZES = ((12, 8.5), (15, 8.0), (18, 7.0))
_SMALLEST = 6.0
# From this number of columns on, type is smaller, so that headings stay within them.
_MANY = 12
_OF_MANY = 7.5


def draw(form: Form) -> bytes:
    """Return the PDF's bytes: headings on every page, pages numbered, a county never torn apart."""
    return typeset("form.typ", _described(form), form.imprint)


def _described(form: Form) -> dict:
    """Return the form as the template reads it."""
    texts = form.texts
    lines = [[_line(line, form) for line in block] for block in form.blocks]
    longest = max(len(text) for block in lines for line in block for text in line["values"])
    return {
        **around(texts, form.imprint),
        "title": form.title,
        "head": [
            [texts.form, form.code],
            [texts.period, form.period],
            [texts.area, form.area],
            [texts.unit, form.unit],
        ],
        "warning": f"{texts.not_usable}: {', '.join(form.not_usable)}" if form.not_usable else "",
        "text_headings": form.text_headings,
        "letters": texts.column_letters[: len(form.text_headings) - 1],
        "headings": [
            {"span": span, "columns": [{"heading": c.heading, "number": str(c.number)} for c in columns]}
            for span, columns in form.headings
        ],
        "blocks": lines,
        "note": form.note,
        "trace": f"{texts.trace}fundwatch trace … --month {form.month} --division … --scheme …",
        "charts_title": texts.charts,
        "charts": [drawing(chart) for chart in form.charts],
        "size": min(
            next((size for limit, size in _SIZES if longest <= limit), _SMALLEST),
            _OF_MANY if len(form.text_headings) + len(form.columns) > _MANY else _SIZES[0][1],
        ),
    }


def _line(line: Line, form: Form) -> dict:
    return {
        "number": str(line.number),
        "division": line.division,
        "texts": line.texts,
        "is_total": line.is_total,
        "values": [written(cell, form.texts) for cell in line.cells],
    }

"""A form as a typeset PDF."""

from __future__ import annotations

from reporting.drawing.typesetting import chart_data, common_data, typeset
from reporting.formatting import written
from reporting.forms.layout import Form, Line

# Longest figure in characters -> font size, so that nine columns of amounts fit an A4 page.
_SIZES = ((12, 8.5), (15, 8.0), (18, 7.0))
_SMALLEST = 6.0
# Above this number of columns the font is smaller, so that headings fit their columns.
_MANY = 12
_OF_MANY = 7.5


def draw(form: Form) -> bytes:
    """Return the PDF's bytes: headings on every page, pages numbered, no page break inside a county."""
    return typeset("form.typ", _template_data(form), form.imprint)


def _template_data(form: Form) -> dict[str, object]:
    """Return the form in the shape the template reads."""
    texts = form.texts
    lines = [[_line(line, form) for line in block] for block in form.blocks]
    longest = max(len(written(cell, texts)) for block in form.blocks for line in block for cell in line.cells)
    return {
        **common_data(texts, form.imprint),
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
        "charts": [chart_data(chart) for chart in form.charts],
        "size": min(
            next((size for limit, size in _SIZES if longest <= limit), _SMALLEST),
            _OF_MANY if len(form.text_headings) + len(form.columns) > _MANY else _SIZES[0][1],
        ),
    }


def _line(line: Line, form: Form) -> dict[str, object]:
    return {
        "number": str(line.number),
        "division": line.division,
        "texts": line.texts,
        "is_total": line.is_total,
        "values": [written(cell, form.texts) for cell in line.cells],
    }

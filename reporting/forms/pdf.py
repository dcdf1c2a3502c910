"""A form as a typeset PDF."""

from __future__ import annotations

from reporting.drawing.typesetting import chart_data, common_data, typeset
from reporting.formatting import written
from reporting.forms.layout import Form, Line

# In millimetres: what an A4 page holds across, a text column of a form, and a point.
_ACROSS, _TEXT_COLUMN, _POINT = 269.0, 27.0, 0.3528
# Width of a figure's character in ems, and what a cell adds on its sides, in points.
_CHARACTER, _INSET = 0.57, 6.0
_LARGEST, _SMALLEST = 8.5, 5.5
# Lines of a county that a page holds with the headings; a county with more is cut where a page ends.
_KEPT_TOGETHER = 26


def draw(form: Form) -> bytes:
    """Return the PDF's bytes: headings on every page, pages numbered.

    A county is kept on one page; one that no page holds is cut where the page ends, and continued.
    """
    return typeset("form.typ", _template_data(form), form.imprint)


def _template_data(form: Form) -> dict[str, object]:
    """Return the form in the shape the template reads."""
    texts = form.texts
    return {
        **common_data(texts, form.imprint),
        "title": form.title,
        "head": form.head,
        "reporting_unit": form.reporting_unit,
        "area": [texts.area, form.area],
        "period": form.period,
        "unit": [texts.unit, form.unit],
        "foot": form.foot,
        "warning": f"{texts.not_usable}: {', '.join(form.not_usable)}" if form.not_usable else "",
        "text_headings": form.text_headings,
        "letters": texts.column_letters[: len(form.text_headings) - 1],
        "headings": [
            {"span": span, "columns": [{"heading": c.heading, "number": str(c.number)} for c in columns]}
            for span, columns in form.headings
        ],
        "blocks": [
            {
                "division": block[0].division,
                "is_kept": len(block) <= _KEPT_TOGETHER,
                "lines": [_line(line, form) for line in block],
            }
            for block in form.blocks
        ],
        "continued": texts.continued,
        "note": form.note,
        "charts_title": texts.charts,
        "charts": [chart_data(chart) for chart in form.charts],
        "size": _size(form),
    }


def _size(form: Form) -> float:
    """Return the font size in points at which the longest figure fits its column."""
    figures = (written(cell, form.texts) for block in form.blocks for line in block for cell in line.cells)
    longest = max(map(len, figures))
    column = (_ACROSS - _TEXT_COLUMN * len(form.text_headings)) / len(form.columns) / _POINT
    fitting = (column - _INSET) / (longest * _CHARACTER)
    return round(min(_LARGEST, max(_SMALLEST, fitting)), 1)


def _line(line: Line, form: Form) -> dict[str, object]:
    return {
        "number": str(line.number),
        "texts": line.texts,
        "is_total": line.is_total,
        "is_subtotal": line.is_subtotal,
        "values": [written(cell, form.texts) for cell in line.cells],
    }

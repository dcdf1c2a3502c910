"""A form as a typeset PDF: Typst from its wheel, fonts from theirs, nothing from the system."""

from __future__ import annotations

import importlib.util
import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import typst

from reporting.drawing.charts import Chart
from reporting.forms.layout import Form, Imprint, Line, written
from reporting.texts import Texts

_TEMPLATES = Path(__file__).parents[1] / "drawing" / "templates"
# Longest figure in characters -> size of type, so that nine columns of amounts fit an A4 page.
_SIZES = ((12, 8.5), (15, 8.0), (18, 7.0))
_SMALLEST = 6.0
# From this number of columns on, type is smaller, so that headings stay within them.
_MANY = 12
_OF_MANY = 7.5


def draw(form: Form) -> bytes:
    """Return the PDF's bytes: headings on every page, pages numbered, a county never torn apart."""
    return typeset("form.typ", _described(form), form.imprint)


def typeset(template: str, described: dict, imprint: Imprint) -> bytes:
    """Return what a template makes of data, as PDF; texts in the data are never markup."""
    # The as-of day, not the clock: equal content gives equal bytes.
    stamp = datetime.combine(imprint.as_of, time.min, tzinfo=UTC)
    return typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(described, ensure_ascii=False)},
        timestamp=stamp,
        format="pdf",
    )


def around(texts: Texts, imprint: Imprint) -> dict:
    """Return what every document says around its figures: who signs, which publication, which page."""
    return {
        "language": texts.language,
        "sign_off": [
            [texts.prepared_by, imprint.preparer],
            [texts.reviewed_by, ""],
            [texts.approved_by, ""],
            [texts.date, ""],
        ],
        "publication": f"{texts.publication} {imprint.number}",
        "proof": imprint.proof,
        "page": texts.page,
    }


def drawing(chart: Chart) -> dict:
    """Return a chart as the templates read it.

    Typst draws the text of pictures with the thinnest cut of a variable font; a stroke makes it regular.
    """
    svg = chart.svg.replace("<text ", '<text stroke="#111111" stroke-width="0.2" ')
    return {"title": chart.title, "svg": svg, "headings": chart.headings, "rows": chart.rows}


@cache
def _fonts() -> typst.Fonts:
    """Noto Sans CJK from the wheel ``manimgx-fonts-cjk``, found without importing it."""
    package = importlib.util.find_spec("manimgx_fonts_cjk")
    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(package.origin).parent)])


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

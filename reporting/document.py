"""A form as a typeset PDF: Typst from its wheel, fonts from theirs, nothing from the system."""

from __future__ import annotations

import importlib.util
import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import typst

from reporting.forms import Column, Form, Line, written

_TEMPLATE = Path(__file__).parent / "templates" / "form.typ"
# Longest figure in characters -> size of type, so that nine columns of amounts fit an A4 page.
_SIZES = ((12, 8.5), (15, 8.0), (18, 7.0))
_SMALLEST = 6.0


def draw(form: Form) -> bytes:
    """Return the PDF's bytes: headings on every page, pages numbered, a county never torn apart."""
    # The as-of day, not the clock: equal content gives equal bytes.
    stamp = datetime.combine(form.imprint.as_of, time.min, tzinfo=UTC)
    return typst.compile(
        _TEMPLATE,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"form": json.dumps(_described(form), ensure_ascii=False)},
        timestamp=stamp,
        format="pdf",
    )


@cache
def _fonts() -> typst.Fonts:
    """Noto Sans CJK from the wheel ``manimgx-fonts-cjk``, found without importing it."""
    package = importlib.util.find_spec("manimgx_fonts_cjk")
    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(package.origin).parent)])


def _described(form: Form) -> dict:
    """Return the form as the template reads it: texts only, so that nothing in them is ever markup."""
    texts = form.texts
    lines = [[_line(line, form.columns) for line in block] for block in form.blocks]
    longest = max(len(text) for block in lines for line in block for text in line["values"])
    return {
        "language": form.language,
        "title": form.title,
        "head": [
            [texts.form, form.code],
            [texts.period, form.period],
            [texts.area, form.area],
            [texts.unit, form.unit],
        ],
        "warning": f"{texts.not_usable}: {', '.join(form.not_usable)}" if form.not_usable else "",
        "text_headings": [texts.line, texts.division, texts.scheme],
        "letters": list(texts.column_letters),
        "headings": [
            {"span": span, "columns": [{"heading": c.heading, "number": str(c.number)} for c in columns]}
            for span, columns in form.headings
        ],
        "blocks": lines,
        "note": form.note,
        "sign_off": [
            [texts.prepared_by, form.imprint.preparer],
            [texts.reviewed_by, ""],
            [texts.approved_by, ""],
            [texts.date, ""],
        ],
        "publication": " · ".join(
            filter(None, (f"{texts.publication} {form.imprint.number}", form.imprint.proof))
        ),
        "page": texts.page,
        "size": next((size for limit, size in _SIZES if longest <= limit), _SMALLEST),
    }


def _line(line: Line, columns: tuple[Column, ...]) -> dict:
    return {
        "number": str(line.number),
        "division": line.division,
        "scheme": line.scheme,
        "is_total": line.is_total,
        "values": [written(value, column) for value, column in zip(line.values, columns, strict=True)],
    }

"""HTML templates: every text is escaped, every page is self-contained."""

from __future__ import annotations

from functools import cache

import jinja2
from markupsafe import Markup

from reporting.signature_block import draft_mark, sign_off


def safe(svg: str) -> Markup:
    """Return a chart's SVG as markup; Vega has escaped its texts."""
    return Markup(svg)  # noqa: S704 - drawn by reporting.drawing.charts, never taken from outside


@cache
def template(name: str) -> jinja2.Template:
    """Return a template of this package; it escapes all values."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reporting.drawing"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"sign_off": sign_off, "draft_mark": draft_mark}
    return environment.get_template(name)

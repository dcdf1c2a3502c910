"""HTML templates: every text is escaped, every page is self-contained."""

from __future__ import annotations

from functools import cache

import jinja2
from markupsafe import Markup


def safe(svg: str) -> Markup:
    """Return a chart of ours as it is; Vega has escaped the texts in it."""
    return Markup(svg)  # noqa: S704 - drawn by reporting.drawing.charts from data, never taken from outside


@cache
def template(name: str) -> jinja2.Template:
    """Return a template of this package; whatever it is given is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reporting.drawing"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)

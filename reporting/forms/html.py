"""A form as one self-contained HTML page: no script, no font, no picture from anywhere else."""

from __future__ import annotations

from functools import cache

import jinja2
from markupsafe import Markup

from reporting.forms.layout import Form, written
from reporting.forms.trace_command import command_of


def draw(form: Form) -> bytes:
    """Return the page's bytes, UTF-8."""
    return (
        template("form.html")
        .render(
            form=form,
            imprint=form.imprint,
            texts=form.texts,
            written=written,
            command_of=command_of,
            safe=safe,
        )
        .encode()
    )


def safe(svg: str) -> Markup:
    """Return a chart of ours as it is; Vega has escaped the texts in it."""
    return Markup(svg)  # noqa: S704 - drawn by reporting.chart from data, never taken from outside


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

"""A form as one self-contained HTML page: no script, no font, no picture from anywhere else."""

from __future__ import annotations

from functools import cache

import jinja2

from reporting.forms import Form, written


def draw(form: Form) -> bytes:
    """Return the page's bytes, UTF-8."""
    return template("form.html").render(form=form, texts=form.texts, written=written).encode()


@cache
def template(name: str) -> jinja2.Template:
    """Return a template of this package; whatever it is given is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reporting"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)

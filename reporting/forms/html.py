"""A form as one self-contained HTML page: no script, and nothing loaded from elsewhere."""

from __future__ import annotations

from reporting.drawing.html import safe, template
from reporting.formatting import written
from reporting.forms.layout import Form
from reporting.forms.trace_command import command_of


def draw(form: Form) -> bytes:
    """Return the page's bytes, UTF-8."""
    texts = form.texts
    return (
        template("form.html")
        .render(
            document=form,
            imprint=form.imprint,
            texts=texts,
            written=written,
            command_of=command_of,
            safe=safe,
        )
        .encode()
    )

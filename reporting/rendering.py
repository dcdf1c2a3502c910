"""Every file of a publication, as bytes; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reporting import document, page, scorecard, workbook
from reporting.content import Content
from reporting.forms import Imprint, lay_out
from reporting.texts import LANGUAGES

__all__ = ["Imprint", "render"]


def render(content: Content, imprint: Imprint) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file: every form as XLSX, PDF and HTML, then the scorecard as HTML.

    A month that was not measured has no scorecard.
    """
    for code, cells in groupby(content.cells, key=lambda cell: cell.form):
        of_form = list(cells)
        for language in LANGUAGES:
            form = lay_out(
                code,
                of_form,
                language=language,
                month=content.month,
                not_usable=content.not_usable,
                imprint=imprint,
            )
            yield f"{code}.{language}.xlsx", workbook.draw(form)
            yield f"{code}.{language}.pdf", document.draw(form)
            yield f"{code}.{language}.html", page.draw(form)
    if content.scorecard:
        for language in LANGUAGES:
            yield f"scorecard.{language}.html", scorecard.draw(content, imprint, language=language)

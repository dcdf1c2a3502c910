"""Every file of a publication, as bytes; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, product

from reporting import (
    analysis_page,
    bulletin,
    bulletin_book,
    bulletin_page,
    document,
    page,
    scorecard,
    sdmx,
    workbook,
)
from reporting.analysis import analyse
from reporting.content import Content
from reporting.form_charts import charts_of
from reporting.forms import Imprint, lay_out
from reporting.history import Series
from reporting.texts import LANGUAGES

__all__ = ["Imprint", "render"]


def render(content: Content, imprint: Imprint) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file.

    Shape:  every form as XLSX, PDF and HTML in each language and as SDMX-CSV, the structure those follow, the
            scorecard as HTML, the quality bulletin as XLSX, PDF and HTML, and of a quarter's last month the
            quarter's bulletin alike and the analysis as PDF and HTML. A month that was not measured has
            neither scorecard nor bulletin.
    """
    series = Series(content.history)
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
                charts=charts_of(code, of_form, series, month=content.month, language=language),
            )
            yield f"{code}.{language}.xlsx", workbook.draw(form)
            yield f"{code}.{language}.pdf", document.draw(form)
            yield f"{code}.{language}.html", page.draw(form)
    yield from sdmx.files(content.cells, month=content.month, as_of=imprint.as_of)
    if content.scorecard:
        for language in LANGUAGES:
            yield f"scorecard.{language}.html", scorecard.draw(content, imprint, language=language)
    for language, is_quarter in product(LANGUAGES, (False, True)):
        told = bulletin.lay_out(content, language=language, is_quarter=is_quarter)
        if told is not None:
            yield f"{told.code}.{language}.xlsx", bulletin_book.draw(told, imprint)
            yield f"{told.code}.{language}.pdf", bulletin_page.draw_pdf(told, imprint)
            yield f"{told.code}.{language}.html", bulletin_page.draw_html(told, imprint)
    for language in LANGUAGES:
        found = analyse(content, language=language)
        if found is not None:
            yield f"analysis.{language}.pdf", analysis_page.draw_pdf(found, imprint)
            yield f"analysis.{language}.html", analysis_page.draw_html(found, imprint)

"""Every file of a publication, as bytes; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reporting.analysis import pages as analysis_pages
from reporting.analysis.quarterly import analyse
from reporting.bulletin.layout import lay_out as lay_out_bulletin
from reporting.cell_labels import labels_of
from reporting.documents import pages as document_pages
from reporting.documents import xlsx as document_xlsx
from reporting.documents.document import Document
from reporting.forms import html as form_html
from reporting.forms import pdf as form_pdf
from reporting.forms import sdmx
from reporting.forms import xlsx as form_xlsx
from reporting.forms.charts import charts_of
from reporting.forms.layout import lay_out as lay_out_form
from reporting.imprint import Imprint
from reporting.points.layout import lay_out as lay_out_points
from reporting.scorecard import page as scorecard_page
from reporting.snapshot.content import Content
from reporting.snapshot.history import Series
from reporting.statements import files as statement_files
from reporting.texts import LANGUAGES

# The form that has lines of counties alone.
_OF_COUNTIES = "B1"


def render(content: Content, imprint: Imprint) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file.

    Shape:  every form as XLSX, PDF and HTML in each language and as SDMX-CSV, their SDMX structure, the
            scorecard as HTML, the quality bulletin as XLSX, PDF and HTML, and so the form of suspicious
            points, where the month was checked, and the statements of accounts and fiscal divisions, where
            it was reconciled; for the last month of a quarter
            also the quarter's bulletin in the same formats, and the analysis as PDF and HTML. A month that
            was not measured has neither scorecard nor bulletin.
    """
    series = Series(content.history)
    for code, cells in groupby(content.cells, key=lambda cell: cell.form):
        form_cells = list(cells)
        for language in LANGUAGES:
            form = lay_out_form(
                code,
                form_cells,
                language=language,
                month=content.month,
                not_usable=content.not_usable,
                imprint=imprint,
                area=_area(content, language) if code == _OF_COUNTIES else "",
                charts=charts_of(code, form_cells, series, month=content.month, language=language),
                form_head=content.form_head,
                year_to_date=content.year_to_date,
            )
            yield f"{code}.{language}.xlsx", form_xlsx.draw(form)
            yield f"{code}.{language}.pdf", form_pdf.draw(form)
            yield f"{code}.{language}.html", form_html.draw(form)
    yield from sdmx.files(
        content.cells, month=content.month, as_of=imprint.as_of, is_usable=not content.not_usable
    )
    if content.scorecard:
        for language in LANGUAGES:
            yield f"scorecard.{language}.html", scorecard_page.draw(content, imprint, language=language)
    for language in LANGUAGES:
        for document in _documents(content, language):
            yield from _draw(document, imprint)
    yield from _statements(content, imprint)
    for language in LANGUAGES:
        analysis = analyse(content, language=language)
        if analysis is not None:
            yield f"analysis.{language}.pdf", analysis_pages.draw_pdf(analysis, imprint)
            yield f"analysis.{language}.html", analysis_pages.draw_html(analysis, imprint)


def _area(content: Content, language: str) -> str:
    """Return the division that the statistics begin with: the city."""
    of_city = (cell for cell in content.cells if cell.form != _OF_COUNTIES)
    first = min(of_city, key=lambda cell: (cell.form, cell.place), default=None)
    return "" if first is None else labels_of(first, language)[0]


def _documents(content: Content, language: str) -> Iterator[Document]:
    """Yield the bulletins of a month and the form of its suspicious points, as far as there are any."""
    documents = (
        lay_out_bulletin(content, language=language),
        lay_out_bulletin(content, language=language, is_quarter=True),
        lay_out_points(content, language=language),
    )
    yield from (document for document in documents if document is not None)


def _statements(content: Content, imprint: Imprint) -> Iterator[tuple[str, bytes]]:
    """Yield the statements of accounts and of fiscal divisions, where the month was reconciled."""
    if content.statements is not None:
        yield from statement_files.draw(
            content.statements,
            month=content.month,
            as_of=content.as_of,
            form_head=content.form_head,
            imprint=imprint,
        )


def _draw(document: Document, imprint: Imprint) -> Iterator[tuple[str, bytes]]:
    """Yield a document's files in its language."""
    name = f"{document.code}.{document.texts.language}"
    yield f"{name}.xlsx", document_xlsx.draw(document, imprint)
    yield f"{name}.pdf", document_pages.draw_pdf(document, imprint)
    yield f"{name}.html", document_pages.draw_html(document, imprint)

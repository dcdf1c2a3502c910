"""Every file of a publication, as bytes; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
from reporting.snapshot.content import Cell, Content
from reporting.snapshot.history import Series
from reporting.statements import files as statement_files
from reporting.texts import LANGUAGES

# The form that has lines of counties alone.
_OF_COUNTIES = "B1"


# Typst lets Python work while it typesets: one part is typeset while another is laid out or written.
_SIDE_BY_SIDE = 2

Files = Iterator[tuple[str, bytes]]


def render(content: Content, imprint: Imprint) -> Files:
    """Yield name and bytes of each file.

    Shape:  every form as XLSX, PDF and HTML in each language and as SDMX-CSV, their SDMX structure, the
            scorecard as HTML, the quality bulletin as XLSX, PDF and HTML, and so the form of suspicious
            points, where the month was checked, and the statements of accounts and fiscal divisions, where
            it was reconciled; for the last month of a quarter
            also the quarter's bulletin in the same formats, and the analysis as PDF and HTML. A month that
            was not measured has neither scorecard nor bulletin.
    """
    series = Series(content.history)
    forms = [list(cells) for _, cells in groupby(content.cells, key=lambda cell: cell.form)]
    parts = (
        *(_form(content, imprint, cells, series, language) for cells in forms for language in LANGUAGES),
        _figures(content, imprint),
        *(_pages(content, imprint, language) for language in LANGUAGES),
        *(_statements(content, imprint, language) for language in LANGUAGES),
        *(_analysis(content, imprint, language) for language in LANGUAGES),
    )
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        drawn: Iterator[list[tuple[str, bytes]]] = pool.map(list, parts)
        for files in drawn:
            yield from files


def _form(content: Content, imprint: Imprint, cells: list[Cell], series: Series, language: str) -> Files:
    code = cells[0].form
    form = lay_out_form(
        code,
        cells,
        language=language,
        month=content.month,
        not_usable=content.not_usable,
        imprint=imprint,
        area=_area(content, language) if code == _OF_COUNTIES else "",
        charts=charts_of(code, cells, series, month=content.month, language=language),
        form_head=content.form_head,
        year_to_date=content.year_to_date,
    )
    yield f"{code}.{language}.xlsx", form_xlsx.draw(form)
    yield f"{code}.{language}.pdf", form_pdf.draw(form)
    yield f"{code}.{language}.html", form_html.draw(form)


def _figures(content: Content, imprint: Imprint) -> Files:
    """Yield the figures of the forms for programs."""
    yield from sdmx.files(
        content.cells, month=content.month, as_of=imprint.as_of, is_usable=not content.not_usable
    )


def _pages(content: Content, imprint: Imprint, language: str) -> Files:
    """Yield the scorecard, the bulletins of a month and the form of suspicious points, as far as they are."""
    if content.scorecard:
        yield f"scorecard.{language}.html", scorecard_page.draw(content, imprint, language=language)
    documents = (
        lay_out_bulletin(content, language=language),
        lay_out_bulletin(content, language=language, is_quarter=True),
        lay_out_points(content, language=language),
    )
    for document in documents:
        if document is not None:
            yield from _draw(document, imprint)


def _statements(content: Content, imprint: Imprint, language: str) -> Files:
    """Yield the statements of accounts and of fiscal divisions, where the month was reconciled."""
    if content.statements is not None:
        yield from statement_files.draw(
            content.statements,
            month=content.month,
            as_of=content.as_of,
            form_head=content.form_head,
            imprint=imprint,
            language=language,
        )


def _analysis(content: Content, imprint: Imprint, language: str) -> Files:
    analysis = analyse(content, language=language)
    if analysis is not None:
        yield f"analysis.{language}.pdf", analysis_pages.draw_pdf(analysis, imprint)
        yield f"analysis.{language}.html", analysis_pages.draw_html(analysis, imprint)


def _area(content: Content, language: str) -> str:
    """Return the division that the statistics begin with: the city."""
    of_city = (cell for cell in content.cells if cell.form != _OF_COUNTIES)
    first = min(of_city, key=lambda cell: (cell.form, cell.place), default=None)
    return "" if first is None else labels_of(first, language)[0]


def _draw(document: Document, imprint: Imprint) -> Files:
    """Yield a document's files in its language."""
    name = f"{document.code}.{document.texts.language}"
    yield f"{name}.xlsx", document_xlsx.draw(document, imprint)
    yield f"{name}.pdf", document_pages.draw_pdf(document, imprint)
    yield f"{name}.html", document_pages.draw_html(document, imprint)

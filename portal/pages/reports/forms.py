"""The forms of a publication, each figure a link to its trace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages.asked import asked_publication
from portal.pages.divisions import Divisions
from portal.pages.reports.links import reads_traces, trace_of
from portal.problems import not_found
from portal.rendering import page
from portal.visits import CurrentVisit, Publication, Visit

router = APIRouter(include_in_schema=False)

# Counts of bases, no indicators: nothing to trace, and no part of the list of figures.
OF_BASES = "B1"
# Between division, scheme, further texts and the heading of the column in a figure's label.
_SEPARATOR = " · "
_PLACE = re.compile(r"[rR](?P<row>[0-9]+)[cC](?P<column>[0-9]+)")
_FORMS = """
    select form, count(*) as figures
    from {relation}
    where publication = %(publication)s
    group by form
    order by form
"""
_CELLS = """
    select form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator
    from {relation}
    where publication = %(publication)s and form = %(form)s
        and (%(division)s = '' or division = %(division)s)
    order by length(cell), cell
"""


@dataclass
class Line:
    """One line of a form: its texts, and its figures by column."""

    texts: tuple[str, ...]
    division: str
    figures: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Form:
    """A form as it is shown: heading of each column by its number, lines in their order."""

    headings: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)


@router.get("/reports")
def reports(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the list of forms."""
    asked = asked_publication(request, visit, relation="figures")
    return page(
        request, visit, "reports/forms.html", asked=asked,
        forms=forms_of(visit, asked.publication) if asked.publication else [],
        has_bulletin=asked.publication is not None and reads_ranking(visit), may_trace=reads_traces(visit),
    )  # fmt: skip


@router.get("/reports/{form}")
def form(request: Request, visit: CurrentVisit, form: str) -> HTMLResponse:
    """Return a form with the lines of the divisions one sees, or of one of them."""
    asked = asked_publication(request, visit, relation="figures", also=("division",))
    if asked.publication is None:
        raise not_found()
    division = request.query_params.get("division", "").strip()
    values = {"publication": asked.publication.number, "form": form, "division": division}
    cells = visit.rows(_CELLS.format(relation=_figures(asked.publication)), values)
    if not cells and not division:
        raise not_found()
    return page(
        request, visit, "reports/form.html", asked=asked, form=form, division=division,
        laid_out=laid_out(cells, language=visit.language), divisions=Divisions(visit),
        trace_of=trace_of(visit, asked.publication.month) if form != OF_BASES else None,
        is_of_bases=form == OF_BASES,
    )  # fmt: skip


def forms_of(visit: Visit, publication: Publication) -> list[dict[str, Any]]:
    """Return the forms of a publication, each with how many figures of it one sees."""
    values = {"publication": publication.number}
    return visit.rows(_FORMS.format(relation=_figures(publication)), values)


def laid_out(cells: Iterable[Mapping[str, Any]], *, language: str) -> Form:
    """Return a form's figures as lines and columns, by the place in each cell's name."""
    laid = Form()
    for cell in cells:
        place = _PLACE.search(cell["cell"])
        if place is None:
            continue
        label = cell["label_zh"] if language == "zh" else cell["label_en"]
        *texts, heading = label.split(_SEPARATOR)
        row, column = int(place["row"]), int(place["column"])
        laid.headings.setdefault(column, heading)
        if laid.units.setdefault(column, cell["unit"]) != cell["unit"]:
            laid.units[column] = ""
        line = laid.lines.setdefault(row, Line(tuple(texts), cell["division"]))
        line.figures[column] = dict(cell)
    return laid


def reads_ranking(visit: Visit) -> bool:
    """Whether the user reads the bulletin, which ranks counties."""
    return visit.has("supervisor")


def _figures(publication: Publication) -> str:
    return "published.draft_figures" if publication.is_draft else "published.figures"

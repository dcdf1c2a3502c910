"""One division: its tables with their rates."""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from fundwatch.labels.quality import Labels, in_order, place_of
from portal.pages.asked import asked_publication
from portal.pages.divisions import Divisions
from portal.pages.quality.reading import rates, require_division
from portal.problems import not_found
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)


@router.get("/quality/{division}")
def division(request: Request, visit: CurrentVisit, division: str) -> HTMLResponse:
    """Return the rates of a division, table by table."""
    asked = asked_publication(request, visit, relation="scorecard")
    if asked.publication is None:
        raise not_found()
    require_division(visit, asked.publication, division)
    division_rates = rates(visit, asked.publication, division=division)
    if not division_rates:
        raise not_found()
    by_table = {
        table: sorted(rows, key=lambda row: place_of(row["metric"]))
        for table, rows in groupby(division_rates, key=lambda row: row["table"])
    }
    return page(
        request, visit, "quality/division.html", asked=asked, division=division, by_table=by_table,
        groups=in_order(by_table), labels=Labels(visit.language), divisions=Divisions(visit),
    )  # fmt: skip

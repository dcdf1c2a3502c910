"""Divisions by tables with their grades."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages.asked import Asked, asked_publication
from portal.pages.divisions import Divisions
from portal.pages.quality.heat_map import heat_map
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)


@router.get("/quality")
def quality(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the map of grades."""
    asked: Asked = asked_publication(request, visit, relation="scorecard")
    return page(
        request, visit, "quality/overview.html", status=asked.status, asked=asked,
        map=heat_map(visit, asked.publication) if asked.publication else None,
        divisions=Divisions(visit),
    )  # fmt: skip

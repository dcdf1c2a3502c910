"""The start page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages.asked import Asked
from portal.pages.divisions import Divisions
from portal.pages.home import admin, auditor, engineer, statistician, supervisor
from portal.pages.quality.reading import publication_or_none
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)
_ROLES = {
    "supervisor": supervisor.waiting,
    "statistician": statistician.waiting,
    "auditor": auditor.waiting,
    "engineer": engineer.waiting,
    "admin": admin.waiting,
}


@router.get("/")
def home(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return what waits for each role of the user."""
    roles = [role for role in _ROLES if role in visit.roles]
    needs = {"supervisor", "statistician", "auditor"} & set(roles)
    publication = publication_or_none(visit) if needs else None
    return page(
        request, visit, "home/home.html", roles=roles, asked=Asked(publication),
        sections={role: _ROLES[role](visit, publication) for role in roles}, divisions=Divisions(visit),
    )  # fmt: skip

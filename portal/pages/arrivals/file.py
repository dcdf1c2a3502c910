"""One feed file: why it is in its state, and what to do."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.names.advice import advice
from portal.pages.divisions import Divisions
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)


@router.get("/files/{file_id}")
def file(request: Request, visit: CurrentVisit, file_id: str) -> HTMLResponse:
    """Return a file with its state in words."""
    received = one_of(visit, LISTS["files"], file_id)
    return page(
        request, visit, "arrivals/file.html", received=received, divisions=Divisions(visit),
        said=advice(received["state"], received["reason"]),
    )  # fmt: skip

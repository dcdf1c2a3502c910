"""One publication: signatures, hashes, changed cells, files; its next signature."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fundwatch.acts import signoff
from fundwatch.errors import FundwatchError
from portal.lists.editions import edition_of
from portal.pages.divisions import Divisions
from portal.pages.fields import Fields, NoteFields, refused, text_faults
from portal.problems import Problem
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)

_DONE = {"reviewed": "已复核，等待批准。", "approved": "已批准，本月的发布已更换。"}


@router.get("/publications/{number}")
def publication(request: Request, visit: CurrentVisit, number: int) -> HTMLResponse:
    """Return a publication, a superseded one too: what took its place is named."""
    return _shown(request, visit, number)


@router.post("/publications/{number}/review")
def review(request: Request, visit: CurrentVisit, number: int, fields: NoteFields) -> Response:
    """Sign as reviewer."""
    return _signed(request, visit, number, fields, act=signoff.review_in, done="reviewed")


@router.post("/publications/{number}/approve")
def approve(request: Request, visit: CurrentVisit, number: int, fields: NoteFields) -> Response:
    """Sign as approver, which publishes."""
    return _signed(request, visit, number, fields, act=signoff.approve_in, done="approved")


def _signed(request: Request, visit: Visit, number: int, fields: Fields, *, act: Any, done: str) -> Response:
    errors = text_faults(fields, "note", required=False)
    if errors:
        return _shown(request, visit, number, note=fields.get("note", ""), errors=errors, status=422)
    try:
        with visit.acts() as connection:
            act(connection, number=number, note=fields.get("note", "").strip())
    except (FundwatchError, Problem) as error:
        status, errors = refused(error, at="note")
        return _shown(request, visit, number, note=fields.get("note", ""), errors=errors, status=status)
    return RedirectResponse(f"/publications/{number}?done={done}", status_code=303)


def _shown(
    request: Request, visit: Visit, number: int, *, note: str = "",
    errors: Iterable[tuple[str, str]] = (), status: int = 200,
) -> HTMLResponse:  # fmt: skip
    return page(
        request, visit, "publications/one.html", status=status,
        one=edition_of(visit, number, request.app.state.home),
        may_review=visit.has("statistician", city_up=True),
        may_approve=visit.has("supervisor", city_up=True), note=note, divisions=Divisions(visit),
        errors=list(errors), done=_DONE.get(request.query_params.get("done", ""), ""),
    )  # fmt: skip

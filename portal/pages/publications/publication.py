"""One publication: signatures, hashes, changed cells, files; its next signature."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from fundwatch.acts import publications as editions
from fundwatch.acts import signoff
from portal.bodies import form
from portal.lists.editions import edition_of, number_of
from portal.pages.acting import acted, done_of
from portal.pages.divisions import Divisions
from portal.pages.fields import Fields, NoteFields, text_faults
from portal.pages.reports.links import trace_of
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
ReviewFields = Annotated[dict[str, str], Depends(form("note", "reason"))]

_DONE = {"reviewed": "已复核，等待批准。", "approved": "已批准，本月的发布已更换。"}


@router.get("/publications/{number}")
def publication(request: Request, visit: CurrentVisit, number: str) -> HTMLResponse:
    """Return a publication or a draft; of a superseded one, that it was, and what took its place."""
    return _shown(request, visit, number_of(number))


@router.post("/publications/{number}/review")
def review(request: Request, visit: CurrentVisit, number: str, fields: ReviewFields) -> Response:
    """Sign as reviewer."""
    given = {"note": fields["note"].strip(), "reason": fields["reason"].strip()}
    return _signed(request, visit, number_of(number), given, act=signoff.review_in, done="reviewed")


@router.post("/publications/{number}/approve")
def approve(request: Request, visit: CurrentVisit, number: str, fields: NoteFields) -> Response:
    """Sign as approver, which publishes."""
    given = {"note": fields["note"].strip()}
    return _signed(request, visit, number_of(number), given, act=signoff.approve_in, done="approved")


def _signed(request: Request, visit: Visit, number: int, fields: Fields, *, act: Any, done: str) -> Response:
    errors = [fault for name in fields for fault in text_faults(fields, name, required=False)]
    answer = acted(
        visit,
        partial(act, number=number, **fields),
        errors=errors,
        at="note",
        again=partial(_shown, request, visit, number, fields=fields),
        to=f"/publications/{number}?done={done}",
    )
    if done == "approved" and answer.status_code == HTTPStatus.SEE_OTHER:
        editions.allow_reading(editions.folder_of(request.app.state.home, number), everybody=True)
    return answer


def _shown(
    request: Request, visit: Visit, number: int, *, fields: Fields | None = None,
    errors: Iterable[tuple[str, str]] = (), status: int = 200,
) -> HTMLResponse:  # fmt: skip
    edition = edition_of(visit, number, request.app.state.home)
    return page(
        request, visit, "publications/publication.html", status=status,
        edition=edition, trace_of=trace_of(visit, edition["month"]),
        may_review=visit.has("statistician", city_up=True),
        may_approve=visit.has("supervisor", city_up=True), divisions=Divisions(visit),
        fields=fields or {}, errors=list(errors), done=_DONE.get(done_of(request), ""),
    )  # fmt: skip

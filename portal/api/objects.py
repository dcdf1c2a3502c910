"""Single objects of the lists: one case with what is known of it, one issue, one file that arrived."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Request
from pydantic import BaseModel, create_model
from starlette.responses import JSONResponse, Response

from portal.api.answers import key_of, parameters, rows_of
from portal.api.lists import ITEMS
from portal.bodies import api_router
from portal.lists.beside import comments_on, events_of, evidence_of, persons_of
from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.visits import CurrentVisit, Visit

router = api_router()


class Event(BaseModel):
    """One event of a case."""

    number: int
    state: str
    finding: str | None
    decision: str | None
    outcome: str | None
    amount: str | None
    until_on: date | None
    note: str
    actor: str
    from_month: str
    recorded_at: datetime
    is_run: bool
    void_because: str | None


class EvidenceLine(BaseModel):
    """One landed row behind a case; ``key`` and personal ``fields`` are masked."""

    line: int
    landed_table: str
    division: str | None
    table: str | None
    key: str | None
    source_file_id: str | None
    source_row: int | None
    file_name: str | None
    fields: dict[str, Any] | None


class PersonOfCase(BaseModel):
    """Somebody a case is about; all but the division is masked."""

    place: int
    division: str | None
    person_id: str
    is_person: bool
    name: str | None
    identity_number: str | None
    birth_on: str | None


class Comment(BaseModel):
    """What somebody said about a case or an issue."""

    comment_id: int
    author: str
    text: str
    at: datetime


CaseSheet = create_model(
    "CaseSheet",
    __base__=ITEMS["cases"],
    last_event=(int, ...),
    persons=(list[PersonOfCase], ...),
    events=(list[Event], ...),
    evidence_lines=(list[EvidenceLine], ...),
    comments=(list[Comment], ...),
)


@router.get("/cases/{case_id}", response_model=CaseSheet)
def case(case_id: str, request: Request, visit: CurrentVisit) -> Response:
    """One case of the last month that lists it, masked, with its events, evidence and comments."""
    parameters(request)
    return JSONResponse(case_sheet(visit, key_of(case_id)))


@router.get("/issues/{issue_id}", response_model=ITEMS["issues"])
def issue(issue_id: str, request: Request, visit: CurrentVisit) -> Response:
    """One issue of the last month that lists it, its key masked."""
    parameters(request)
    return JSONResponse(rows_of([one_of(visit, LISTS["issues"], key_of(issue_id))])[0])


@router.get("/files/{file_id}", response_model=ITEMS["files"])
def file(file_id: str, request: Request, visit: CurrentVisit) -> Response:
    """One file that arrived, as it stands now."""
    parameters(request)
    return JSONResponse(rows_of([one_of(visit, LISTS["files"], key_of(file_id))])[0])


def case_sheet(visit: Visit, case_id: str) -> dict[str, Any]:
    """Return everything of a case that may be shown.

    Raises: Problem (404).
    """
    case = one_of(visit, LISTS["cases"], case_id)
    publication, events = case["publication"], events_of(visit, case_id)
    return rows_of([case])[0] | {
        "last_event": max((event["number"] for event in events), default=0),
        "persons": rows_of(persons_of(visit, case_id, publication)),
        "events": rows_of(events),
        "evidence_lines": rows_of(evidence_of(visit, case_id, publication)),
        "comments": rows_of(comments_on(visit, "cases", case_id)),
    }

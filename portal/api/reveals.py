"""Personal values for a reason: one case, one issue; and the cases of a number."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, Field, create_model
from starlette.responses import JSONResponse, Response

from portal.api.acts import ReasonAsked
from portal.api.answers import key_of, parameters, require_texts, rows_of
from portal.api.lists import ITEMS
from portal.api.schemas import Body
from portal.bodies import api_router
from portal.lists import revealing
from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.visits import CurrentVisit, Visit

router = api_router()


class RevealedPerson(BaseModel):
    """Somebody a case is about, as stored."""

    place: int
    person_id: str
    name: str | None
    identity_number: str | None
    birth_on: str | None


class RevealedLine(BaseModel):
    """The values of one landed row behind a case, as they arrived."""

    line: int
    landed_table: str
    key: str | None
    fields: dict[str, Any] | None


class RevealedCase(BaseModel):
    """The personal values of a case, as stored."""

    case_id: str
    person_id: str | None
    other_person_id: str | None
    evidence: list[dict[str, Any]]
    persons: list[RevealedPerson]
    evidence_lines: list[RevealedLine]


class RevealedIssue(BaseModel):
    """The key of an issue, as stored."""

    issue_id: str
    key: str
    source_file_id: str
    source_row: int


class NumberAsked(Body):
    """An identity number to find cases of, of 18 characters or 15 digits."""

    identity_number: Annotated[str, Field(max_length=40)]


_CASE: Any = ITEMS["cases"]
Found = create_model(
    "Found",
    __doc__="The cases of a number within one's scope, masked.",
    items=(list[_CASE], ...),
)


@router.post("/cases/{case_id}/reveal", response_model=RevealedCase)
def reveal_case(case_id: str, body: ReasonAsked, request: Request, visit: CurrentVisit) -> Response:
    """Show the personal values of a case; the entry in the log is committed before they are read."""
    return _reveal(f"cases/{key_of(case_id)}", body, request, visit)


@router.post("/issues/{issue_id}/reveal", response_model=RevealedIssue)
def reveal_issue(issue_id: str, body: ReasonAsked, request: Request, visit: CurrentVisit) -> Response:
    """Show the key of an issue; the entry in the log is committed before it is read."""
    return _reveal(f"issues/{key_of(issue_id)}", body, request, visit)


@router.post("/cases/find", response_model=Found)
def find(body: NumberAsked, request: Request, visit: CurrentVisit) -> Response:
    """Find the cases of an identity number within one's scope; the number is kept nowhere."""
    parameters(request)
    ids = revealing.find_cases(request, visit, identity_number=body.identity_number)
    return JSONResponse({"items": rows_of(one_of(visit, LISTS["cases"], case) for case in ids)})


def _reveal(about: str, body: ReasonAsked, request: Request, visit: Visit) -> Response:
    parameters(request)
    require_texts({"reason": body.reason}, filled=("reason",))
    shown = revealing.reveal(request, visit, about=about, reason=body.reason)
    return JSONResponse(dict(shown))

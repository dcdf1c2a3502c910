"""What users do: events of cases, waivers, signatures, declarations, comments; judged in the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from fundwatch.acts import cases, comments, declarations, publications, signoff, waivers
from fundwatch.acts.case_steps import AMOUNT, Act, amount_of
from portal.api.answers import key_of, parameters, require_texts
from portal.api.schemas import Body
from portal.bodies import api_router
from portal.lists.columns import Column
from portal.lists.editions import number_of
from portal.lists.values import NOT_A_DAY, NOT_A_MONTH, ValueWrong, checked, for_programs
from portal.problems import invalid
from portal.visits import CurrentVisit

router = api_router()
Text = Annotated[str, Field(max_length=20_000)]


class EventAsked(Body):
    """The next event of a case; ``after`` is the number of the last one seen, 0 for none."""

    to: Literal["dispatched", "verified", "decided", "approved", "recovering", "closed"]
    after: Annotated[int, Field(ge=0, le=1_000_000)]
    finding: Literal["alive", "dead", "other_person", "data_error"] | None = None
    decision: Literal["suspend", "recover", "clear"] | None = None
    outcome: (
        Literal["no_issue", "data_error", "under_payment", "agency_error", "late_report", "fraud", "referred"]
        | None
    ) = None
    amount: Annotated[str, Field(pattern=f"^{AMOUNT}$")] | None = None
    note: Text = ""


class EventRecorded(BaseModel):
    """An event of a case as it was recorded."""

    case_id: str
    number: int
    state: str
    from_month: str


class WaiverAsked(Body):
    """Until when an issue is waived, and why."""

    until: str
    reason: Text


class ReasonAsked(Body):
    """Why something is done."""

    reason: Text


class Waived(BaseModel):
    """An issue as a waiver left it."""

    issue_id: str


class NoteAsked(Body):
    """What a signature says."""

    note: Text = ""


class Signed(BaseModel):
    """A publication as a signature left it; ``is_new`` is false where it was signed so before."""

    number: int
    is_new: bool


class DeclarationAsked(Body):
    """An answer to an item of a month's checklist."""

    month: str
    item: Annotated[str, Field(max_length=200)]
    answer: Literal["yes", "no", "partly"]
    note: Text = ""


class Declared(BaseModel):
    """An answer as it was stored."""

    month: str
    item: str
    answer: str


class CommentAsked(Body):
    """What is said about a case or an issue: ``about`` is ``cases/ID`` or ``issues/ID``."""

    about: Annotated[str, Field(pattern="^(cases|issues)/[^/]+$", max_length=200)]
    text: Text


class Commented(BaseModel):
    """A comment as it was stored."""

    comment_id: int
    about: str
    at: datetime


@router.post("/cases/{case_id}/events", status_code=201, response_model=EventRecorded)
def record_event(case_id: str, body: EventAsked, request: Request, visit: CurrentVisit) -> Response:
    """Record the next event of a case."""
    parameters(request)
    require_texts({"note": body.note})
    act = Act(
        to=body.to, finding=body.finding, decision=body.decision, outcome=body.outcome,
        amount=None if body.amount is None else amount_of(body.amount), note=body.note,
    )  # fmt: skip
    with visit.acts() as connection:
        recorded = cases.record_in(connection, case=key_of(case_id), act=act, after=body.after)
    shown = {
        "case_id": recorded.case_id, "number": recorded.number, "state": recorded.state,
        "from_month": recorded.from_month,
    }  # fmt: skip
    return _answer(shown, 201)


@router.post("/issues/{issue_id}/waiver", status_code=201, response_model=Waived)
def waive(issue_id: str, body: WaiverAsked, request: Request, visit: CurrentVisit) -> Response:
    """Waive an issue up to and including a day."""
    parameters(request)
    require_texts({"reason": body.reason}, filled=("reason",))
    until = _day(body.until)
    with visit.acts() as connection:
        waivers.waive_in(connection, issue=key_of(issue_id), reason=body.reason, until=until)
    return _answer({"issue_id": issue_id}, 201)


@router.post("/issues/{issue_id}/waiver/lift", status_code=201, response_model=Waived)
def lift(issue_id: str, body: ReasonAsked, request: Request, visit: CurrentVisit) -> Response:
    """Lift the waiver of an issue."""
    parameters(request)
    require_texts({"reason": body.reason}, filled=("reason",))
    with visit.acts() as connection:
        waivers.lift_in(connection, issue=key_of(issue_id), reason=body.reason)
    return _answer({"issue_id": issue_id}, 201)


@router.post("/publications/{number}/review", response_model=Signed)
def review(number: str, body: NoteAsked, request: Request, visit: CurrentVisit) -> Response:
    """Sign a draft as its reviewer."""
    return _sign(signoff.review_in, number, body, request, visit)


@router.post("/publications/{number}/approve", response_model=Signed)
def approve(number: str, body: NoteAsked, request: Request, visit: CurrentVisit) -> Response:
    """Sign a reviewed publication as its approver, which publishes it."""
    answer = _sign(signoff.approve_in, number, body, request, visit)
    folder = publications.folder_of(request.app.state.home, number_of(number))
    publications.allow_reading(folder, everybody=True)
    return answer


@router.post("/declarations", status_code=201, response_model=Declared)
def declare(body: DeclarationAsked, request: Request, visit: CurrentVisit) -> Response:
    """Answer an item of a month's checklist that data do not answer."""
    parameters(request)
    require_texts({"note": body.note})
    try:
        checked(Column("month", "month"), body.month)
    except ValueWrong:
        raise invalid([("month", NOT_A_MONTH)]) from None
    with visit.acts() as connection:
        declared = declarations.declare_in(
            connection, item=body.item, month=body.month, answer=body.answer, note=body.note
        )
    return _answer({"month": body.month, "item": declared.item, "answer": declared.answer}, 201)


@router.post("/comments", status_code=201, response_model=Commented)
def comment(body: CommentAsked, request: Request, visit: CurrentVisit) -> Response:
    """Say something about a case or an issue."""
    parameters(request)
    require_texts({"text": body.text}, filled=("text",))
    with visit.acts() as connection:
        comment_made = comments.comment_in(connection, about=body.about, text=body.text)
    return _answer(
        {"comment_id": comment_made.comment_id, "about": comment_made.about, "at": comment_made.at}, 201
    )


def _sign(act: Any, number: str, body: NoteAsked, request: Request, visit: CurrentVisit) -> Response:
    parameters(request)
    require_texts({"note": body.note})
    place = number_of(number)
    with visit.acts() as connection:
        is_new = act(connection, number=place, note=body.note)
    return _answer({"number": place, "is_new": bool(is_new)}, 200)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(checked(Column("until", "day"), text))
    except ValueWrong:
        raise invalid([("until", NOT_A_DAY)]) from None


def _answer(shown: dict[str, Any], status: int) -> JSONResponse:
    return JSONResponse(for_programs(shown), status_code=status)

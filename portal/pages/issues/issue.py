"""One issue: where it stands, its months, comments; waive, lift, and its key for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from fundwatch.acts import waivers
from fundwatch.errors import UsageWrong
from portal.bodies import form
from portal.lists.beside import comments_on
from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.pages.acting import acted, commented, done_of
from portal.pages.divisions import Divisions
from portal.pages.fields import NO_DAY, Fields, ReasonFields, TextFields, text_faults
from portal.presentation import segment
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
WaiverFields = Annotated[dict[str, str], Depends(form("until", "reason"))]

_HISTORY = """
    select month, state, due_on, corrected_on, reason
    from published.issues where issue_id = %(issue)s order by month
"""
_WAIVER = "select until, reason from portal.issue_states(array[%(issue)s])"
_RULE = """
    select text_zh, text_en from published.rule_results
    where publication = %(publication)s and rule_id = %(rule)s limit 1
"""
_DONE = {"waived": "已暂缓整改。", "lifted": "已取消暂缓。", "comment": "意见已提交。"}


@router.get("/issues/{issue_id}")
def issue(request: Request, visit: CurrentVisit, issue_id: str) -> HTMLResponse:
    """Return an issue with everything beside it."""
    return shown(request, visit, issue_id)


@router.post("/issues/{issue_id}/waiver")
def waive(request: Request, visit: CurrentVisit, issue_id: str, fields: WaiverFields) -> Response:
    """Waive an issue until a day, then show it again."""
    errors = text_faults(fields, "reason")
    try:
        until = waivers.day_of(fields.get("until", "").strip())
    except UsageWrong:
        errors.insert(0, ("until", NO_DAY))
    return acted(
        visit,
        lambda connection: waivers.waive_in(connection, issue=issue_id, reason=fields["reason"], until=until),
        errors=errors,
        at="until",
        again=partial(shown, request, visit, issue_id, fields=fields),
        to=f"/issues/{segment(issue_id)}?done=waived",
    )


@router.post("/issues/{issue_id}/waiver/lift")
def lift(request: Request, visit: CurrentVisit, issue_id: str, fields: ReasonFields) -> Response:
    """Lift the waiver of an issue, then show it again."""
    return acted(
        visit,
        partial(waivers.lift_in, issue=issue_id, reason=fields["reason"]),
        errors=text_faults(fields, "reason"),
        at="reason",
        again=partial(shown, request, visit, issue_id, fields=fields),
        to=f"/issues/{segment(issue_id)}?done=lifted",
    )


@router.post("/issues/{issue_id}/comments")
def comment(request: Request, visit: CurrentVisit, issue_id: str, fields: TextFields) -> Response:
    """Enter a comment, then show the issue again."""
    again = partial(shown, request, visit, issue_id, fields=fields)
    return commented(visit, "issues", issue_id, fields, again=again)


def shown(
    request: Request, visit: Visit, issue_id: str, *, fields: Fields | None = None,
    errors: Iterable[tuple[str, str]] = (), status: int = 200, revealed: str = "",
) -> HTMLResponse:  # fmt: skip
    """Return the page of an issue, with what was wrong with a form that was sent."""
    issue = one_of(visit, LISTS["issues"], issue_id)
    publication = visit.publication(None, issue["publication"])
    now = visit.rows(_WAIVER, {"issue": issue_id})
    waiver = now[0] if now else {"until": None, "reason": None}
    rule = visit.rows(_RULE, {"publication": publication.number, "rule": issue["rule_id"]})
    history: list[dict[str, Any]] = visit.rows(_HISTORY, {"issue": issue_id})
    return page(
        request, visit, "issues/issue.html", status=status,
        issue=issue | waiver,
        publication=publication, divisions=Divisions(visit), history=history, revealed=revealed,
        rule_text=(rule[0]["text_zh"] if visit.language == "zh" else rule[0]["text_en"]) if rule else "",
        may_waive=visit.has("supervisor", city_up=True), may_reveal=True,
        talk=comments_on(visit, "issues", issue_id), fields=fields or {},
        errors=list(errors), done=_DONE.get(done_of(request), ""),
    )  # fmt: skip

"""One suspicious point: evidence sheet, what was done, next step, raw values for a reason, comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from fundwatch.acts import cases as acts
from fundwatch.acts.case_steps import DECISIONS, FINDINGS, FOLLOWS, OUTCOMES, Act, amount_of
from fundwatch.errors import UsageWrong
from fundwatch.labels.fields import field_name
from portal.bodies import form
from portal.lists.beside import comments_on, events_of, evidence_of, persons_of
from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.pages.acting import acted, commented, done_of
from portal.pages.cases.rules import Rule, rules_by_id
from portal.pages.divisions import Divisions
from portal.pages.fields import NO_AMOUNT, NO_CHOICE, Fields, TextFields, text_faults
from portal.presentation import segment
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
StepFields = Annotated[
    dict[str, str],
    Depends(form("to", "after", "finding", "decision", "outcome", "amount", "note")),
]

_AFTER = re.compile("[0-9]{1,9}")
_DECIDED = frozenset({"decided", "approved", "recovering", "closed"})
_DONE = {"event": "已记录。", "comment": "意见已提交。"}
# Fields of an evidence row that say where it came from and nothing of what it says.
_NOT_SAID = frozenset({"aaz661", "yae013"})


@router.get("/cases/{case_id}")
def case(request: Request, visit: CurrentVisit, case_id: str) -> HTMLResponse:
    """Return a case with everything beside it."""
    return shown(request, visit, case_id)


@router.post("/cases/{case_id}/events")
def record(request: Request, visit: CurrentVisit, case_id: str, fields: StepFields) -> Response:
    """Record the next step, then show the case again."""
    return acted(
        visit,
        lambda connection: acts.record_in(
            connection, case=case_id, act=act_of(fields), after=int(fields["after"])
        ),
        errors=faults(fields),
        at="note",
        again=partial(shown, request, visit, case_id, fields=fields),
        to=f"/cases/{segment(case_id)}?done=event#events",
    )


@router.post("/cases/{case_id}/comments")
def comment(request: Request, visit: CurrentVisit, case_id: str, fields: TextFields) -> Response:
    """Enter a comment, then show the case again."""
    again = partial(shown, request, visit, case_id, fields=fields)
    return commented(visit, "cases", case_id, fields, again=again)


def faults(fields: Fields) -> list[tuple[str, str]]:
    """Return what is wrong with the fields of a step, in the order of the form."""
    to, errors = fields.get("to", ""), []
    for name, words, state in (
        ("finding", FINDINGS, "verified"),
        ("decision", DECISIONS, "decided"),
        ("outcome", OUTCOMES, "decided"),
    ):
        if to == state and fields.get(name, "") not in words:
            errors.append((name, NO_CHOICE))
    amount = fields.get("amount", "").strip()
    if amount and _amount(amount) is None:
        errors.append(("amount", NO_AMOUNT))
    if to == "decided" and fields.get("decision") == "recover" and not amount:
        errors.append(("amount", NO_AMOUNT))
    errors += text_faults(fields, "note", required=to != "dispatched")
    if not _AFTER.fullmatch(fields.get("after", "")):
        errors.append(("note", "表单已失效，请刷新页面"))
    return errors


def act_of(fields: Fields) -> Act:
    """Return the act that the fields of a step name, of which nothing is wrong."""
    amount = fields.get("amount", "").strip()
    return Act(
        to=fields.get("to", ""),
        finding=fields.get("finding") or None,
        decision=fields.get("decision") or None,
        outcome=fields.get("outcome") or None,
        amount=_amount(amount) if amount else None,
        note=fields.get("note", "").strip(),
    )


def _amount(text: str) -> Decimal | None:
    try:
        return amount_of(text.replace(",", ""))
    except UsageWrong:
        return None


def raw_lines(
    lines: Iterable[Mapping[str, Any]], revealed: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return lines of evidence with the revealed keys and values in the place of the masked ones."""
    raw = {(line["line"], line["landed_table"]): line for line in revealed}
    unmasked = []
    for line in lines:
        values = raw.get((line["line"], line["landed_table"]), {})
        shown = {name: values[name] for name in ("key", "fields") if values.get(name) is not None}
        unmasked.append({**line, **shown})
    return unmasked


def said(fields: Mapping[str, Any] | None, language: str) -> list[tuple[str, str]]:
    """Return what a row of evidence says: name of the field and value, those that are empty left out."""
    return [
        (field_name(name.upper(), language), str(value))
        for name, value in (fields or {}).items()
        if value not in (None, "") and name not in _NOT_SAID
    ]


def shown(
    request: Request, visit: Visit, case_id: str, *, fields: Fields | None = None,
    errors: Iterable[tuple[str, str]] = (), status: int = 200, revealed: Any = None,
) -> HTMLResponse:  # fmt: skip
    """Return the page of a case, with what was wrong with a form that was sent."""
    case = one_of(visit, LISTS["cases"], case_id)
    publication = visit.publication(None, case["publication"])
    evidence = evidence_of(visit, case_id, publication.number)
    persons, events = persons_of(visit, case_id, publication.number), events_of(visit, case_id)
    if revealed is not None:
        evidence, persons = raw_lines(evidence, revealed["evidence_lines"]), revealed["persons"]
    return page(
        request, visit, "cases/case.html", status=status, case=case, publication=publication,
        rule=rules_by_id(visit).get(case["rule_id"]) or _unknown(case["rule_id"]),
        divisions=Divisions(visit), persons=persons, events=events, revealed=revealed,
        evidence=[{**line, "said": said(line["fields"], visit.language)} for line in evidence],
        steps=FOLLOWS.get(case["state_now"] or "", ()) if visit.has("auditor") else (),
        after=events[-1]["number"] if events else 0, is_decided=case["state_now"] in _DECIDED,
        talk=comments_on(visit, "cases", case_id), fields=fields or {},
        errors=list(errors), done=_DONE.get(done_of(request), ""),
    )  # fmt: skip


def _unknown(rule_id: str) -> Rule:
    nothing = Decimal(0)
    return Rule(rule_id, rule_id, rule_id, rule_id, rule_id, "", 0, 0, nothing, nothing)

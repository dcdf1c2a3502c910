"""The six-aspect checklist of a month: what data answer, what somebody declares."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from fundwatch.acts import declarations as acts
from fundwatch.acts.checklist import ANSWERS, ASPECTS, DECLARED, ITEMS
from portal.bodies import form
from portal.lists.reading import require
from portal.pages.acting import acted
from portal.pages.asked import Asked, asked_publication
from portal.pages.fields import NO_CHOICE, text_faults
from portal.presentation import address
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
AnswerFields = Annotated[dict[str, str], Depends(form("item", "month", "answer", "note"))]

_ANSWERS = """
    select distinct on (item) item, answer, note, actor, entered_at
    from portal.declarations_read()
    where month = %(month)s
    order by item, entered_at desc
"""


@router.get("/declarations")
def declarations(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the checklist with the answers there are."""
    return _shown(request, visit, errors=(), fields={}, status=200)


@router.post("/declarations")
def declare(request: Request, visit: CurrentVisit, fields: AnswerFields) -> Response:
    """Enter one signed answer, then show the list again."""
    item, month = fields.get("item", ""), fields.get("month", "")
    errors = text_faults(fields, "note", required=False)
    if fields.get("answer", "") not in ANSWERS or item not in DECLARED:
        errors.append(("answer", NO_CHOICE))
    return acted(
        visit,
        lambda connection: acts.declare_in(
            connection, month=month, item=item, answer=fields["answer"], note=fields.get("note", "")
        ),
        errors=errors,
        at="note",
        again=partial(_shown, request, visit, fields=fields),
        to=f"{address('/declarations', month=month)}#item-{item}",
    )


def _shown(
    request: Request, visit: Visit, *, errors: Any, fields: dict[str, str], status: int
) -> HTMLResponse:
    require(visit, "declarations")
    asked: Asked = asked_publication(request, visit, relation="declarations")
    month = fields.get("month") or (asked.publication.month if asked.publication else "")
    answers = {row["item"]: row for row in visit.rows(_ANSWERS, {"month": month})} if month else {}
    return page(
        request, visit, "declarations.html", status=status, asked=asked, month=month, answers=answers,
        aspects=[
            (ASPECTS[aspect], list(items))
            for aspect, items in groupby(ITEMS, lambda item: item.aspect)
        ],
        errors=errors, fields=fields, may_declare=visit.has("supervisor", city_up=True),
    )  # fmt: skip

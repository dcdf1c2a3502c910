"""A search of suspicious points by identity number: entered in the audit log, the number is not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from fundwatch.errors import FundwatchError
from portal.bodies import form
from portal.lists.revealing import find_cases
from portal.pages.cases.listing import queue
from portal.pages.cases.rules import rule_names
from portal.pages.divisions import Divisions
from portal.pages.fields import refused
from portal.problems import Problem
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)
NumberFields = Annotated[dict[str, str], Depends(form("identity_number"))]
_NO_NUMBER = "请填写 15 位或 18 位证件号码"
_LENGTHS = (15, 18)
# Each case as the last month that lists it has it.
_CASES = """
    select distinct on (c.case_id) c.case_id, c.rule_id, c.division, c.scheme, c.amount,
        coalesce(s.state_now, c.state) as state
    from published.cases as c
    left join portal.case_states(%(ids)s) as s on s.case_id = c.case_id
    where c.case_id = any(%(ids)s)
    order by c.case_id, c.month desc, c.publication desc
"""


@router.post("/cases/find")
def find(request: Request, visit: CurrentVisit, fields: NumberFields) -> HTMLResponse:
    """Return the suspicious points of an identity number within the user's divisions."""
    number = fields["identity_number"].strip()
    if len(number) not in _LENGTHS:
        return queue(request, visit, errors=[("identity_number", _NO_NUMBER)], status=422)
    try:
        ids = find_cases(request, visit, identity_number=number)
    except (FundwatchError, Problem) as error:
        status, errors = refused(error, at="identity_number")
        return queue(request, visit, errors=errors, status=status)
    return page(
        request,
        visit,
        "cases/found.html",
        found=visit.rows(_CASES, {"ids": ids}),
        names=rule_names(visit),
        divisions=Divisions(visit),
    )

"""Raw values of one suspicious point, once and for a reason; entered before they are shown."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from fundwatch.errors import FundwatchError
from portal.lists.revealing import reveal as revealed_values
from portal.pages.cases.case import shown
from portal.pages.fields import ReasonFields, refused, text_faults
from portal.problems import Problem
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)


@router.post("/cases/{case_id}/reveal")
def reveal(request: Request, visit: CurrentVisit, case_id: str, fields: ReasonFields) -> HTMLResponse:
    """Show the raw values of a case once; entered before they are shown."""
    errors = text_faults(fields, "reason")
    if errors:
        return shown(request, visit, case_id, fields=fields, errors=errors, status=422)
    try:
        revealed = revealed_values(request, visit, about=f"cases/{case_id}", reason=fields["reason"])
    except (FundwatchError, Problem) as error:
        status, errors = refused(error, at="reason")
        return shown(request, visit, case_id, fields=fields, errors=errors, status=status)
    return shown(request, visit, case_id, revealed=revealed)

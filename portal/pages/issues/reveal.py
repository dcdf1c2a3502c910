"""Raw values of one issue, once and for a reason; entered before they are shown."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from fundwatch.errors import FundwatchError
from portal.lists.revealing import reveal as revealed_values
from portal.pages.fields import ReasonFields, refused, text_faults
from portal.pages.issues.issue import shown
from portal.problems import Problem
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)
# Where the reason stands on the page, which has that of a waiver, too.
_WHY = "why"


@router.post("/issues/{issue_id}/reveal")
def reveal(request: Request, visit: CurrentVisit, issue_id: str, fields: ReasonFields) -> HTMLResponse:
    """Show the raw key of an issue once; entered before it is shown."""
    errors = [(_WHY, what) for _, what in text_faults(fields, "reason")]
    if errors:
        return shown(request, visit, issue_id, errors=errors, status=422)
    try:
        revealed = revealed_values(request, visit, about=f"issues/{issue_id}", reason=fields["reason"])
    except (FundwatchError, Problem) as error:
        status, errors = refused(error, at=_WHY)
        return shown(request, visit, issue_id, errors=errors, status=status)
    return shown(request, visit, issue_id, revealed=revealed["key"])

"""The publications: which month, which state, who signed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages import lists
from portal.pages.lists import Filter, Head
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)

HEADS = (
    Head("number", "号", "count", link=lambda row: f"/publications/{row['number']}"),
    Head("month", "月份"),
    Head("state", "状态", "state", "publication_state"),
    Head("preparer", "制表", "data"),
    Head("reviewer", "复核", "data"),
    Head("approver", "批准", "data"),
    Head("approved_at", "批准时间", "instant"),
    Head("replaces", "更正", "count"),
    Head("replaced_by", "被取代", "count"),
)
FILTERS = (Filter("month", "月份", hint="如 2024-06"), Filter("state", "状态", "publication_state"))


@router.get("/publications")
def publications(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the list of publications."""
    return lists.shown(
        request, visit, "publications", heads=HEADS, filters=FILTERS,
        title="发布", caption="各月的发布", note="制表、复核、批准须为三人；批准后即对外可见。",
    )  # fmt: skip

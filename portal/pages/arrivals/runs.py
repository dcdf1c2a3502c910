"""The steps of the months: what ran, how it ended."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages import lists
from portal.pages.lists import Filter, Head
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)

HEADS = (
    Head("run_id", "编号", "count"),
    Head("month", "月份"),
    Head("step", "步骤", "named", "step"),
    Head("as_of", "数据截至", "day"),
    Head("started_at", "开始", "instant"),
    Head("ended_at", "结束", "instant"),
    Head("outcome", "结果", "state", "run_outcome"),
)
FILTERS = (
    Filter("month", "月份", hint="如 2024-06"),
    Filter("step", "步骤", "step"),
    Filter("outcome", "结果", "run_outcome"),
)


@router.get("/runs")
def runs(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the steps, the last first."""
    return lists.shown(
        request, visit, "runs", heads=HEADS, filters=FILTERS,
        title="运行", caption="各月的步骤", note="",
    )  # fmt: skip

"""The error list of a month: issues with due days and state."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages import lists
from portal.pages.lists import Filter, Head
from portal.presentation import segment
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)

HEADS = (
    Head("issue_id", "编号", "code", link=lambda row: f"/issues/{segment(row['issue_id'])}"),
    Head("division", "地区", "division"),
    Head("table", "数据表", "named", "table"),
    Head("rule_id", "规则", "code"),
    Head("key", "业务主键（已遮盖）", "code"),
    Head("first_seen", "首次发现"),
    Head("due_on", "整改期限", "day"),
    Head("state", "发布时状态", "state", "issue_state"),
    Head("state_now", "当前状态", "state", "issue_state"),
    Head("corrected_on", "整改日期", "day"),
)
FILTERS = (
    Filter("month", "月份", hint="如 2024-06"),
    Filter("division", "地区", is_division=True),
    Filter("table", "数据表", "table"),
    Filter("rule_id", "规则", hint="如 AC43-5"),
    Filter("state_now", "当前状态", "issue_state"),
    Filter("due_on", "整改期限", hint="如 2024-08-15"),
)


@router.get("/issues")
def issues(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the error list."""
    return lists.shown(
        request, visit, "issues", heads=HEADS, filters=FILTERS,
        title="问题清单", caption="各地区问题与整改期限",
        note="每条问题记录为一个问题，跨月沿用同一编号；记录通过检查后自动销号。业务主键已遮盖。",
    )  # fmt: skip

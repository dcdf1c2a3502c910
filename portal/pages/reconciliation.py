"""Reconciliation: what the sources of money say of each other, check by check."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages import lists
from portal.pages.lists import Filter, Head
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)

HEADS = (
    Head("check", "核对", "named", "check"),
    Head("division", "地区", "division"),
    Head("scheme", "险种", "named", "scheme"),
    Head("subject", "对象（已遮盖）", "code"),
    Head("for_month", "费款所属期"),
    Head("account_no", "账号（已遮盖）", "code"),
    Head("party_a", "甲方", "named", "party"),
    Head("amount_a", "甲方金额（元）", "yuan"),
    Head("party_b", "乙方", "named", "party"),
    Head("amount_b", "乙方金额（元）", "yuan"),
    Head("difference", "差额（元）", "yuan"),
    Head("status", "结果", "state", "check_status"),
)
FILTERS = (
    Filter("month", "月份", hint="如 2024-06"),
    Filter("check", "核对", "check"),
    Filter("division", "地区", is_division=True),
    Filter("scheme", "险种", "scheme"),
    Filter("status", "结果", "check_status"),
)


@router.get("/reconciliation")
def reconciliation(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the rows of all checks of a month."""
    return lists.shown(
        request, visit, "reconciliation", heads=HEADS, filters=FILTERS,
        title="对账", caption="各项核对的结果",
        note="差额＝甲方金额－乙方金额；资料未到的一方金额为空。",
    )  # fmt: skip

"""The queue of suspicious points, most expected money first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages import lists
from portal.pages.cases.queue import QUEUE, QUEUE_ORDER, filters, heads
from portal.pages.cases.rules import rule_names
from portal.pages.divisions import Divisions
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)


@router.get("/cases")
def cases(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the queue."""
    return queue(request, visit)


def queue(
    request: Request, visit: Visit, *, errors: list[tuple[str, str]] | None = None, status: int = 200
) -> HTMLResponse:
    """Return the page of the queue, with what was wrong with a search by number."""
    names = rule_names(visit)
    table = lists.read(request, visit, QUEUE, heads=heads(names), filters=filters(names), ordered=QUEUE_ORDER)
    return page(
        request, visit, "cases/list.html", status=max(table.status, status), table=table,
        divisions=Divisions(visit), title="疑点", caption="疑点队列", errors=errors or [],
        note=(
            "疑点不是结论，核实、认定之前一律称疑点。预期金额＝涉及金额×该规则的准确率"
            "（办结不足 20 件时按一半为真）。"
        ),
    )  # fmt: skip

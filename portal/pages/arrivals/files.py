"""Feed files: the calendar of what is due, the state of every file."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages import lists
from portal.pages.divisions import Divisions
from portal.pages.lists import Filter, Head
from portal.presentation import segment
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)

HEADS = (
    Head("name", "文件名", "data", link=lambda row: f"/files/{segment(row['file_id'])}"),
    Head("feed", "来源", "named", "feed"),
    Head("division", "地区", "division"),
    Head("month", "月份"),
    Head("format", "格式", "code"),
    Head("sequence", "序号", "count"),
    Head("state", "状态", "state", "file_state"),
    Head("reason", "原因", "named", "file_reason"),
    Head("rows_declared", "应有记录", "count"),
    Head("rows_loaded", "入库记录", "count"),
    Head("rows_quarantined", "拒收记录", "count"),
    Head("amount_loaded", "入库金额（元）", "yuan"),
)
FILTERS = (
    Filter("feed", "来源", "feed"),
    Filter("division", "地区", is_division=True),
    Filter("month", "月份", hint="如 2024-06"),
    Filter("format", "格式"),
    Filter("state", "状态", "file_state"),
    Filter("reason", "原因", "file_reason"),
)
_CALENDAR = """
    select feed, month,
        count(*) filter (where state = 'loaded') as loaded,
        count(*) filter (where state in ('held', 'waiting', 'loading')) as waiting,
        count(*) filter (where state = 'rejected') as rejected,
        count(*) as files
    from portal.feed_files()
    where month is not null
    group by feed, month
    order by month desc, feed
"""
_MONTHS = 12


@router.get("/files")
def files(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the calendar of the last months, and every file."""
    table = lists.read(request, visit, "files", heads=HEADS, filters=FILTERS)
    cells = visit.rows(_CALENDAR)
    months = sorted({row["month"] for row in cells}, reverse=True)[:_MONTHS]
    return page(
        request, visit, "arrivals/files.html", status=table.status, table=table, divisions=Divisions(visit),
        title="来文", caption="到达的文件", note="",
        months=months, feeds=sorted({row["feed"] for row in cells}),
        calendar={(row["feed"], row["month"]): row for row in cells},
    )  # fmt: skip

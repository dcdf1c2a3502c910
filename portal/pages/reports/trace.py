"""A figure with its formula, its parts, and the landed rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.lists.catalogue import LISTS
from portal.lists.query import Query
from portal.lists.tracing import ROWS, traced
from portal.pages.divisions import Divisions
from portal.presentation import address
from portal.problems import invalid
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)

_REQUIRED = ("division", "scheme", "indicator")
_MOST_DIGITS = 9


@router.get("/trace")
def trace(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the trace of the figure that the address names, a hundred rows at a time."""
    given = [
        (name, text)
        for name, text in request.query_params.multi_items()
        if name not in ("lang", "after") and text
    ]
    query = Query.parsed(LISTS["figures"], given)
    cell = {**dict(query.filters), "month": query.month or ""}
    missing = [(name, "请填写这一项") for name in ("month", *_REQUIRED) if not cell.get(name)]
    if missing:
        raise invalid(missing)
    after = _after(request.query_params.get("after", "0"))
    figure = read_trace(visit, cell, after=after)
    if figure["publication"] is not None:
        visit.publication(None, figure["publication"])
    behind = sum(part["rows"] for part in figure["parts"])
    return page(
        request, visit, "reports/trace.html", trace=figure, divisions=Divisions(visit),
        next_url=address("/trace", **dict(given), after=after + ROWS) if behind > after + ROWS else "",
    )  # fmt: skip


def read_trace(visit: Visit, cell: Mapping[str, str], *, after: int) -> dict[str, Any]:
    """Return a figure as published, as it stands and as its rows make it, with a hundred of them.

    Raises: Problem (404 no such figure that the user may trace).
    """
    figure = traced(visit, {"breakdown": "", **cell}, first=ROWS, after=after)
    for name in ("value", "published_value", "recomputed"):
        figure[name] = _decimal(figure[name])
    for row in (*figure["parts"], *figure["rows"]):
        row["amount"] = _decimal(row["amount"])
    return figure


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _after(text: str) -> int:
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise invalid([("after", "不是序号")])
    return int(text)

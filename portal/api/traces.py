"""``/traces``: a figure with its formula, its published value, and the first rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from portal.api.answers import EMPTY, parameters
from portal.bodies import api_router
from portal.lists.columns import Column
from portal.lists.cursor import Cursor, CursorInvalid, opened, sealed
from portal.lists.query import NOT_A_CURSOR
from portal.lists.tracing import ROWS, traced
from portal.lists.values import ValueWrong, checked
from portal.problems import invalid, superseded
from portal.visits import PUBLICATION_HEADER, CurrentVisit, Visit

router = api_router()
_REQUIRED = (Column("indicator"), Column("month", "month"), Column("division", "division"), Column("scheme"))
_BREAKDOWN = Column("breakdown")
_NAMES = (*(column.name for column in _REQUIRED), _BREAKDOWN.name)


class Part(BaseModel):
    """The rows of one measure of a figure."""

    measure: str
    role: str
    rows: int
    persons: int
    amount: str | None


class TraceShown(BaseModel):
    """A figure as built, as published and as recomputed from its rows; keys and persons are masked."""

    indicator: str
    label_zh: str
    label_en: str
    formula_zh: str
    formula_en: str
    month: str
    division: str
    scheme: str
    breakdown: str
    value: str | None
    unit: str
    kind: str
    publication: int | None
    published_value: str | None
    recomputed: str | None
    parts: list[Part]
    rows: list[dict[str, Any]]
    agrees: bool
    is_restated: bool
    next: str | None


@router.get(
    "/traces",
    response_model=TraceShown,
    openapi_extra={
        "parameters": [
            {
                "name": column.name,
                "in": "query",
                "required": column is not _BREAKDOWN,
                "schema": {"type": "string", "maxLength": 200},
            }
            for column in (*_REQUIRED, _BREAKDOWN)
        ]
        + [{"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}}]
    },
)
def trace(request: Request, visit: CurrentVisit) -> Response:
    """The trace of one figure with a hundred of its rows; the cursor gives the next hundred."""
    given = parameters(request, (*_NAMES, "cursor"))
    asked = _asked(given)
    binding = ["traces", visit.user, *(asked[name] for name in _NAMES)]
    cursor = _opened(visit, given.get("cursor"), binding)
    after = int(cursor.values[0] or 0)
    figure = traced(visit, asked, first=ROWS + 1, after=after)
    if after and figure["publication"] != cursor.publication and figure["publication"] is not None:
        raise superseded(figure["publication"])
    following = None
    if len(figure["rows"]) > ROWS:
        place = Cursor(figure["publication"], (str(after + ROWS),))
        following = sealed(place, key=visit.signing_key, binding=binding)
    if figure["publication"] is not None:
        request.state.headers[PUBLICATION_HEADER] = str(figure["publication"])
    return JSONResponse(figure | {"rows": figure["rows"][:ROWS], "next": following})


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """Return the figure that is asked for.

    Raises: Problem (422).
    """
    faults = [(column.name, EMPTY) for column in _REQUIRED if not given.get(column.name)]
    for column in (*_REQUIRED, _BREAKDOWN):
        if given.get(column.name):
            try:
                checked(column, given[column.name])
            except ValueWrong as wrong:
                faults.append((column.name, wrong.what))
    if faults:
        raise invalid(faults)
    return {name: given.get(name, "") for name in _NAMES}


def _opened(visit: Visit, text: str | None, binding: list[str]) -> Cursor:
    if text is None:
        return Cursor(None, ("0",))
    try:
        return opened(text, key=visit.signing_key, binding=binding, length=1)
    except CursorInvalid:
        raise invalid([("cursor", NOT_A_CURSOR)]) from None

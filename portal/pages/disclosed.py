"""The public pages: what is disclosed of each month, as a page, as CSV and as JSON; nobody signs in."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from fundwatch.months import PATTERN
from portal import problems
from portal.disclosure.labels import INDICATOR_NAMES, SCHEME_NAMES, UNIT_NAMES
from portal.disclosure.reading import Disclosure, Disclosures, OpenFigure
from portal.lists.query import UNKNOWN
from portal.lists.values import for_programs
from portal.rendering import page

router = APIRouter(include_in_schema=False)
COLUMNS = ("month", "division", "scheme", "indicator", "value", "unit", "suppressed")
SUPPRESSED = "*"
_NAME = re.compile(f"(?P<month>{PATTERN})(?P<format>\\.csv|\\.json)?")
_CACHE = {"Cache-Control": "public, max-age=300"}


@router.get("/open")
def months(request: Request) -> Response:
    """The months that are published.

    Raises: Problem (404: the public pages are off).
    """
    _require_known(request)
    response = page(request, None, "open/months.html", months=_disclosures(request).months())
    response.headers.update(_CACHE)
    return response


@router.get("/open/{name}")
def month(name: str, request: Request) -> Response:
    """The figures of a month: a page, or with ``.csv`` or ``.json`` behind it a file.

    Raises: Problem (404: the public pages are off, or no such month is published).
    """
    disclosures = _disclosures(request)
    asked = _NAME.fullmatch(name)
    disclosure = disclosures.of(asked["month"]) if asked else None
    if asked is None or disclosure is None:
        raise problems.not_found()
    _require_known(request)
    response = {".csv": _csv, ".json": _json}.get(asked["format"] or "", _page)(request, disclosure)
    response.headers.update(_CACHE)
    return response


def _disclosures(request: Request) -> Disclosures:
    state = request.app.state
    if not state.settings.open:
        raise problems.not_found()
    if not hasattr(state, "disclosures"):
        state.disclosures = Disclosures(state.pools, k=state.settings.small_cells)
    kept: Disclosures = state.disclosures
    return kept


def _require_known(request: Request) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    if set(names) - {"lang"} or len(names) > 1:
        raise problems.invalid([("query", UNKNOWN)])


def _csv(request: Request, disclosure: Disclosure) -> Response:
    del request
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for figure in disclosure.figures:
        row = _row(figure)
        shown = SUPPRESSED if figure.suppressed else row["value"]
        writer.writerow(
            [*(row[name] for name in COLUMNS[:4]), shown, figure.unit, str(figure.suppressed).lower()]
        )
    return Response("﻿" + text.getvalue(), media_type="text/csv; charset=utf-8")


def _json(request: Request, disclosure: Disclosure) -> Response:
    document = {
        "month": disclosure.month.month, "publication": disclosure.month.publication,
        "small_cells": request.app.state.settings.small_cells,
        "items": [_row(figure) for figure in disclosure.figures],
    }  # fmt: skip
    return JSONResponse(document)


def _row(figure: OpenFigure) -> dict[str, Any]:
    return {name: for_programs(getattr(figure, name)) for name in COLUMNS}


def _page(request: Request, disclosure: Disclosure) -> Response:
    tables: dict[str, dict[str, dict[str, OpenFigure]]] = {}
    for figure in disclosure.figures:
        tables.setdefault(figure.indicator, {}).setdefault(figure.division, {})[figure.scheme] = figure
    schemes = list(dict.fromkeys(figure.scheme for figure in disclosure.figures))
    units = {figure.indicator: UNIT_NAMES.get(figure.unit, figure.unit) for figure in disclosure.figures}
    return page(
        request, None, "open/month.html", month=disclosure.month, tables=tables, schemes=schemes,
        small_cells=request.app.state.settings.small_cells, units=units, names=INDICATOR_NAMES,
        scheme_names={scheme: SCHEME_NAMES.get(scheme, scheme) for scheme in schemes},
    )  # fmt: skip

"""The rules of the cross-checks: what each raised, what became of it, how often it was right."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.lists.reading import require
from portal.pages.asked import asked_publication
from portal.pages.cases.rules import counts, raised, rules_by_id
from portal.pages.divisions import Divisions
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)


@router.get("/rules")
def rules_page(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return yields by rule, and the points of a publication by rule, state and division."""
    require(visit, "case_counts")
    asked = asked_publication(request, visit, relation="case_counts")
    counted: list[dict[str, Any]] = counts(visit, asked.publication) if asked.publication else []
    return page(
        request, visit, "cases/rules.html", asked=asked, names=rules_by_id(visit), counted=counted,
        raised=raised(visit), divisions=Divisions(visit),
        sees_cases=visit.has("auditor"),
    )  # fmt: skip

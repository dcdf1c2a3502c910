"""One table in one division: rates with trend and target, rules with counts and failing rows."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from fundwatch.labels.quality import Labels, place_of
from portal.charts import trend
from portal.pages.asked import asked_publication
from portal.pages.divisions import Divisions
from portal.pages.quality import reading
from portal.problems import not_found
from portal.rendering import page
from portal.visits import CurrentVisit, Publication, Visit

router = APIRouter(include_in_schema=False)


@router.get("/quality/{division}/{table:path}")
def table(request: Request, visit: CurrentVisit, division: str, table: str) -> HTMLResponse:
    """Return the rates of a table with twelve months each, its rules, the failing rows of each."""
    asked = asked_publication(request, visit, relation="scorecard")
    if asked.publication is None:
        raise not_found()
    reading.require_division(visit, asked.publication, division)
    rates = reading.rates(visit, asked.publication, division=division, table=table)
    if not rates:
        raise not_found()
    rates.sort(key=lambda row: place_of(row["metric"]))
    months = reading.months_before(asked.publication)
    earlier = reading.earlier_rates(visit, asked.publication, division=division, table=table)
    labels = Labels(visit.language)
    return page(
        request, visit, "quality/table.html", asked=asked, division=division, table=table, rates=rates,
        months=months, earlier=earlier, labels=labels, divisions=Divisions(visit),
        charts={row["metric"]: _chart(row, months, earlier, labels) for row in rates},
        rules=_rules(visit, asked.publication, division, table), cap=reading.FAILURES_SHOWN,
    )  # fmt: skip


def _chart(
    row: dict[str, Any], months: list[str], earlier: dict[tuple[str, str], Any], labels: Labels
) -> str:
    rates = [earlier.get((month, row["metric"])) for month in months[:-1]]
    return trend((*rates, row["rate"]), target=row["target"], label=labels.metric(row["metric"]))


def _rules(
    visit: Visit, publication: Publication, division: str, table: str
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    return [
        (
            rule,
            reading.failures(visit, publication, division=division, table=table, rule=rule["rule_id"])
            if rule["failed"]
            else [],
        )
        for rule in reading.rules(visit, publication, division=division, table=table)
    ]

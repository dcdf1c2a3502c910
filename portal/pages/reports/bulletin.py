"""The ranking of the bulletin R5: every county by each rate, as every supervisor may read it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from fundwatch.catalogue import TABLES
from fundwatch.labels.figures import in_percent, places_of
from fundwatch.labels.quality import RATES_OF_ERROR, Labels
from portal.pages.asked import asked_publication
from portal.problems import not_found
from portal.rendering import page
from portal.visits import CurrentVisit, Publication, Visit

router = APIRouter(include_in_schema=False)

# The rates counties are compared by, as in the bulletin.
METRICS = ("load_rate", "completeness", "fill_rate", "anomaly_rate", "duplication_rate")
_RANKING = """
    select division, name_zh, name_en, level, "table", metric, numerator, denominator
    from portal.ranking()
    where publication = %(publication)s and metric = any(%(metrics)s)
"""


@dataclass(frozen=True)
class Ranked:
    """A division's rate over all production tables, and its place among the counties; 1 is the best."""

    rate: Fraction | None
    places: int
    rank: int | None
    is_shared: bool


@router.get("/reports/R5")
def bulletin(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the ranking of a publication."""
    asked = asked_publication(request, visit, relation="ranking")
    if asked.publication is None or asked.publication.is_draft:
        raise not_found()
    rows = _rows(visit, asked.publication)
    return page(
        request, visit, "reports/bulletin.html", asked=asked, metrics=METRICS,
        labels=Labels(visit.language), lines=ranking(rows),
        names={row["division"]: row["name_zh" if visit.language == "zh" else "name_en"] for row in rows},
    )  # fmt: skip


def _rows(visit: Visit, publication: Publication) -> list[dict[str, Any]]:
    return visit.rows(_RANKING, {"publication": publication.number, "metrics": list(METRICS)})


def ranking(rows: list[dict[str, Any]]) -> dict[str, dict[str, Ranked]]:
    """Return division -> rate -> its rank; the counties by code, then the city without ranks.

    Rows over rows of all production tables; of a county only those whose rows name one. Rates that are
    written alike share a place, the next is later. A county without the rate has no place.
    """
    levels = {row["division"]: row["level"] for row in rows}
    sums: dict[tuple[str, str], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for row in rows:
        table = TABLES.get(row["table"])
        if table is None or (row["level"] == "county" and not table.is_placed):
            continue
        if row["numerator"] is not None and row["denominator"]:
            whole = sums[row["division"], row["metric"]]
            whole[0] += Fraction(row["numerator"])
            whole[1] += Fraction(row["denominator"])
    rates = {key: above / below for key, (above, below) in sums.items()}
    counties = sorted(division for division, level in levels.items() if level == "county")
    others = sorted(division for division, level in levels.items() if level != "county")
    lines: dict[str, dict[str, Ranked]] = {division: {} for division in (*counties, *others)}
    for metric in METRICS:
        taken = places_of(rates.get((division, metric)) for division in lines)
        written = {
            division: in_percent(rates[division, metric], taken)
            for division in counties
            if (division, metric) in rates
        }
        sign = 1 if metric in RATES_OF_ERROR else -1
        for division, ranks in lines.items():
            own = written.get(division)
            ranks[metric] = Ranked(
                rate=rates.get((division, metric)),
                places=taken,
                rank=None if own is None else 1 + sum(sign * one < sign * own for one in written.values()),
                is_shared=own is not None and list(written.values()).count(own) > 1,
            )
    return lines

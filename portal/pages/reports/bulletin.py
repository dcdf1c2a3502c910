"""The bulletin R5 as every supervisor may read it: counties by each rate, changes, rules, the checklist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from fundwatch.acts.checklist import ASPECTS, ITEMS
from fundwatch.catalogue import TABLES
from fundwatch.labels.figures import difference, in_percent, places_of
from fundwatch.labels.quality import RATES_OF_ERROR, Labels
from fundwatch.months import add_months
from portal.pages.asked import asked_publication
from portal.pages.divisions import Divisions
from portal.problems import not_found
from portal.rendering import page
from portal.visits import CurrentVisit, Publication, Visit

router = APIRouter(include_in_schema=False)

# The rates counties are compared by, as in the bulletin.
METRICS = ("load_rate", "completeness", "fill_rate", "anomaly_rate", "duplication_rate")
MOST_RULES = 10
_YEAR = 12
_RANKING = """
    select month, division, name_zh, name_en, level, "table", metric, numerator, denominator
    from portal.ranking()
    where (publication = %(publication)s or month = any(%(months)s)) and metric = any(%(metrics)s)
"""
# Of the widest division one sees; the rule's rate in the month before, where that is published.
_RULES = """
    select r."table", r.rule_id, r.text_zh, r.text_en, r.checked, r.failed, b.checked as checked_before,
        b.failed as failed_before
    from published.rule_results as r
    left join published.rule_results as b
        on b.month = %(before)s and b.division = r.division and b."table" = r."table"
            and b.rule_id = r.rule_id
    where r.publication = %(publication)s and r.division = %(division)s and r.failed > 0
    order by r.failed desc, r.rule_id
    limit %(most)s
"""
_DECLARED = """
    select item, answer, note, actor from published.declarations where publication = %(publication)s
"""


@dataclass(frozen=True)
class Ranked:
    """A division's rate over all production tables, and its place among the counties; 1 is the best."""

    rate: Fraction | None
    places: int
    rank: int | None
    is_shared: bool


@dataclass(frozen=True)
class Change:
    """Points by which a rate is above that of an earlier month, as both are written; None without either."""

    points: Decimal | None
    is_worse: bool = False


@router.get("/reports/R5")
def bulletin(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return ranking and changes of a publication, its worst rules, what was declared."""
    asked = asked_publication(request, visit, relation="ranking")
    if asked.publication is None or asked.publication.is_draft:
        raise not_found()
    publication, divisions = asked.publication, Divisions(visit)
    bases = tuple(add_months(publication.month, -back) for back in (1, _YEAR))
    rows = _rows(visit, publication, bases)
    own = [row for row in rows if row["month"] == publication.month]
    measured = {row["division"] for row in own}
    widest = next((code for code, _ in divisions.options if code in measured), "")
    return page(
        request, visit, "reports/bulletin.html", asked=asked, metrics=METRICS, divisions=divisions,
        labels=Labels(visit.language), lines=ranking(own), bases=bases,
        changes={
            base: changes(own, [row for row in rows if row["month"] == base])
            for base in bases
            if any(row["month"] == base for row in rows)
        },
        names={row["division"]: row["name_zh" if visit.language == "zh" else "name_en"] for row in own},
        widest=widest, rules=_rules(visit, publication, widest, before=bases[0]),
        aspects=[(ASPECTS[name], list(items)) for name, items in groupby(ITEMS, lambda item: item.aspect)],
        declared=_declared(visit, publication) if visit.has("supervisor", city_up=True) else None,
    )  # fmt: skip


def _rows(visit: Visit, publication: Publication, bases: Sequence[str]) -> list[dict[str, Any]]:
    values = {"publication": publication.number, "months": list(bases), "metrics": list(METRICS)}
    return visit.rows(_RANKING, values)


def _rules(visit: Visit, publication: Publication, division: str, *, before: str) -> list[dict[str, Any]]:
    values = {
        "publication": publication.number, "division": division, "before": before, "most": MOST_RULES,
    }  # fmt: skip
    rules = visit.rows(_RULES, values)
    for rule in rules:
        now = Fraction(rule["failed"], rule["checked"]) if rule["checked"] else None
        base = Fraction(rule["failed_before"], rule["checked_before"]) if rule["checked_before"] else None
        rule |= {"rate": now, "change": difference(now, base)}
    return rules


def _declared(visit: Visit, publication: Publication) -> dict[str, dict[str, Any]]:
    rows = visit.rows(_DECLARED, {"publication": publication.number})
    return {row["item"]: row for row in rows}


def rates_of(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Fraction]:
    """Return (division, rate) -> rows over rows of all production tables, where there is a denominator.

    Of a county only tables whose rows name one.
    """
    sums: dict[tuple[str, str], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for row in rows:
        table = TABLES.get(row["table"])
        if table is None or (row["level"] == "county" and not table.is_placed):
            continue
        if row["numerator"] is not None and row["denominator"]:
            whole = sums[row["division"], row["metric"]]
            whole[0] += Fraction(row["numerator"])
            whole[1] += Fraction(row["denominator"])
    return {key: above / below for key, (above, below) in sums.items()}


def changes(
    rows: Sequence[Mapping[str, Any]], earlier: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, str], Change]:
    """Return (division, rate) -> its change since an earlier month, for each that has either."""
    now, then = rates_of(rows), rates_of(earlier)
    divisions = {row["division"] for row in rows}
    changed = {}
    for metric in METRICS:
        places = places_of(now.get((division, metric)) for division in divisions)
        sign = 1 if metric in RATES_OF_ERROR else -1
        for division in divisions:
            points = difference(now.get((division, metric)), then.get((division, metric)), places)
            changed[division, metric] = Change(points, points is not None and sign * points > 0)
    return changed


def ranking(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Ranked]]:
    """Return division -> rate -> its rank; the counties by code, then the city without ranks.

    Rates that are written alike share a place, the next is later. A county without the rate has no place.
    """
    levels = {row["division"]: row["level"] for row in rows}
    rates = rates_of(rows)
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
                rank=None if own is None else 1 + sum(sign * rate < sign * own for rate in written.values()),
                is_shared=own is not None and list(written.values()).count(own) > 1,
            )
    return lines

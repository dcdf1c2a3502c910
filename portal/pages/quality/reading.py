"""What the pages of quality read: grades, rates with those of the months before, rules, failing rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fundwatch.labels.figures import places_of
from fundwatch.labels.quality import RATES_OF_ERROR
from fundwatch.months import add_months
from portal.problems import Problem, not_found
from portal.visits import Publication, Visit

TREND_MONTHS = 12
FAILURES_SHOWN = 100

_GRADES = """
    select division, "table", max(grade) as grade, count(*) filter (where status = 'fail') as failed,
        count(*) filter (where status <> 'na') as judged
    from {relation}
    where publication = %(publication)s
    group by division, "table"
"""
# The same is asked whatever the division is: whether it is covered, and whether none that is known is.
_MAY = """
    select %(division)s = any(portal.divisions_of(%(relation)s))
        or portal.may(%(relation)s, null) and %(division)s <> all(portal.known_divisions()) as may
"""
_RATES = """
    select "table", metric, numerator, denominator, rate, target, status, grade, low, high,
        grace_months, months_outside
    from {relation}
    where publication = %(publication)s and division = %(division)s
        and (%(table)s = '' or "table" = %(table)s)
    order by "table", metric
"""
# Of a month before, the publication that readers see of it.
_EARLIER = """
    select month, metric, rate
    from published.scorecard
    where division = %(division)s and "table" = %(table)s
        and month >= %(first)s and month < %(month)s
"""
_RULES = """
    select rule_id, severity, text_zh, text_en, checked, failed
    from {relation}
    where publication = %(publication)s and division = %(division)s and "table" = %(table)s
    order by failed desc, rule_id
"""
_FAILURES = """
    select rule_id, key, source_file_id, source_row
    from {relation}
    where publication = %(publication)s and division = %(division)s and "table" = %(table)s
        and rule_id = %(rule)s
    order by source_file_id, source_row
    limit %(most)s
"""


def publication_or_none(visit: Visit, month: str | None = None) -> Publication | None:
    """Return the publication of a month, the last approved by default; None while nothing is approved.

    Raises: Problem (404 the month has none).
    """
    try:
        return visit.publication(month, None)
    except Problem as problem:
        if month is None and problem.slug == "not-found":
            return None
        raise


def grades(visit: Visit, publication: Publication) -> list[dict[str, Any]]:
    """Return grade, failed and judged rates of each division and table one sees."""
    return visit.rows(_GRADES.format(relation=_of("scorecard", publication)), _values(publication))


def require_division(visit: Visit, publication: Publication, division: str) -> None:
    """Require that rates of a division are the user's to see, before any is looked for.

    Of a hidden division, policies would take longer to show nothing than of one that is not there.
    Raises: Problem (404).
    """
    relation = "draft_scorecard" if publication.is_draft else "scorecard"
    if not visit.rows(_MAY, {"relation": relation, "division": division})[0]["may"]:
        raise not_found()


def rates(visit: Visit, publication: Publication, *, division: str, table: str = "") -> list[dict[str, Any]]:
    """Return the rates of a division, of one table or of all, each with how it is judged and written."""
    values = {**_values(publication), "division": division, "table": table}
    rows = visit.rows(_RATES.format(relation=_of("scorecard", publication)), values)
    beside = ("rate", "target", "low", "high")
    return [
        {**row, "result": result_of(row), "places": places_of(row[name] for name in beside)} for row in rows
    ]


def months_before(publication: Publication) -> list[str]:
    """Return the twelve months of a trend, the publication's last."""
    first = add_months(publication.month, 1 - TREND_MONTHS)
    return [add_months(first, count) for count in range(TREND_MONTHS)]


def result_of(row: Mapping[str, Any]) -> str:
    """Return how a rate is judged: pass (the target is met), within, grace, fail, unset or unknown."""
    if row["status"] == "fail":
        return "fail"
    if row["status"] == "na":
        has_line = any(row[name] is not None for name in ("low", "high", "target"))
        return "unknown" if row["rate"] is None and has_line else "unset"
    if row["months_outside"]:
        return "grace"
    if row["target"] is None or row["rate"] is None:
        return "pass"
    is_met = row["rate"] <= row["target"] if row["metric"] in RATES_OF_ERROR else row["rate"] >= row["target"]
    return "pass" if is_met else "within"


def earlier_rates(
    visit: Visit, publication: Publication, *, division: str, table: str
) -> dict[tuple[str, str], Any]:
    """Return month and metric -> rate of the eleven months before, as they are published now."""
    values = {
        "division": division, "table": table, "month": publication.month,
        "first": months_before(publication)[0],
    }  # fmt: skip
    return {(row["month"], row["metric"]): row["rate"] for row in visit.rows(_EARLIER, values)}


def rules(visit: Visit, publication: Publication, *, division: str, table: str) -> list[dict[str, Any]]:
    """Return the results of the rules of a table in a division, those with most failing rows first."""
    values = {**_values(publication), "division": division, "table": table}
    return visit.rows(_RULES.format(relation=_of("rule_results", publication)), values)


def failures(
    visit: Visit, publication: Publication, *, division: str, table: str, rule: str
) -> list[dict[str, Any]]:
    """Return the first failing rows of a rule, their keys masked."""
    values = {
        **_values(publication), "division": division, "table": table, "rule": rule,
        "most": FAILURES_SHOWN,
    }  # fmt: skip
    return visit.rows(_FAILURES.format(relation=_of("failures", publication)), values)


def _of(relation: str, publication: Publication) -> str:
    return f"published.{'draft_' if publication.is_draft else ''}{relation}"


def _values(publication: Publication) -> dict[str, Any]:
    return {"publication": publication.number}

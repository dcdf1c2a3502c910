"""The scorecard of a month: rates against thresholds, grades, and ``quality.scorecard``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import psycopg

from expectations.rates.business import Rate
from expectations.rates.grades import grade
from expectations.rates.thresholds import Rates, Thresholds, Verdict
from expectations.rules import rule_version
from expectations.site_parameters import SiteParameters
from fundwatch.months import add_months

# The longest grace: earlier scorecards are read this far back.
_MONTHS_BACK = 36
_COLUMNS = (
    "month", "division", "table_name", "metric", "numerator", "denominator", "rate", "target", "status",
    "grade", "rule_version", "low", "high", "severity", "grace_months", "months_outside",
)  # fmt: skip


@dataclass(frozen=True)
class Graded:
    """A rate, its verdict, and the grade of its table in its division."""

    rate: Rate
    verdict: Verdict
    grade: str


def earlier_rates(connection: psycopg.Connection, month: str) -> Mapping[str, Rates]:
    """Read the rates of the months before ``month`` that have been measured: month -> rates."""
    rows = connection.execute(
        "select month, division, table_name, metric, numerator, denominator from quality.scorecard"
        " where month < %s and month >= %s",
        (month, add_months(month, -_MONTHS_BACK)),
    )
    by_month: dict[str, dict[tuple[str, str, str], tuple[Decimal | None, Decimal | None]]] = {}
    for at, division, table, metric, numerator, denominator in rows:
        by_month.setdefault(at, {})[division, table, metric] = (numerator, denominator)
    return by_month


def graded(
    rates: Iterable[Rate], *, site: SiteParameters, month: str, earlier: Mapping[str, Rates]
) -> list[Graded]:
    """Compare every rate with its threshold; grade every division x table from failed thresholds alone."""
    thresholds = Thresholds(site=site, month=month, earlier=earlier)
    verdicts = [
        (
            rate,
            thresholds.verdict(
                division=rate.division,
                table=rate.table,
                metric=rate.metric,
                numerator=rate.numerator,
                denominator=rate.denominator,
            ),
        )
        for rate in rates
    ]
    severities: dict[tuple[str, str], list[str | None]] = {}
    for rate, verdict in verdicts:
        severities.setdefault((rate.division, rate.table), []).append(verdict.failed_severity)
    return [Graded(rate, verdict, grade(severities[rate.division, rate.table])) for rate, verdict in verdicts]


def replace_scorecard(connection: psycopg.Connection, *, month: str, scorecard: Sequence[Graded]) -> None:
    """Replace the scorecard of ``month``; the caller commits."""
    version = rule_version()
    connection.execute("delete from quality.scorecard where month = %s", (month,))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into quality.scorecard ({', '.join(_COLUMNS)})"
            f" values ({', '.join(['%s'] * len(_COLUMNS))})",
            [_scorecard_row(row, month=month, version=version) for row in scorecard],
        )


def _scorecard_row(row: Graded, *, month: str, version: str) -> tuple:
    rate, verdict = row.rate, row.verdict
    return (
        month, rate.division, rate.table, rate.metric, rate.numerator, rate.denominator, rate.value,
        verdict.target, verdict.status, row.grade, version, verdict.low, verdict.high, verdict.severity,
        verdict.grace_months, verdict.months_outside,
    )  # fmt: skip

"""The quality of a month in a publication: current and earlier rates, rule results, failing rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import psycopg

from fundwatch.months import add_months
from reporting.snapshot.history import TREND_MONTHS

# A publication lists this many failing rows per division and rule; the error lists have them all.
ROWS_PER_RULE = 20
# At most this many last characters of a key are shown, and never more than a third of it.
_SHOWN_CHARACTERS = 4
_MASK = "••"


@dataclass(frozen=True)
class ScorecardRow:
    """One row of the scorecard; rates, targets and bounds from 0 to 1, None where not applicable.

    ``months_outside`` counts the months in a row that the rate was outside its bounds, 0 when it is within.
    """

    division: str
    name_zh: str
    name_en: str
    level: str
    table: str
    metric: str
    numerator: Decimal | None
    denominator: Decimal | None
    rate: Decimal | None
    target: Decimal | None
    status: str
    grade: str | None
    low: Decimal | None = None
    high: Decimal | None = None
    severity: str | None = None
    grace_months: int | None = None
    months_outside: int | None = None


@dataclass(frozen=True)
class EarlierRate:
    """One rate of a month before the published one, from its latest measurement."""

    month: str
    division: str
    table: str
    metric: str
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class RuleResult:
    """Rows a rule checked and failed in a division.

    ``own_failed`` counts the failing rows of the division itself: of a city, those that belong to none of
    its counties. Severity and texts are None where the measurement did not store them.
    """

    division: str
    table: str
    rule_id: str
    severity: str | None
    text_zh: str | None
    text_en: str | None
    checked: int
    failed: int
    own_failed: int


@dataclass(frozen=True)
class FailingRow:
    """A landed row that failed a rule; its key is masked, file and row number identify it."""

    division: str
    table: str
    rule_id: str
    masked_key: str
    source_file_id: str
    source_row: int


def scorecard_of(connection: psycopg.Connection, month: str, site_version: str) -> tuple[ScorecardRow, ...]:
    """Return the month's scorecard ordered by division, table and metric; empty when not measured."""
    rows = connection.execute(
        "select s.division, coalesce(d.name_zh, s.division), coalesce(d.name_en, d.name_zh, s.division),"
        " coalesce(d.level, ''), s.table_name, s.metric, s.numerator, s.denominator, s.rate, s.target,"
        " s.status, s.grade, s.low, s.high, s.severity, s.grace_months, s.months_outside"
        " from quality.scorecard as s left join site.divisions as d"
        " on d.division = s.division and d._site_version = %s where s.month = %s",
        (site_version, month),
    )
    return tuple(
        sorted((ScorecardRow(*row) for row in rows), key=lambda row: (row.division, row.table, row.metric))
    )


def earlier_rates(connection: psycopg.Connection, month: str) -> tuple[EarlierRate, ...]:
    """Return the rates of the months before ``month`` that a trend shows, from their latest measurement."""
    rows = connection.execute(
        "select month, division, table_name, metric, numerator, denominator from quality.scorecard"
        " where month >= %s and month < %s",
        (add_months(month, 1 - TREND_MONTHS), month),
    )
    return tuple(
        sorted(
            (EarlierRate(*row) for row in rows),
            key=lambda row: (row.division, row.table, row.metric, row.month),
        )
    )


def rule_results_of(connection: psycopg.Connection, month: str) -> tuple[RuleResult, ...]:
    """Return the result of every rule in every division, with its texts; empty when not measured."""
    rows = connection.execute(
        "select r.division, r.table_name, r.rule_id, d.severity, d.text_zh, d.text_en, r.checked, r.failed,"
        " coalesce(f.own_failed, 0)"
        " from quality.rule_results as r"
        " left join quality.rules as d on d.rule_version = r.rule_version and d.rule_id = r.rule_id"
        " left join ("
        "     select division, table_name, rule_id, count(*) as own_failed from quality.failures"
        "     where month = %(month)s group by division, table_name, rule_id"
        " ) as f on f.division = r.division and f.table_name = r.table_name and f.rule_id = r.rule_id"
        " where r.month = %(month)s",
        {"month": month},
    )
    return tuple(
        sorted((RuleResult(*row) for row in rows), key=lambda row: (row.division, row.table, row.rule_id))
    )


def failing_rows_of(connection: psycopg.Connection, month: str) -> tuple[FailingRow, ...]:
    """Return the first failing rows of every division and rule in landing order, keys masked."""
    rows = connection.execute(
        "select division, table_name, rule_id, key, source_file_id, source_row from ("
        "     select *, row_number() over ("
        '         partition by division, table_name, rule_id order by source_file_id collate "C", source_row'
        "     ) as place from quality.failures where month = %s"
        " ) as numbered where place <= %s",
        (month, ROWS_PER_RULE),
    )
    failing = (
        FailingRow(division, table, rule_id, masked(key), file_id, row_number)
        for division, table, rule_id, key, file_id, row_number in rows
    )
    return tuple(
        sorted(
            failing,
            key=lambda row: (row.division, row.table, row.rule_id, row.source_file_id, row.source_row),
        )
    )


def masked(key: str) -> str:
    """Return a key of which only the end is legible; each part of a composite key is masked by itself.

    A key may be a person's identity number, so a short one shows little and none shows its length.
    """
    return "|".join(_masked(part) for part in key.split("|"))


def _masked(part: str) -> str:
    shown = min(_SHOWN_CHARACTERS, len(part) // 3)
    return _MASK + part[len(part) - shown :] if part else ""

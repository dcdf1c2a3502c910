"""The quality of a month as a publication holds it: rates and those before, rules, failing rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import psycopg

from fundwatch.months import add_months
from reporting.snapshot.history import TREND_MONTHS

# A publication holds this many failing rows per division and rule; the error lists hold them all.
ROWS_PER_RULE = 20
# Of a key that many last characters are shown, and never more than a third of it.
_SHOWN_CHARACTERS = 4
_MASK = "••"


@dataclass(frozen=True)
class Measured:
    """One row of the scorecard; rates and targets from 0 to 1, None where not applicable."""

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


@dataclass(frozen=True)
class Earlier:
    """One rate of a month before the published one, as it was last measured."""

    month: str
    division: str
    table: str
    metric: str
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class RuleResult:
    """What a rule found in a division.

    ``own_failed`` counts the failing rows that belong to the division itself: of a city, those that belong
    to none of its counties. What the rule says is None where the measurement did not note it.
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
    """A landed row that broke a rule, its key masked: file and row tell an engineer which it is."""

    division: str
    table: str
    rule_id: str
    masked_key: str
    source_file_id: str
    source_row: int


def scorecard_of(connection: psycopg.Connection, month: str, site_version: str) -> tuple[Measured, ...]:
    """Return the month's scorecard in the order of divisions, tables, metrics; empty when not measured."""
    rows = connection.execute(
        "select s.division, coalesce(d.name_zh, s.division), coalesce(d.name_en, d.name_zh, s.division),"
        " coalesce(d.level, ''), s.table_name, s.metric, s.numerator, s.denominator, s.rate, s.target,"
        " s.status, s.grade"
        " from quality.scorecard as s left join site.divisions as d"
        " on d.division = s.division and d._site_version = %s where s.month = %s",
        (site_version, month),
    )
    return tuple(
        sorted((Measured(*row) for row in rows), key=lambda row: (row.division, row.table, row.metric))
    )


def earlier_rates(connection: psycopg.Connection, month: str) -> tuple[Earlier, ...]:
    """Return the rates of the months a trend shows before ``month``, as they stand now."""
    rows = connection.execute(
        "select month, division, table_name, metric, numerator, denominator from quality.scorecard"
        " where month >= %s and month < %s",
        (add_months(month, 1 - TREND_MONTHS), month),
    )
    return tuple(
        sorted(
            (Earlier(*row) for row in rows),
            key=lambda row: (row.division, row.table, row.metric, row.month),
        )
    )


def rule_results_of(connection: psycopg.Connection, month: str) -> tuple[RuleResult, ...]:
    """Return what every rule found in every division, with what it says; empty when not measured."""
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
    """Return the first failing rows of every division and rule in the order they landed, keys masked."""
    rows = connection.execute(
        "select division, table_name, rule_id, key, source_file_id, source_row from ("
        "     select *, row_number() over ("
        '         partition by division, table_name, rule_id order by source_file_id collate "C", source_row'
        "     ) as place from quality.failures where month = %s"
        " ) as numbered where place <= %s",
        (month, ROWS_PER_RULE),
    )
    found = (FailingRow(*row[:3], masked(row[3]), *row[4:]) for row in rows)
    return tuple(
        sorted(
            found,
            key=lambda row: (row.division, row.table, row.rule_id, row.source_file_id, row.source_row),
        )
    )


def masked(key: str) -> str:
    """Return a key of which only the end can be read; the parts of a key are masked each for itself.

    A person's key may be the identity number itself, so little of a short one is shown and nothing of its
    length.
    """
    return "|".join(_masked(part) for part in key.split("|"))


def _masked(part: str) -> str:
    shown = min(_SHOWN_CHARACTERS, len(part) // 3)
    return _MASK + part[len(part) - shown :] if part else ""

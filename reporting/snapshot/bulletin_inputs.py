"""Inputs of the quality bulletin (R5): rates of its month and of the base months, rules, issues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg

from fundwatch.acts.declarations import Declaration
from fundwatch.catalogue import TABLES
from fundwatch.months import add_months
from reporting.snapshot.declarations import declared_in
from reporting.snapshot.history import QUARTER_ENDS
from reporting.snapshot.inputs import Batches

METRICS = (
    "load_rate", "completeness", "fill_rate", "code_match_rate", "anomaly_rate", "duplication_rate",
)  # fmt: skip
CORRECTION = "error_correction_rate"
MONTH, QUARTER, YEAR = 1, 3, 12


@dataclass(frozen=True)
class DivisionRate:
    """A rate of a division over all production tables, rows over rows; denominator 0: nothing to measure.

    Tables whose rows name no county count for the city only.
    """

    month: str
    division: str
    metric: str
    numerator: Decimal
    denominator: Decimal


@dataclass(frozen=True)
class RuleCount:
    """Rows a rule checked and failed in a division; of the base months, those of the city only."""

    month: str
    division: str
    table: str
    rule_id: str
    text_zh: str
    text_en: str
    checked: int
    failed: int


@dataclass(frozen=True)
class IssueCount:
    """Issues of a division in a month's error list: ``issued`` are new, the others are as of its day.

    ``due_on`` is the earliest day by which open issues are due, ``overdue_since`` the earliest due day of the
    overdue ones; None without such issues, or where the calendar names no day.
    """

    month: str
    division: str
    issued: int
    corrected: int
    open: int
    overdue: int
    waived: int
    due_on: date | None = None
    overdue_since: date | None = None


@dataclass(frozen=True)
class BulletinInputs:
    """Inputs of the bulletins of a month and of the quarter it ends, beside the month's scorecard.

    ``measured`` are the months of the period and the base months that have a scorecard, ``listed`` those
    that have an error list.
    """

    measured: tuple[str, ...]
    listed: tuple[str, ...]
    tallies: tuple[DivisionRate, ...]
    rules: tuple[RuleCount, ...]
    issues: tuple[IssueCount, ...]
    declared: tuple[Declaration, ...]
    missing_tables: int | None
    missing_columns: int | None
    feeds_with_sender: tuple[str, ...]
    rows_loaded: int
    rows_quarantined: int


def inputs_of(
    connection: psycopg.Connection, *, month: str, site_version: str, batches: Batches
) -> BulletinInputs:
    """Read the inputs of a month's bulletin from the latest measurement.

    Source: quality.scorecard, quality.rule_results, quality.rules, quality.rectification; ops.extracts and
            ops.files of the publication's batches; ops.declarations; site.senders of the version.
    """
    parameters = {
        "month": month, "site": site_version, "months": list(months_of(month)), "tables": list(TABLES),
        "placed": [name for name, table in TABLES.items() if table.is_placed],
        "metrics": [*METRICS, CORRECTION], "files": list(batches.feeds),
    }  # fmt: skip
    missing_tables, missing_columns = _missing(connection, month, batches)
    ((loaded, quarantined),) = connection.execute(_FILE_ROWS, parameters)
    return BulletinInputs(
        measured=tuple(month for (month,) in connection.execute(_MEASURED, parameters)),
        listed=tuple(month for (month,) in connection.execute(_LISTED, parameters)),
        tallies=tuple(DivisionRate(*row) for row in connection.execute(_TALLIES, parameters)),
        rules=tuple(RuleCount(*row) for row in connection.execute(_RULES, parameters)),
        issues=tuple(IssueCount(*row) for row in connection.execute(_ISSUES, parameters)),
        declared=declared_in(connection, month),
        missing_tables=missing_tables,
        missing_columns=missing_columns,
        feeds_with_sender=tuple(feed for (feed,) in connection.execute(_SENDERS, parameters)),
        rows_loaded=loaded,
        rows_quarantined=quarantined,
    )


def _missing(
    connection: psycopg.Connection, month: str, batches: Batches
) -> tuple[int, int] | tuple[None, None]:
    """Count the tables the month's last extract lacks, and the required columns the other tables lack."""
    rows = connection.execute(_EXTRACTED, (month, list(batches.production))).fetchall()
    extracted: dict[str, list[str]] = dict(rows)
    if not extracted:
        return None, None
    tables = [name for name in TABLES if not extracted.get(name)]
    columns = [
        column for name, table in TABLES.items() if name not in tables
        for column in table.required if column not in extracted[name]
    ]  # fmt: skip
    return len(tables), len(columns)


def months_of(month: str) -> tuple[str, ...]:
    """Return the months of a bulletin: its month, those before it in the quarter, and the base months."""
    is_quarter = month[5:] in QUARTER_ENDS
    back = (0, MONTH, YEAR, *((2, QUARTER) if is_quarter else ()))
    return tuple(sorted(add_months(month, -months) for months in back))


_MEASURED = "select distinct month from quality.scorecard where month = any(%(months)s) order by month"
_LISTED = "select month from quality.error_lists where month = any(%(months)s) order by month"

_TALLIES = """
select
    month, division, metric,
    coalesce(sum(numerator) filter (where denominator > 0), 0),
    coalesce(sum(denominator) filter (where denominator > 0), 0)
from quality.scorecard
where month = any(%(months)s) and table_name = any(%(tables)s) and metric = any(%(metrics)s)
    and (
        table_name = any(%(placed)s)
        or division not in (
            select division from site.divisions where level = 'county' and _site_version = %(site)s
        )
    )
group by month, division, metric
order by month, division, metric
"""

_RULES = """
select
    results.month, results.division, results.table_name, results.rule_id, coalesce(rules.text_zh, ''),
    coalesce(rules.text_en, ''), results.checked, results.failed
from quality.rule_results as results
left join quality.rules as rules
    on rules.rule_version = results.rule_version and rules.rule_id = results.rule_id
where results.month = any(%(months)s)
    and (
        results.month = %(month)s
        or results.division in (
            select division from site.divisions where level = 'city' and _site_version = %(site)s
        )
    )
order by results.month, results.division, results.rule_id
"""

_ISSUES = """
select
    month, division,
    count(*) filter (where issued_month = month and state <> 'corrected') as issued,
    count(*) filter (where state = 'corrected') as corrected,
    count(*) filter (where state = 'open') as open,
    count(*) filter (where state = 'overdue') as overdue,
    count(*) filter (where state = 'waived') as waived,
    min(due_on) filter (where state = 'open') as due_on,
    min(due_on) filter (where state = 'overdue') as overdue_since
from quality.rectification
where month = any(%(months)s)
group by month, division
order by month, division
"""

_EXTRACTED = """
select distinct on (table_name) table_name, source_columns
from ops.extracts
where month = %s and file_id = any(%s)
order by table_name, sequence desc
"""

_SENDERS = """
select distinct trim(feed) from site.senders
where _site_version = %(site)s and trim(coalesce(feed, '')) <> ''
order by 1
"""

_FILE_ROWS = """
select coalesce(sum(rows_loaded), 0)::bigint, coalesce(sum(rows_quarantined), 0)::bigint
from ops.files
where month = %(month)s and file_id = any(%(files)s)
"""

"""What the quality bulletin (R5) rests on: rates of its month and of those compared with, issues, answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import psycopg

from fundwatch.catalogue import TABLES
from fundwatch.months import add_months
from reporting.snapshot.declarations import Declared, declared_in
from reporting.snapshot.history import QUARTER_ENDS
from reporting.snapshot.inputs import Batches

METRICS = (
    "load_rate", "completeness", "fill_rate", "code_match_rate", "anomaly_rate", "duplication_rate",
)  # fmt: skip
CORRECTION = "error_correction_rate"
MONTH, QUARTER, YEAR = 1, 3, 12


@dataclass(frozen=True)
class Tally:
    """A rate of a division over the production tables, rows over rows; no denominator: nothing to measure.

    Tables whose rows are in no county are the city's alone.
    """

    month: str
    division: str
    metric: str
    numerator: Decimal
    denominator: Decimal


@dataclass(frozen=True)
class RuleFound:
    """What a rule found in a division; of months compared with, the city alone."""

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
    """What a month's error list holds of a division: ``issued`` are new, the rest stand as of its day."""

    month: str
    division: str
    issued: int
    corrected: int
    open: int
    overdue: int
    waived: int


@dataclass(frozen=True)
class Inputs:
    """Everything the bulletin of a month, and of the quarter it ends, says beside the month's scorecard.

    ``measured`` are the months of the period, and those compared with, that have a scorecard.
    """

    measured: tuple[str, ...]
    listed: tuple[str, ...]
    tallies: tuple[Tally, ...]
    rules: tuple[RuleFound, ...]
    issues: tuple[IssueCount, ...]
    declared: tuple[Declared, ...]
    missing_tables: int | None
    missing_columns: int | None
    feeds_with_sender: tuple[str, ...]
    rows_loaded: int
    rows_quarantined: int


def inputs_of(connection: psycopg.Connection, *, month: str, site_version: str, batches: Batches) -> Inputs:
    """Read what the bulletin of a month rests on, as it is measured now.

    Source: quality.scorecard, quality.rule_results, quality.rules, quality.rectification; ops.extracts and
            ops.files of the publication's batches; ops.declarations; site.senders of the version.
    """
    asked = {
        "month": month, "site": site_version, "months": list(months_of(month)), "tables": list(TABLES),
        "placed": [name for name, table in TABLES.items() if table.is_placed],
        "metrics": [*METRICS, CORRECTION], "files": list(batches.feeds),
    }  # fmt: skip
    missing_tables, missing_columns = _lacks(connection, month, batches)
    loaded, quarantined = connection.execute(_FILE_ROWS, asked).fetchone()
    return Inputs(
        measured=tuple(at for (at,) in connection.execute(_MEASURED, asked)),
        listed=tuple(at for (at,) in connection.execute(_LISTED, asked)),
        tallies=tuple(Tally(*row) for row in connection.execute(_TALLIES, asked)),
        rules=tuple(RuleFound(*row) for row in connection.execute(_RULES, asked)),
        issues=tuple(IssueCount(*row) for row in connection.execute(_ISSUES, asked)),
        declared=declared_in(connection, month),
        missing_tables=missing_tables,
        missing_columns=missing_columns,
        feeds_with_sender=tuple(feed for (feed,) in connection.execute(_SENDERS, asked)),
        rows_loaded=loaded,
        rows_quarantined=quarantined,
    )


def _lacks(
    connection: psycopg.Connection, month: str, batches: Batches
) -> tuple[int, int] | tuple[None, None]:
    """Count the tables, and the required columns of the others, that the month's last extract lacks."""
    found = dict(connection.execute(_EXTRACTED, (month, list(batches.production))).fetchall())
    if not found:
        return None, None
    gone = [name for name in TABLES if not found.get(name)]
    columns = [
        column for name, table in TABLES.items() if name not in gone
        for column in table.required if column not in found[name]
    ]  # fmt: skip
    return len(gone), len(columns)


def months_of(month: str) -> tuple[str, ...]:
    """Return the months a bulletin may speak of: the month, those before it in the quarter, and the bases."""
    is_quarter = month[5:] in QUARTER_ENDS
    back = (0, MONTH, YEAR, *((2, QUARTER) if is_quarter else ()))
    return tuple(sorted(add_months(month, -one) for one in back))


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
    found.month, found.division, found.table_name, found.rule_id, coalesce(said.text_zh, ''),
    coalesce(said.text_en, ''), found.checked, found.failed
from quality.rule_results as found
left join quality.rules as said
    on said.rule_version = found.rule_version and said.rule_id = found.rule_id
where found.month = any(%(months)s)
    and (
        found.month = %(month)s
        or found.division in (
            select division from site.divisions where level = 'city' and _site_version = %(site)s
        )
    )
order by found.month, found.division, found.rule_id
"""

_ISSUES = """
select
    month, division,
    count(*) filter (where issued_month = month and state <> 'corrected') as issued,
    count(*) filter (where state = 'corrected') as corrected,
    count(*) filter (where state = 'open') as open,
    count(*) filter (where state = 'overdue') as overdue,
    count(*) filter (where state = 'waived') as waived
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

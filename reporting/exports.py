"""The exports for programs: fixed columns, stable order, no decoration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from reporting.export_files import Kind, Value


@dataclass(frozen=True)
class Export:
    """One export: its columns, the query that yields them in order, and the step it requires.

    One without a step lists what arrived for all months up to the one asked for.
    """

    columns: tuple[str, ...]
    query: str
    step: str | None = None


EXPORTS: dict[str, Export] = {
    "files": Export(
        columns=(
            "file_id", "feed", "division", "month", "format", "sequence", "name", "sha256", "state",
            "reason", "rows_declared", "rows_loaded", "rows_quarantined", "rows_repeated",
            "amount_declared", "amount_loaded", "amount_quarantined", "duplicate_of",
        ),
        query="""
            select file_id, feed, division, month, format, sequence, name, sha256, state, reason,
                rows_declared, rows_loaded, rows_quarantined, rows_repeated, amount_declared,
                amount_loaded, amount_quarantined, duplicate_of
            from ops.files
            where month is null or month <= %(month)s or (state = 'held' and reason = 'FUTURE_MONTH')
            order by feed, division nulls first, month nulls first, format nulls first,
                sequence nulls first, name, file_id
        """,
    ),
    "quarantine": Export(
        columns=("file_id", "name", "line", "reasons", "raw"),
        query="""
            select q.file_id, f.name, q.line, array_to_string(q.reasons, '|'), q.raw
            from quarantine.rows as q join ops.files as f on f.file_id = q.file_id
            where f.month <= %(month)s
            order by f.feed, f.division, f.month, f.format, f.sequence, f.name, q.file_id, q.line
        """,
    ),
    "indicators": Export(
        columns=(
            "month", "division", "scheme", "breakdown", "indicator", "value", "unit", "kind",
        ),
        query="""
            select month, division, scheme, breakdown, indicator, value, unit, kind
            from statistical_ledger.indicators where month = %(month)s
            order by division, scheme, breakdown, indicator
        """,
        step="build",
    ),
    "reports": Export(
        columns=(
            "month", "form", "division", "scheme", "breakdown", "cell", "label_zh", "label_en",
            "value", "unit", "indicator",
        ),
        query="""
            select month, form, division, scheme, breakdown, cell, label_zh, label_en, value, unit,
                indicator
            from reports.cells where month = %(month)s
            order by form, length(cell), cell, division, scheme, breakdown, indicator
        """,
        step="build",
    ),
    "scorecard": Export(
        columns=(
            "month", "division", "table", "metric", "numerator", "denominator", "rate", "target",
            "status", "grade",
        ),
        query="""
            select month, division, table_name, metric, numerator, denominator, rate, target, status,
                grade
            from quality.scorecard where month = %(month)s
            order by division, table_name, metric
        """,
        step="measure",
    ),
    "rule_results": Export(
        columns=("month", "division", "table", "rule_id", "checked", "failed"),
        query="""
            select month, division, table_name, rule_id, checked, failed
            from quality.rule_results where month = %(month)s
            order by division, table_name, rule_id
        """,
        step="measure",
    ),
    "rectification": Export(
        columns=(
            "issue_id", "month", "division", "table", "rule_id", "key", "source_file_id", "source_row",
            "first_seen", "due_on", "state", "corrected_on", "reason",
        ),
        query="""
            select issue_id, month, division, table_name, rule_id, key, source_file_id, source_row,
                first_seen, due_on, state, corrected_on, reason
            from quality.rectification where month = %(month)s
            order by division, table_name, rule_id, key, issue_id
        """,
        step="measure",
    ),
    "reconciliation": Export(
        columns=(
            "month", "check", "division", "scheme", "subject", "for_month", "account_no", "party_a",
            "party_b", "amount_a", "amount_b", "difference", "status", "items",
        ),
        query="""
            select month, check_name, division, scheme, subject, for_month, account_no, party_a,
                party_b, amount_a, amount_b, difference, status, items
            from reconciliation.results where month = %(month)s
            order by check_name, division nulls first, scheme, subject, for_month, account_no, status,
                party_a, party_b, amount_a, amount_b, items
        """,
        step="reconcile",
    ),
    "cases": Export(
        columns=(
            "case_id", "rule_id", "month", "division", "scheme", "person_id", "other_person_id",
            "match_class", "score", "first_month", "last_month", "months", "amount", "state",
            "outcome", "evidence",
        ),
        query="""
            select case_id, rule_id, month, division, scheme, person_id, other_person_id, match_class,
                score, first_month, last_month, months, amount, state, outcome, evidence
            from crosschecks.cases where month = %(month)s
            order by rule_id, person_id, other_person_id nulls first, scheme, case_id
        """,
        step="crosscheck",
    ),
    "bases": Export(
        columns=(
            "month", "division", "scheme", "wage_year", "level", "unit_id", "person_id", "identity",
            "base_method", "unit_method", "wage_source", "wage", "wage_kind", "average_wage", "floor",
            "cap", "sum_personal", "expected_base", "provisional_base", "applied_base", "tax_base",
            "verified_month", "trueup_due", "trueup_booked", "trueup_open", "status",
        ),
        query="""
            select month, division, scheme, wage_year, level, unit_id, person_id, identity, base_method,
                unit_method, wage_source, wage, wage_kind, average_wage, floor, cap, sum_personal,
                expected_base, provisional_base, applied_base, tax_base, verified_month, trueup_due,
                trueup_booked, trueup_open, status
            from bases.bases where month = %(month)s
            order by division collate "C", scheme collate "C", wage_year collate "C", level collate "C",
                unit_id collate "C" nulls first, person_id collate "C" nulls first
        """,
        step="reconcile",
    ),
    "base_exceptions": Export(
        columns=(
            "exception_id", "exception", "month", "division", "scheme", "wage_year", "unit_id",
            "person_id", "first_month", "last_month", "months", "expected", "found", "amount", "due_on",
            "evidence",
        ),
        query="""
            select exception_id, exception, month, division, scheme, wage_year, unit_id, person_id,
                first_month, last_month, months, expected, found, amount, due_on, evidence
            from bases.base_exceptions where month = %(month)s
            order by division collate "C", scheme collate "C" nulls first, wage_year collate "C",
                unit_id collate "C" nulls first, person_id collate "C" nulls first,
                exception collate "C", expected collate "C" nulls first
        """,
        step="reconcile",
    ),
}  # fmt: skip


# PostgreSQL's types by their number; any other is text.
_KINDS: dict[int, Kind] = {20: "integer", 21: "integer", 23: "integer", 1082: "day", 1700: "decimal"}


def read(warehouse: Warehouse, what: str, *, month: str) -> Iterator[Sequence[Value]]:
    """Yield the rows of one export for a month, from the latest build of the month, in its fixed order.

    Raises: NotFound (the month was never built).
    """
    return read_months(warehouse, what, months=(month,))


def read_months(warehouse: Warehouse, what: str, *, months: Sequence[str]) -> Iterator[Sequence[Value]]:
    """Yield the rows of one export for several months, month by month, all as of one moment.

    What lists everything up to a month is listed once, up to the last of them.

    Raises: NotFound (one of the months was never built; no row comes before it is known).
    """
    export = EXPORTS[what]
    asked = months if export.step is not None else months[-1:]
    with warehouse.connect() as connection:
        connection.execute("set transaction isolation level repeatable read")
        for month in asked if export.step is not None else ():
            _require_run(connection, step=export.step or "", month=month)
        for month in asked:
            with connection.cursor(name="export") as cursor:
                yield from cursor.execute(export.query, {"month": month})


def kinds_of(warehouse: Warehouse, what: str) -> dict[str, Kind]:
    """Return what the values of each column are, from the query itself.

    Raises: NotFound (nothing of the kind was ever built).
    """
    export = EXPORTS[what]
    with warehouse.connect() as connection:
        try:
            query = sql.SQL("select * from ({}) as rows limit 0").format(sql.SQL(export.query))
            cursor = connection.execute(query, {"month": ""})
        except psycopg.errors.UndefinedTable:
            raise NotFound(
                f"there is nothing to export: the step {export.step} has never run",
                next_step="Run fundwatch run --month YYYY-MM",
            ) from None
        types = [column.type_code for column in cursor.description or ()]
    return {name: _KINDS.get(code, "text") for name, code in zip(export.columns, types, strict=True)}


def _require_run(connection: psycopg.Connection, *, step: str, month: str) -> None:
    run = connection.execute(
        "select 1 from ops.runs where step = %s and month = %s and outcome = 'done' limit 1",
        (step, month),
    ).fetchone()
    if run is None:
        raise NotFound(
            f"there is nothing to export for {month}: the step {step} has not run for it",
            next_step=f"Run fundwatch run --month {month}",
        )

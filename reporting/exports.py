"""The exports for programs: fixed columns, stable order, no decoration."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

import psycopg

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound

FORMATS = ("csv", "json", "parquet")
Value = str | int | Decimal | None


@dataclass(frozen=True)
class Export:
    """One export: its columns, the query that yields them in order, and the step it requires."""

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
                first_seen, due_on::text, state, corrected_on::text, reason
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
            order by check_name, division nulls first, scheme, subject, for_month, account_no, status
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
}  # fmt: skip


def read(warehouse: Warehouse, what: str, *, month: str) -> Iterator[Sequence[Value]]:
    """Yield the rows of one export for a month, from the latest build of the month, in its fixed order.

    Raises: NotFound (the month was never built).
    """
    export = EXPORTS[what]
    with warehouse.connect() as connection:
        if export.step is not None:
            _require_run(connection, step=export.step, month=month)
        with connection.cursor(name="export") as cursor:
            yield from cursor.execute(export.query, {"month": month})


def write(rows: Iterator[Sequence[Value]], *, columns: Sequence[str], as_: str, to: BinaryIO) -> int:
    """Write rows as ``csv``, ``json`` or ``parquet``, UTF-8, null as empty; return how many."""
    plain = ([_plain(value) for value in row] for row in rows)
    if as_ == "csv":
        return _write_csv(plain, columns, to)
    records = [dict(zip(columns, row, strict=True)) for row in plain]
    if as_ == "json":
        to.write(json.dumps(records, ensure_ascii=False, indent=1).encode() + b"\n")
    else:
        _write_parquet(records, columns, to)
    return len(records)


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


def _plain(value: Value) -> str | int | None:
    """Decimals as plain digits; integers stay integers."""
    return format(value, "f") if isinstance(value, Decimal) else value


def _write_csv(rows: Iterator[list[str | int | None]], columns: Sequence[str], to: BinaryIO) -> int:
    text = io.TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    text.flush()
    text.detach()
    return count


def _write_parquet(records: list[dict[str, str | int | None]], columns: Sequence[str], to: BinaryIO) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    arrays = [pa.array([_text(record[column]) for record in records], pa.string()) for column in columns]
    parquet.write_table(pa.table(arrays, names=list(columns)), to)


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)

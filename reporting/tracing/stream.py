"""The rows behind a figure with their landed files: the first of them, or all as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

import psycopg
from psycopg.rows import class_row

from fundwatch.database.warehouse import Warehouse
from reporting.tracing import rows as behind
from reporting.tracing.scope import Scope


@dataclass(frozen=True)
class Row:
    """A business row with its landed file and line; amount in yuan."""

    measure: str
    table_name: str
    row_key: str
    division: str
    scheme: str
    person_id: str | None
    employer_id: str | None
    kind: str | None
    booked_month: str | None
    for_month: str | None
    amount: Decimal | None
    source_file_id: str
    source_row: int
    file: str | None
    file_month: str | None
    file_sequence: int | None


COLUMNS = tuple(field.name for field in fields(Row))
_IN_ORDER = (
    "select t.*, f.name as file, f.month as file_month, f.sequence as file_sequence"
    " from ({}) as t left join ops.files as f on f.file_id = t.source_file_id"
    ' order by t.measure, t.table_name, t.row_key collate "C"'
)


def statement(measures: Sequence[str], scope: Scope) -> str:
    """Return the statement of all rows behind the measures."""
    return " union all ".join(behind.rows_behind(measure, scope) for measure in measures)


def store_rows(connection: psycopg.Connection, measures: Sequence[str], scope: Scope) -> None:
    """Store the rows in the temporary table ``traced_rows`` of this transaction."""
    connection.execute("drop table if exists traced_rows")
    query = f"create temporary table traced_rows on commit drop as {statement(measures, scope)}"
    with psycopg.ClientCursor(connection) as cursor:  # DDL takes no server-side parameters
        cursor.execute(query, scope.bound)


def first_rows(connection: psycopg.Connection, *, limit: int) -> tuple[Row, ...]:
    """Return the first of the stored rows."""
    first = f'select * from traced_rows order by measure, table_name, row_key collate "C" limit {limit:d}'
    with connection.cursor(row_factory=class_row(Row)) as cursor:
        return tuple(cursor.execute(_IN_ORDER.format(first)))


def every_row(warehouse: Warehouse, measures: Sequence[str], scope: Scope) -> Iterator[tuple]:
    """Yield all rows as tuples of ``COLUMNS``, in a stable order, streamed from the server."""
    with warehouse.connect() as connection, connection.cursor(name="trace") as cursor:
        cursor.execute(_IN_ORDER.format(statement(measures, scope)), scope.bound)
        yield from cursor

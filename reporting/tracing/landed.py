"""A landed row as it arrived: whatever its feed, and also when no figure counts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from fundwatch.queries import one_row

_QUARANTINE = "quarantine.rows"


@dataclass(frozen=True)
class _File:
    """The file of the ledger a row came from."""

    file_id: str
    file: str
    feed: str
    format: str | None
    month: str | None
    sequence: int | None
    state: str


@dataclass(frozen=True)
class LandedRow(_File):
    """One row of a landing table, or the raw text of a quarantined one, with the file and line it came from.

    ``values`` maps column to text; ``reasons`` say why a row is quarantined, and are empty for a landed one.
    """

    line: int
    table: str
    values: dict[str, str | None]
    reasons: tuple[str, ...] = ()


def landed_rows(warehouse: Warehouse, *, file_id: str, line: int) -> tuple[LandedRow, ...]:
    """Return what landed from a line of a file: one row, or for a bank statement also that of its account.

    Raises: NotFound (nothing of that line was landed).
    """
    with warehouse.connect() as connection:
        file = _File(*one_row(connection.execute(_FILE, (file_id,))))
        rows = [*_landed(connection, file, [line]), *_quarantined(connection, file, line)]
    if not rows:
        raise NotFound(
            f"line {line} of {file.file} ({file.state}) is neither landed nor in quarantine",
            next_step="Count lines from 1, the header too; of equal records only the first is landed",
        )
    return tuple(rows)


def landed_lines(
    connection: psycopg.Connection, *, file_id: str, lines: Sequence[int]
) -> tuple[LandedRow, ...]:
    """Return what landed from lines of one file, in order; a line of which nothing landed has no row."""
    file = _File(*one_row(connection.execute(_FILE, (file_id,))))
    return tuple(sorted(_landed(connection, file, lines), key=lambda row: (row.line, row.table)))


def _landed(connection: psycopg.Connection, file: _File, lines: Sequence[int]) -> list[LandedRow]:
    rows = []
    prefix = f"{file.feed}__{file.file.lower()}" if file.feed == "production" else f"{file.feed}__"
    for (table,) in connection.execute(_TABLES, (prefix,)).fetchall():
        query = sql.SQL("select * from {} where _file_id = %s and _row = any(%s)").format(
            sql.Identifier("landing", table)
        )
        with connection.cursor(row_factory=dict_row) as cursor:
            for values in cursor.execute(query, (file.file_id, list(lines))):
                texts = {name: value for name, value in values.items() if not name.startswith("_")}
                line = values["_row"]
                rows.append(LandedRow(**vars(file), line=line, table=f"landing.{table}", values=texts))
    return rows


def _quarantined(connection: psycopg.Connection, file: _File, line: int) -> list[LandedRow]:
    query = "select raw, reasons from quarantine.rows where file_id = %s and line = %s"
    return [
        LandedRow(**vars(file), line=line, table=_QUARANTINE, values={"raw": raw}, reasons=tuple(reasons))
        for raw, reasons in connection.execute(query, (file.file_id, line))
    ]


_FILE = "select file_id, name, feed, format, month, sequence, state from ops.files where file_id = %s"
_TABLES = """
select table_name
from information_schema.columns
where table_schema = 'landing' and column_name = '_file_id' and starts_with(table_name, %s)
order by table_name
"""

"""A landed row as it arrived: whatever its feed, and also when no figure counts it."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound, NotUnique

_QUARANTINE = "quarantine.rows"


@dataclass(frozen=True)
class LandedRow:
    """One row of a landing table, or the raw text of a quarantined one, with the file and line it came from.

    ``values`` maps column to text; ``reasons`` say why a row is quarantined, and are empty for a landed one.
    """

    file_id: str
    file: str
    feed: str
    format: str | None
    month: str | None
    sequence: int | None
    state: str
    line: int
    table: str
    values: dict[str, str | None]
    reasons: tuple[str, ...] = ()


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


def landed_rows(warehouse: Warehouse, *, file: str, line: int) -> tuple[LandedRow, ...]:
    """Return what landed from a line: one row, or for a bank statement also that of its account.

    ``file`` is an id, the beginning of one, or a name.
    Raises: NotFound (no such file, or nothing of that line was landed), NotUnique.
    """
    with warehouse.connect() as connection:
        found = _find(connection, file)
        rows = [*_landed(connection, found, line), *_quarantined(connection, found, line)]
    if not rows:
        raise NotFound(
            f"line {line} of {found.file} ({found.state}) is neither landed nor in quarantine",
            next_step="Count lines from 1, the header too; of equal records only the first is landed",
        )
    return tuple(rows)


def _find(connection: psycopg.Connection, file: str) -> _File:
    matching = [_File(*row) for row in connection.execute(_FIND, {"file": file.strip()})]
    if not matching:
        raise NotFound(
            f"no file has the id or the name {file.strip()[:100]!r}", next_step="Run fundwatch files"
        )
    if len(matching) > 1:
        listed = ", ".join(f"{one.file_id[:12]} ({one.month or 'no month'}, {one.state})" for one in matching)
        raise NotUnique(
            f"{file.strip()[:100]!r} fits several files: {listed}",
            next_step="Run the command again with the beginning of one of these ids",
        )
    return matching[0]


def _landed(connection: psycopg.Connection, file: _File, line: int) -> list[LandedRow]:
    rows = []
    prefix = f"{file.feed}__{file.file.lower()}" if file.feed == "production" else f"{file.feed}__"
    for (table,) in connection.execute(_TABLES, (prefix,)).fetchall():
        query = sql.SQL("select * from {} where _file_id = %s and _row = %s").format(
            sql.Identifier("landing", table)
        )
        with connection.cursor(row_factory=dict_row) as cursor:
            for values in cursor.execute(query, (file.file_id, line)):
                texts = {name: value for name, value in values.items() if not name.startswith("_")}
                rows.append(LandedRow(**vars(file), line=line, table=f"landing.{table}", values=texts))
    return rows


def _quarantined(connection: psycopg.Connection, file: _File, line: int) -> list[LandedRow]:
    query = "select raw, reasons from quarantine.rows where file_id = %s and line = %s"
    return [
        LandedRow(**vars(file), line=line, table=_QUARANTINE, values={"raw": raw}, reasons=tuple(reasons))
        for raw, reasons in connection.execute(query, (file.file_id, line))
    ]


_FIND = """
select file_id, name, feed, format, month, sequence, state
from ops.files
where file_id = %(file)s or name = %(file)s
    or (%(file)s ~ '^[0-9a-f]{6,63}$' and starts_with(file_id, %(file)s))
order by month, name, first_seen_at, file_id
"""
_TABLES = """
select table_name
from information_schema.columns
where table_schema = 'landing' and column_name = '_file_id' and starts_with(table_name, %s)
order by table_name
"""

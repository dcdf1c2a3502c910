"""One production table, streamed from the source into a temporary table of the warehouse."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from fundwatch.catalogue import TABLES, Table
from fundwatch.failpoints import failpoint
from ingestion.production.rendering import NUL, columns_renderer, printable, renderer
from ingestion.production.source import Source, SourceTable

_SEPARATOR, _NULL = "\x1f", "\x1e"


@dataclass(frozen=True)
class TableRead:
    """A table as it was read: where its rows are, their hash, and what the source itself counted.

    ``rows_by_division`` is empty where the table has no AAB301; ``columns`` are the standard names present.
    """

    table: Table
    incoming: sql.Identifier
    sha256: str
    rows: int
    rows_by_division: dict[str, int]
    columns: tuple[str, ...]


def read_tables(cursor: psycopg.Cursor, source: Source, *, zone: ZoneInfo) -> list[TableRead]:
    """Read every table of the catalogue as text; one that is missing at the source reads as empty.

    Shape: temporary tables ``incoming_<table>``, gone with the transaction, with ``_row`` in key order.
    """
    return [_read(cursor, source, table, zone) for table in TABLES.values()]


def _read(cursor: psycopg.Cursor, source: Source, table: Table, zone: ZoneInfo) -> TableRead:
    incoming = sql.Identifier(f"incoming_{table.name.lower()}")
    landed = sql.SQL(", ").join(
        sql.SQL("{} text").format(sql.Identifier(column.landed)) for column in table.columns
    )
    cursor.execute(
        sql.SQL("create temporary table {} ({}, _row bigint) on commit drop").format(incoming, landed)
    )
    found = source.tables.get(table.name)
    columns = tuple(found.columns) if found else ()
    counted = source.count(found) if columns else []
    return TableRead(
        table=table,
        incoming=incoming,
        sha256=_copy(cursor, source, found, incoming, zone),
        rows=sum(number for _, number in counted),
        rows_by_division=_by_division(counted, zone) if "AAB301" in columns else {},
        columns=columns,
    )


def _copy(
    cursor: psycopg.Cursor,
    source: Source,
    found: SourceTable | None,
    incoming: sql.Identifier,
    zone: ZoneInfo,
) -> str:
    """Write the table's rows as text, numbered in key order; return the hash of columns and rows."""
    columns = tuple(found.columns) if found else ()
    digest = hashlib.sha256(_SEPARATOR.join(columns).encode())
    if not columns:
        return digest.hexdigest()
    to_text = columns_renderer(zone)
    names = [sql.Identifier(name.lower()) for name in columns]
    statement = sql.SQL("copy {} ({}, _row) from stdin").format(incoming, sql.SQL(", ").join(names))
    position = 0
    with cursor.copy(statement) as copy:
        for batch in source.rows(found):
            failpoint("production.during_copy")
            for row in to_text(batch):
                line = _SEPARATOR.join([_NULL if text is None else text for text in row]) + "\n"
                texts = [text and printable(text) for text in row] if NUL in line else row
                digest.update(line.encode())
                position += 1
                copy.write_row((*texts, str(position)))
    cursor.execute(sql.SQL("analyze {}").format(incoming))
    return digest.hexdigest()


def _by_division(counted: list[tuple[object, int]], zone: ZoneInfo) -> dict[str, int]:
    """Add up the source's counts per division; rows without one are counted under the empty name."""
    to_text = renderer(zone)
    by_division: dict[str, int] = {}
    for value, number in counted:
        name = printable(to_text(value) or "")
        by_division[name] = by_division.get(name, 0) + number
    return by_division

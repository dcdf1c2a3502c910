"""Extract checkpoint per table: watermark and checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import psycopg

from ingestion.production.changes.checksums import Checksums, from_stored
from ingestion.production.source.database import SourceTable

# To be raised when the text form of any value changes.
_TEXT_VERSION = "2"


@dataclass(frozen=True)
class Checkpoint:
    """One table as the latest extract read it.

    ``file_id`` is that of the extract whose rows count; ``read_as`` names engine and columns; ``checksums``
    is None where the next extract compares everything; ``is_held`` says that the source had lost its rows.
    """

    file_id: str
    rows: int
    rows_by_division: Mapping[str, int]
    columns: tuple[str, ...]
    read_as: str | None
    watermark: str | None
    checksums: Checksums | None
    is_held: bool = False


@dataclass(frozen=True)
class Extracts:
    """The extracts landed so far: last sequence by month."""

    sequences: Mapping[str, int]

    @property
    def latest(self) -> str | None:
        """The latest month that has a batch."""
        return max(self.sequences, default=None)

    def following(self, month: str) -> str | None:
        """Return the next later month that has a batch."""
        return min((batch for batch in self.sequences if batch > month), default=None)


def read_extracts(cursor: psycopg.Cursor) -> Extracts:
    """Return which extracts are landed."""
    cursor.execute("select month, max(sequence) from ops.extracts group by month order by month")
    return Extracts(dict(cursor.fetchall()))


def read_checkpoints(cursor: psycopg.Cursor, extracts: Extracts, *, month: str) -> dict[str, Checkpoint]:
    """Return each table's last extract, from the batch that is current in ``month``."""
    current = max((batch for batch in extracts.sequences if batch <= month), default=None)
    if current is None:
        return {}
    cursor.execute(_LAST, (current, extracts.sequences[current]))
    return {
        name: Checkpoint(
            file_id=file_id,
            rows=rows,
            rows_by_division=by_division,
            columns=tuple(columns),
            read_as=read_as,
            watermark=watermark,
            checksums=None if sums is None or repeated is None else from_stored(sums, repeated),
            is_held=is_held,
        )
        for (
            name, file_id, rows, by_division, columns, read_as, watermark, sums, repeated, is_held,
        ) in cursor.fetchall()
    }  # fmt: skip


def released_tables(cursor: psycopg.Cursor, *, month: str) -> frozenset[str]:
    """Return the tables held in the month of which somebody has said that they may have lost their rows."""
    return frozenset(name for (name,) in cursor.execute(_RELEASED, (month,)))


def read_as(source_table: SourceTable, *, dialect: str, zone: ZoneInfo, hash_name: str | None) -> str:
    """Return a short name of how values become text and checksums: engine, columns, zone, hash."""
    columns = ",".join(f"{name}={at_source}" for name, at_source in source_table.columns.items())
    described = "|".join(
        (_TEXT_VERSION, dialect, source_table.name, columns, str(zone), *([hash_name] if hash_name else []))
    )
    return hashlib.sha256("|".join(described).encode()).hexdigest()[:16]


# An extract of a table that found nothing names the one that last did.
_LAST = """
select
    e.table_name, coalesce(f.duplicate_of, f.file_id), e.source_rows, e.source_rows_by_division,
    e.source_columns, e.read_as, e.watermark, e.checksums, e.repeated_keys, f.state = 'held'
from ops.extracts as e
join ops.files as f on f.file_id = e.file_id
where e.month = %s and e.sequence = %s
"""

_RELEASED = """
select f.name
from ops.files as f
inner join ops.releases as r on r.file_id = f.file_id
where f.feed = 'production' and f.state = 'held' and f.month = %s
"""

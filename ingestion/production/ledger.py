"""Enter what was read in the ledger of files and extracts, and its rows in landing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from fundwatch.failpoints import failpoint
from ingestion.content_id import id_of
from ingestion.production.changes.intervals import Written
from ingestion.production.reading import TableRead
from ingestion.production.spool import content_sha256
from ingestion.summary import TableLanded

FORMAT = "production-table/1"


@dataclass(frozen=True)
class Slot:
    """Which extract this is: of a month, the how-manieth, and the next later month that has a batch."""

    month: str
    sequence: int
    division: str
    following: str | None


def enter(cursor: psycopg.Cursor, read: TableRead, slot: Slot) -> TableLanded:
    """Land one table's difference and enter it in the ledger."""
    name = read.table.name
    sha256 = _sha256(cursor, read)
    file_id = id_of("production", FORMAT, name, slot.month, str(slot.sequence), sha256)
    failpoint("production.before_rows")
    written = _write(cursor, read, slot, file_id)
    failpoint("production.after_rows")
    names_earlier = read.before and not written.opened and not written.closed
    bound = {
        "month": slot.month, "sequence": slot.sequence, "division": slot.division, "file_id": file_id,
        "format": FORMAT, "name": name, "sha256": sha256, "landed": written.opened,
        "duplicate_of": read.before.file_id if names_earlier else None,
        "rows": read.rows, "by_division": json.dumps(read.rows_by_division), "columns": list(read.columns),
        "compared": read.compared, "read_as": read.read_as, "watermark": read.watermark,
        **_remembered(read),
    }  # fmt: skip
    cursor.execute(_ENTER_FILE, bound)
    cursor.execute(_ENTER_EXTRACT, bound)
    return landed(read, written)


def landed(read: TableRead, written: Written) -> TableLanded:
    """Return what a table's extract reports."""
    return TableLanded(
        read.table.name,
        source_rows=read.rows,
        landed=written.opened,
        closed=written.closed,
        missing=_missing(read),
        compared=read.compared,
    )


def _missing(read: TableRead) -> tuple[str, ...]:
    """Name the table when the source has none of it, else its required columns that are not there."""
    table = read.table
    if not read.columns:
        return (table.name,)
    return tuple(f"{table.name}.{name}" for name in table.required if name not in read.columns)


def _remembered(read: TableRead) -> dict:
    """Return the checksums to keep; none where the next extract should compare everything."""
    sums = read.checksums
    if sums is None or sums.repeated is None:
        return {"checksums": None, "repeated": None}
    return {"checksums": json.dumps(sums.stored()), "repeated": sorted(sums.repeated)}


def _sha256(cursor: psycopg.Cursor, read: TableRead) -> str:
    """Return the hash of the rows that are opened, in their order, however they were found."""
    header = "\t".join(read.columns)
    if read.spool:
        return content_sha256(header, read.spool.digest)
    digest = hashlib.sha256()
    if read.changed and read.columns:
        for line in read.history.opening_lines(cursor, columns=[name.lower() for name in read.columns]):
            digest.update(f"{line}\n".encode())
    return content_sha256(header, digest.digest())


def _write(cursor: psycopg.Cursor, read: TableRead, slot: Slot, file_id: str) -> Written:
    if read.spool:
        _copy_first_rows(cursor, read, slot, file_id)
        return Written(opened=read.rows, closed=0)
    if read.changed:
        return read.history.apply(cursor, following=slot.following, file_id=file_id)
    return Written(opened=0, closed=0)


def _copy_first_rows(cursor: psycopg.Cursor, read: TableRead, slot: Slot, file_id: str) -> None:
    """Land the rows of a table of which nothing is in force, as they were read."""
    names = [*(name.lower() for name in read.columns), "_row", "_file_id", "_valid_from", "_valid_to"]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        read.history.target, sql.SQL(", ").join(map(sql.Identifier, names))
    )
    ending = "\t".join(("", file_id, slot.month, slot.following or "\\N")).encode() + b"\n"
    with cursor.copy(statement) as copy:
        for block in _ended(read, ending):
            copy.write(block)
            failpoint("production.during_rows")
    read.spool.close()


def _ended(read: TableRead, ending: bytes) -> Iterator[bytes]:
    """Yield the rows with what is the same for all of them; a line break in a value is written otherwise."""
    for block in read.spool.blocks():
        yield block.replace(b"\n", ending)


_ENTER_FILE = """
insert into ops.files (
    file_id, feed, format, division, month, sequence, name, sha256, state, duplicate_of,
    rows_declared, rows_loaded, rows_quarantined, rows_repeated, decided_at
)
values (
    %(file_id)s, 'production', %(format)s, %(division)s, %(month)s, %(sequence)s, %(name)s, %(sha256)s,
    'loaded', %(duplicate_of)s, %(landed)s, %(landed)s, 0, 0, now()
)
"""

_ENTER_EXTRACT = """
insert into ops.extracts (
    month, sequence, table_name, file_id, source_rows, source_rows_by_division, source_columns,
    compared, read_as, watermark, checksums, repeated_keys
)
values (
    %(month)s, %(sequence)s, %(name)s, %(file_id)s, %(rows)s, %(by_division)s, %(columns)s,
    %(compared)s, %(read_as)s, %(watermark)s, %(checksums)s, %(repeated)s
)
"""

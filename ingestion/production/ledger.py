"""Land what an extract found, and enter it in the ledger of files and extracts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import psycopg
from psycopg import sql

from fundwatch.actors import current_user
from fundwatch.failpoints import failpoint
from ingestion.content_id import id_of
from ingestion.production.changes.intervals import Written
from ingestion.production.spool import Spool, content_sha256
from ingestion.production.table_diff import TableDiff
from ingestion.summary import TABLE_EMPTIED, TableLanded

FORMAT = "production-table/1"
_EMPTIED = (
    "the table had rows before and has none now, or is gone; the rows landed before count until somebody"
    " releases it"
)


@dataclass(frozen=True)
class Slot:
    """Which extract this is: its month, its sequence, and the next later month that has a batch."""

    month: str
    sequence: int
    division: str
    following: str | None


def enter(cursor: psycopg.Cursor, diff: TableDiff, slot: Slot) -> TableLanded:
    """Land one table's difference and enter it in the ledger."""
    name = diff.table.name
    sha256 = _sha256(cursor, diff)
    file_id = id_of("production", FORMAT, name, slot.month, str(slot.sequence), sha256)
    failpoint("production.before_rows")
    written = _write(cursor, diff, slot, file_id)
    failpoint("production.after_rows")
    is_empty = not written.opened and not written.closed
    bound = {
        "month": slot.month, "sequence": slot.sequence, "division": slot.division, "file_id": file_id,
        "format": FORMAT, "name": name, "sha256": sha256, "landed": written.opened,
        "duplicate_of": diff.before.file_id if diff.before and is_empty else None,
        "state": "held" if diff.is_held else "loaded", "reason": TABLE_EMPTIED if diff.is_held else "",
        "message": _EMPTIED if diff.is_held else "", "actor": current_user(),
        "rows": diff.rows, "by_division": json.dumps(diff.rows_by_division), "columns": list(diff.columns),
        "compared": diff.compared, "read_as": diff.read_as, "watermark": diff.watermark,
        **_stored_checksums(diff),
    }  # fmt: skip
    cursor.execute(_ENTER_FILE, bound)
    cursor.execute(_SUPERSEDE_HELD, bound)
    cursor.execute(_ENTER_EXTRACT, bound)
    return landed(diff, written)


def landed(diff: TableDiff, written: Written) -> TableLanded:
    """Return what a table's extract reports."""
    return TableLanded(
        diff.table.name,
        source_rows=diff.rows,
        landed=written.opened,
        closed=written.closed,
        missing=_missing(diff),
        compared=diff.compared,
        is_held=diff.is_held,
    )


def _missing(diff: TableDiff) -> tuple[str, ...]:
    """Name the table when the source has none of it, else its required columns that are not there."""
    table = diff.table
    if not diff.columns:
        return (table.name,)
    return tuple(f"{table.name}.{name}" for name in table.required if name not in diff.columns)


def _stored_checksums(diff: TableDiff) -> dict[str, object]:
    """Return the checksums to store; none where the next extract is to compare everything."""
    sums = diff.checksums
    if sums is None or sums.repeated is None:
        return {"checksums": None, "repeated": None}
    return {"checksums": json.dumps(sums.stored()), "repeated": sorted(sums.repeated)}


def _sha256(cursor: psycopg.Cursor, diff: TableDiff) -> str:
    """Return the hash of the opened rows, in their order, however they were found."""
    header = "\t".join(diff.columns)
    if diff.spool:
        return content_sha256(header, diff.spool.digest)
    digest = hashlib.sha256()
    if diff.changed and diff.columns:
        for line in diff.history.opening_lines(cursor, columns=[name.lower() for name in diff.columns]):
            digest.update(f"{line}\n".encode())
    return content_sha256(header, digest.digest())


def _write(cursor: psycopg.Cursor, diff: TableDiff, slot: Slot, file_id: str) -> Written:
    if diff.spool:
        _copy_first_rows(cursor, diff, diff.spool, slot, file_id)
        return Written(opened=diff.rows, closed=0)
    if diff.changed:
        return diff.history.apply(cursor, following=slot.following, file_id=file_id)
    return Written(opened=0, closed=0)


def _copy_first_rows(cursor: psycopg.Cursor, diff: TableDiff, spool: Spool, slot: Slot, file_id: str) -> None:
    """Land the rows of a table of which nothing is landed yet, as they were diff."""
    names = [*(name.lower() for name in diff.columns), "_row", "_file_id", "_valid_from", "_valid_to"]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        diff.history.target, sql.SQL(", ").join(map(sql.Identifier, names))
    )
    ending = "\t".join(("", file_id, slot.month, slot.following or "\\N")).encode() + b"\n"
    with cursor.copy(statement) as copy:
        for block in spool.blocks():
            # A line feed ends a row: one in a value is written as an escape.
            copy.write(block.replace(b"\n", ending))
            failpoint("production.during_rows")
    spool.close()


_ENTER_FILE = """
insert into ops.files (
    file_id, feed, format, division, month, sequence, name, sha256, state, reason, message, duplicate_of,
    rows_declared, rows_loaded, rows_quarantined, rows_repeated, decided_at, decided_by
)
values (
    %(file_id)s, 'production', %(format)s, %(division)s, %(month)s, %(sequence)s, %(name)s, %(sha256)s,
    %(state)s, %(reason)s, %(message)s, %(duplicate_of)s, %(landed)s, %(landed)s, 0, 0, now(), %(actor)s
)
"""

# What was held of the month is what this extract decided anew.
_SUPERSEDE_HELD = """
update ops.files
set state = 'superseded', reason = '', message = '', superseded_by = %(file_id)s
where feed = 'production' and name = %(name)s and month = %(month)s and state = 'held'
    and file_id <> %(file_id)s
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

"""Incremental extract of one table: changes by watermark, silent edits and deletions by checksum.

Incoming are the rows whose AAE036 is at or after the last watermark, and all rows of their keys. Where the
source then counts other rows than expected, or where a checksum is asked for, the whole table is scanned and
the buckets whose checksums differ are compared in full. A table without a usable AAE036 is always scanned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from ingestion.production.changes.checkpoint import Checkpoint
from ingestion.production.changes.checksums import Checksums, differing
from ingestion.production.changes.tally import Tally
from ingestion.production.changes.watermark import later
from ingestion.production.source.buckets import bucket
from ingestion.production.source.dialects import COMPARES_KEYS, is_older
from ingestion.production.source.row_stream import DIVISION, HANDLED, Batch
from ingestion.production.source.value_format import unescaped
from ingestion.production.table_reader import TableReader

# A checksum of a table as small as this costs less than a second: it is taken unless refused.
_SMALL = 100_000
# Rows that are hashed together, in one question to the source.
_TOGETHER = 2_000


@dataclass(frozen=True)
class Changes:
    """What an incremental extract found; ``compared`` is changes, or checksum."""

    compared: str
    watermark: str | None
    checksums: Checksums
    changed: int


@dataclass
class _Scan:
    """A whole table as it was scanned: its checksums and its watermark."""

    checksums: Checksums
    watermark: str | None

    def changes(self, changed: int) -> Changes:
        return Changes("checksum", self.watermark, self.checksums, changed)


@dataclass
class _Expected:
    """What the source should hold if nothing but the handled rows changed."""

    reader: TableReader
    checksums: Checksums
    rows: int
    by_division: Counter[str]

    def add_incoming(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Count incoming rows, in key order, while they are loaded."""
        in_order = self.reader.source_checksums is None or self.reader.source_checksums.tells_order
        repeated: frozenset[str] | None = None if in_order else frozenset()
        tally = Tally(self.reader.watermark(), self.checksums, repeated)
        for batch in batches:
            tally.add(batch)
            self._count(batch.fields.get(DIVISION, ()), len(batch.lines), 1)
            yield batch

    def subtract_former(self) -> None:
        """Subtract the current rows of the incoming keys."""
        names = list(self.reader.source_table.columns)
        first = names.index(self.reader.source_table.table.key[0])
        division = names.index(DIVISION) if DIVISION in names else None
        landed = [name.lower() for name in names]
        former = self.reader.history.former_lines(self.reader.context.cursor, columns=landed)
        while some := list(islice(former, _TOGETHER)):
            lines, _, numbers = zip(*(numbered.rpartition("\t") for numbered in some), strict=True)
            fields = [line.split("\t") for line in lines]
            buckets = [bucket(row[first]) for row in fields]
            self.checksums.add(buckets, lines, list(map(int, numbers)), times=-1)
            self._count([] if division is None else [row[division] for row in fields], len(some), -1)

    def _count(self, divisions: Iterable[str], rows: int, times: int) -> None:
        self.rows += rows * times
        for division in divisions:
            self.by_division[unescaped(division) or ""] += times

    def counts(self, rows: int, by_division: dict[str, int]) -> bool:
        """Return whether the source counts the same."""
        return rows == self.rows and by_division == {name: n for name, n in self.by_division.items() if n}


def read_changes(
    reader: TableReader,
    before: Checkpoint,
    checksums: Checksums,
    *,
    rows: int,
    by_division: dict[str, int],
    verify: bool | None,
) -> Changes | None:
    """Load what changed since ``before``, which kept ``checksums``, into the table of incoming rows.

    None means that the source cannot tell what belongs to a changed key: compare everything.
    """
    expected = _Expected(reader, checksums, before.rows, Counter(before.rows_by_division))
    if reader.source_checksums:
        checksums.hasher = reader.source_checksums.hash
    wants_checksum = rows <= _SMALL if verify is None else verify
    actual = None
    if wants_checksum and expected.counts(rows, by_division):
        # As many rows as before: most likely nothing changed, and one scan is enough to know.
        actual = _scan(reader, checksums, watermark=before.watermark)
        if not differing(checksums, actual.checksums):
            return actual.changes(0)
    handled_since = _handled_since(reader, before)
    changed, watermark = 0, None
    if handled_since is not None:
        loaded = _load_handled(reader, expected, before, handled_since)
        if loaded is None:
            return None
        changed, watermark = loaded
        if not wants_checksum and expected.counts(rows, by_division):
            return Changes("changes", watermark, checksums, changed)
    if checksums.repeated is None:
        return None
    if actual is None or actual.checksums.repeated != checksums.repeated:
        actual = _scan(reader, checksums, watermark=watermark)
    elif watermark:
        actual.watermark = watermark
    return actual.changes(_compare_buckets(reader, checksums, actual, changed))


def _handled_since(reader: TableReader, before: Checkpoint) -> sa.ColumnElement[bool] | None:
    """Return the condition that a row may have been handled since; None where AAE036 cannot tell."""
    source_table, context = reader.source_table, reader.context
    is_usable = HANDLED in source_table.columns and context.source.dialect in COMPARES_KEYS
    if not before.watermark or not is_usable:
        return None
    column = source_table.column(HANDLED)
    older = is_older(
        column,
        source_table.types[HANDLED],
        before.watermark,
        dialect=context.source.dialect,
        zone=context.zone,
    )
    if older is None:
        return None
    since = sa.and_(column.is_not(None), sa.not_(older))
    if context.source.dialect == "postgresql" and isinstance(source_table.types[HANDLED], sa.String):
        # A pattern is slow there, and many rows share a value: look at each value once.
        values = context.source.few_values(source_table, HANDLED, since)
        return since if values is None else column.in_(values) if values else sa.false()
    return since


def _load_handled(
    reader: TableReader, expected: _Expected, before: Checkpoint, handled_since: sa.ColumnElement[bool]
) -> tuple[int, str | None] | None:
    """Load the rows handled since and, when any of them is new, all rows of their keys.

    Returns the number of changed keys and the new watermark; None where keys cannot be compared.
    """
    context = reader.context
    watermark = reader.watermark()

    def observed(batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            watermark.observe(batch.fields[HANDLED])
            yield batch

    loaded = reader.load_incoming(observed(reader.lines.read(ordered=False, where=handled_since)))
    latest = later(before.watermark, watermark.latest)
    if not loaded or reader.history.holds_incoming(context.cursor):
        reader.clear_incoming()
        return 0, latest
    reader.clear_incoming()
    if not context.source.may_compare_keys(reader.source_table):
        return None
    of_their_keys = reader.lines.read(ordered=True, where=reader.source_table.same_keys(handled_since))
    reader.load_incoming(expected.add_incoming(of_their_keys))
    expected.subtract_former()
    return reader.history.find_changes(context.cursor), latest


def _scan(reader: TableReader, expected: Checksums, *, watermark: str | None) -> _Scan:
    """Compute the checksums of the whole table, here or at the source.

    ``watermark`` is the latest handling where that is known: the source need not be asked for it.
    """
    repeated = frozenset(expected.repeated or ())
    checksums = Checksums()
    tally = Tally(reader.watermark(), checksums, repeated=repeated)
    if reader.source_checksums:
        if watermark is None:
            reader.observe(tally)
        return _Scan(reader.source_checksums.read(repeated), watermark or tally.watermark.latest)
    checksums.repeated = set(repeated)
    # Only the rows of a repeated key have an order, and SQLite reads a table in the order it is stored.
    as_stored = reader.context.source.dialect == "sqlite" and reader.source_table.position
    for batch in reader.lines.read(ordered=bool(repeated) and not as_stored, grouped=True):
        tally.add(batch)
    return _Scan(checksums, tally.watermark.latest)


def _compare_buckets(reader: TableReader, expected: Checksums, actual: _Scan, changed: int) -> int:
    """Load the buckets that are not as expected, and compare them in full; return the changed keys."""
    cursor, buckets = reader.context.cursor, differing(expected, actual.checksums)
    if buckets:
        reader.history.drop_incoming(cursor, buckets=buckets)
        reader.load_buckets(buckets)
        changed = reader.history.find_changes(cursor, buckets=buckets)
        if reader.source_checksums is None or reader.source_checksums.tells_order:
            for key in reader.history.repeated_keys(cursor):
                actual.checksums.note_repeated(key)
    return changed

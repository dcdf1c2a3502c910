"""What changed since the last extract, without landing the rest again, and the checksum that finds the rest.

Handled since: the rows whose AAE036 is at or after the last one seen, and all rows of their keys. Where the
source then counts other rows than we would have, or where a checksum is asked for, the table passes once more
and the buckets that differ are compared in full. A table without a usable AAE036 always has its checksum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from psycopg import sql

from ingestion.production.changes.checkpoint import Remembered
from ingestion.production.changes.checksums import Checksums, differing
from ingestion.production.changes.tally import Tally
from ingestion.production.changes.watermark import later
from ingestion.production.source.buckets import bucket
from ingestion.production.source.dialects import COMPARES_KEYS, is_older
from ingestion.production.source.row_stream import DIVISION, HANDLED, Batch
from ingestion.production.source.value_format import unescaped
from ingestion.production.table_reader import TableReader

# A checksum of a table as small as this costs less than a second: it is always taken unless refused.
_SMALL = 100_000
# Rows that are hashed together, in one question to the source.
_TOGETHER = 2_000


@dataclass
class _Passed:
    """A whole table as it passed: its checksums, and its last handling."""

    checksums: Checksums
    watermark: str | None


@dataclass
class _Expected:
    """What the source should hold when nothing but the handled rows changed."""

    reader: TableReader
    checksums: Checksums
    rows: int
    by_division: Counter[str]

    def exchange(self, came: Iterable[Batch]) -> Iterator[Batch]:
        """Count the rows that come, in key order, and take the rows in force of their keys out."""
        in_order = self.reader.sums is None or self.reader.sums.tells_order
        repeated = None if in_order else frozenset()
        tally = Tally(self.reader.watermark(), self.checksums, repeated)
        for batch in came:
            tally.add(batch)
            self._count(batch.fields.get(DIVISION, ()), len(batch.lines), 1)
            yield batch

    def take_out(self) -> None:
        """Take the rows in force of the keys that came out."""
        names = list(self.reader.found.columns)
        first = names.index(self.reader.found.table.key[0])
        division = names.index(DIVISION) if DIVISION in names else None
        landed = [name.lower() for name in names]
        former = self.reader.history.former_lines(self.reader.reading.cursor, columns=landed)
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
    reader: TableReader, before: Remembered, *, rows: int, by_division: dict[str, int], verify: bool | None
) -> dict | None:
    """Read what changed since ``before``; return what a TableRead says of it.

    None means that the source cannot tell what belongs to a changed key: everything is to be compared.
    """
    expected = _Expected(reader, before.checksums, before.rows, Counter(before.rows_by_division))
    if reader.sums:
        expected.checksums.hasher = reader.sums.hash
    wanted = rows <= _SMALL if verify is None else verify
    actual = None
    if wanted and expected.counts(rows, by_division):
        # As many rows as before: most likely nothing changed, and one pass is enough to know.
        actual = _pass(reader, expected.checksums, watermark=before.watermark)
        if not differing(expected.checksums, actual.checksums):
            return _checked(actual, 0)
    touched = _touched(reader, before)
    if touched is None:
        changed, watermark = 0, None
    else:
        found = _handled(reader, expected, before, touched)
        if found is None:
            return None
        changed, watermark = found
    if touched is not None and not wanted and expected.counts(rows, by_division):
        return {"compared": "changes", "watermark": watermark, "checksums": expected.checksums,
                "changed": changed}  # fmt: skip
    if expected.checksums.repeated is None:
        return None
    if actual is None or actual.checksums.repeated != expected.checksums.repeated:
        actual = _pass(reader, expected.checksums, watermark=watermark)
    elif watermark:
        actual.watermark = watermark
    return _checked(actual, _compare_buckets(reader, expected.checksums, actual, changed))


def _checked(actual: _Passed, changed: int) -> dict:
    return {"compared": "checksum", "watermark": actual.watermark, "checksums": actual.checksums,
            "changed": changed}  # fmt: skip


def _touched(reader: TableReader, before: Remembered) -> sa.ColumnElement | None:
    """Return the condition that a row may have been handled since; None where AAE036 cannot tell."""
    found, reading = reader.found, reader.reading
    usable = before.watermark and HANDLED in found.columns and reading.source.dialect in COMPARES_KEYS
    if not usable:
        return None
    column = found.column(HANDLED)
    older = is_older(
        column, found.types[HANDLED], before.watermark, dialect=reading.source.dialect, zone=reading.zone
    )
    if older is None:
        return None
    touched = sa.and_(column.is_not(None), sa.not_(older))
    if reading.source.dialect == "postgresql" and isinstance(found.types[HANDLED], sa.String):
        # A pattern is slow there, and many rows share a value: look at each value once.
        values = reading.source.few_values(found, HANDLED, touched)
        return touched if values is None else column.in_(values) if values else sa.false()
    return touched


def _handled(
    reader: TableReader, expected: _Expected, before: Remembered, touched: sa.ColumnElement
) -> tuple[int, str | None] | None:
    """Bring the rows handled since and, when any of them is new, all rows of their keys.

    Returns the number of changed keys and the new watermark.
    """
    reading = reader.reading
    watermark = reader.watermark()

    def observed(batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            watermark.observe(batch.fields[HANDLED])
            yield batch

    came = reader.bring(observed(reader.lines.read(ordered=False, where=touched)))
    latest = later(before.watermark, watermark.latest)
    if not came or reader.history.holds_incoming(reading.cursor):
        _forget(reader)
        return 0, latest
    if not reading.source.may_compare_keys(reader.found):
        _forget(reader)
        return None
    _forget(reader)
    reader.bring(expected.exchange(reader.lines.read(ordered=True, where=reader.found.same_keys(touched))))
    expected.take_out()
    return reader.history.find_changes(reading.cursor), latest


def _forget(reader: TableReader) -> None:
    reader.reading.cursor.execute(sql.SQL("truncate {}").format(reader.history.incoming))
    reader.next_row = 1


def _pass(reader: TableReader, expected: Checksums, *, watermark: str | None) -> _Passed:
    """Let the whole table pass, here or at the source, and return its checksums.

    ``watermark`` is the latest handling where that is known: the source need not be asked for it.
    """
    repeated = frozenset(expected.repeated or ())
    tally = Tally(reader.watermark(), repeated=repeated)
    if reader.sums:
        if watermark is None:
            reader.observe(tally)
        return _Passed(reader.sums.read(repeated), watermark or tally.watermark.latest)
    tally.checksums.repeated = set(repeated)
    # Only the rows of a repeated key have an order, and SQLite reads a table in the order it lies.
    as_it_lies = reader.reading.source.dialect == "sqlite" and reader.found.position
    for batch in reader.lines.read(ordered=bool(repeated) and not as_it_lies, grouped=True):
        tally.add(batch)
    return _Passed(tally.checksums, tally.watermark.latest)


def _compare_buckets(reader: TableReader, expected: Checksums, actual: _Passed, changed: int) -> int:
    """Bring the buckets that are not as expected, and compare them in full; return the changed keys."""
    cursor, buckets = reader.reading.cursor, differing(expected, actual.checksums)
    if buckets:
        reader.history.drop_incoming(cursor, buckets=buckets)
        reader.bring_buckets(buckets)
        changed = reader.history.find_changes(cursor, buckets=buckets)
        if reader.sums is None or reader.sums.tells_order:
            for key in reader.history.repeated_keys(cursor):
                actual.checksums.note_repeated(key)
    return changed

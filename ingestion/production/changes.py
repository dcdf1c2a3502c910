"""What changed since the last extract, without landing the rest again, and the checksum that finds the rest.

Handled since: the rows whose AAE036 is at or after the last one seen, and all rows of their keys. Where the
source then counts other rows than we would have, or where a checksum is asked for, the table passes once more
and the buckets that differ are compared in full. A table without a usable AAE036 always has its checksum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from psycopg import sql

from ingestion.production.checksums import Checksums, bucket, differing
from ingestion.production.dialects import COMPARES_KEYS, is_older
from ingestion.production.lines import DIVISION, HANDLED, Batch, Tally
from ingestion.production.reading import TableReader
from ingestion.production.remembered import Remembered
from ingestion.production.rendering import unescaped
from ingestion.production.watermark import later

# A checksum of a table as small as this costs less than a second: it is always taken unless refused.
_SMALL = 100_000


@dataclass
class _Expected:
    """What the source should hold when nothing but the handled rows changed."""

    reader: TableReader
    checksums: Checksums
    rows: int
    by_division: Counter[str]

    def exchange(self, came: Iterable[Batch]) -> Iterator[Batch]:
        """Count the rows that come, in key order, and take the rows in force of their keys out."""
        tally = Tally(self.reader.watermark(), checksums=self.checksums)
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
        for numbered in self.reader.history.former_lines(self.reader.reading.cursor, columns=landed):
            line, _, occurrence = numbered.rpartition("\t")
            fields = line.split("\t")
            self.checksums.count(line, bucket(fields[first]), occurrence=int(occurrence), times=-1)
            self._count([] if division is None else [fields[division]], 1, -1)

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
    wanted = rows <= _SMALL if verify is None else verify
    if wanted and expected.counts(rows, by_division):
        # As many rows as before: most likely nothing changed, and one pass is enough to know.
        actual = _pass(reader, before.checksums)
        if not differing(before.checksums, actual.checksums):
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
    return _checked(*_compare_buckets(reader, expected.checksums, changed))


def _checked(actual: Tally, changed: int) -> dict:
    return {"compared": "checksum", "watermark": actual.watermark.latest, "checksums": actual.checksums,
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
    return None if older is None else sa.and_(column.is_not(None), sa.not_(older))


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


def _pass(reader: TableReader, expected: Checksums) -> Tally:
    """Let the whole table pass, and return its checksums."""
    repeated = frozenset(expected.repeated or ())
    actual = Tally(reader.watermark(), repeated=repeated)
    actual.checksums.repeated = set(repeated)
    # Only the rows of a repeated key have an order, and SQLite reads a table in the order it lies.
    as_it_lies = reader.reading.source.dialect == "sqlite" and reader.found.position
    for batch in reader.lines.read(ordered=bool(repeated) and not as_it_lies, grouped=True):
        actual.add(batch)
    return actual


def _compare_buckets(reader: TableReader, expected: Checksums, changed: int) -> tuple[Tally, int]:
    """Pass the whole table, and bring the buckets that are not as expected; return the changed keys."""
    reading, actual = reader.reading, _pass(reader, expected)
    buckets = differing(expected, actual.checksums)
    if buckets:
        reader.history.drop_incoming(reading.cursor, buckets=buckets)
        reader.bring(_of(reader, buckets))
        changed = reader.history.find_changes(reading.cursor, buckets=buckets)
        for key in reader.history.repeated_keys(reading.cursor):
            actual.checksums.note_repeated(key)
    return actual, changed


def _of(reader: TableReader, buckets: Sequence[str]) -> Iterator[Batch]:
    wanted = frozenset(buckets)
    return (batch.only(wanted) for batch in reader.lines.read(ordered=True))

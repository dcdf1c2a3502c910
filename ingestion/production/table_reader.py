"""Read one production table: its rows as lines, their number, their checksums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import sqlalchemy as sa
from psycopg import sql

from fundwatch.failpoints import failpoint
from ingestion.production.changes.checkpoint import read_as
from ingestion.production.changes.checksums import Checksums
from ingestion.production.changes.intervals import History
from ingestion.production.changes.source_checksums import MariadbSums, PostgresSums, sums_of
from ingestion.production.changes.tally import Tally
from ingestion.production.changes.watermark import Watermark
from ingestion.production.source.database import Source, SourceTable
from ingestion.production.source.row_stream import HANDLED, Batch, Lines
from ingestion.production.source.value_format import NULL, escaped, renderer, unescaped
from ingestion.production.spool import Spool


@dataclass(frozen=True)
class Reading:
    """How this extract reads: the source, the month, and where the first rows of a table may wait."""

    cursor: psycopg.Cursor
    source: Source
    zone: ZoneInfo
    month: str
    folder: Path


@dataclass
class TableReader:
    """Reads one table that is at the source; ``sums`` makes its checksums there where that can be."""

    reading: Reading
    found: SourceTable
    history: History
    lines: Lines = field(init=False)
    sums: PostgresSums | MariadbSums | None = field(init=False)
    next_row: int = 1

    def __post_init__(self) -> None:
        """Prepare to read lines."""
        self.sums = sums_of(self.reading.source, self.found, zone=self.reading.zone)
        self.lines = Lines(
            self.reading.source,
            self.found,
            self.reading.zone,
            self.sums.copier if isinstance(self.sums, PostgresSums) else None,
        )

    @property
    def read_as(self) -> str:
        """How the table is read: sums are compared with those of a table read alike."""
        return read_as(
            self.found,
            dialect=self.reading.source.dialect,
            zone=self.reading.zone,
            sums=self.sums.kind if self.sums else None,
        )

    def watermark(self) -> Watermark:
        """Return an empty watermark for this table's AAE036."""
        typed = isinstance(self.found.types.get(HANDLED), (sa.Date, sa.DateTime))
        return Watermark(self.reading.month, typed=typed and self.reading.source.dialect != "sqlite")

    def count(self) -> tuple[int, dict[str, int]]:
        """Return the rows the source counts, and by division; those without are under the empty name."""
        counted = self.reading.source.count(self.found)
        to_text = renderer(self.reading.zone)
        by_division: dict[str, int] = {}
        for value, number in counted if "AAB301" in self.found.columns else ():
            name = unescaped(escaped(to_text(value) or ""))
            by_division[name] = by_division.get(name, 0) + number
        return sum(number for _, number in counted), by_division

    def spool(self) -> tuple[Spool, Tally]:
        """Read every row, in key order, to where it waits for being landed."""
        spool, tally = Spool(self.reading.folder), self._tally()
        for block, _ in self._everything(tally):
            spool.write(block)
            failpoint("production.during_read")
        return spool, self._summed(tally)

    def everything(self) -> tuple[int, Tally]:
        """Bring every row, in key order, and compare all of them; return the number of changed keys."""
        tally = self._tally()
        self._bring(self._everything(tally))
        return self.history.find_changes(self.reading.cursor, everything=True), self._summed(tally)

    def bring(self, batches: Iterable[Batch]) -> int:
        """Write batches to the warehouse's temporary table of what came; return their rows."""
        return self._bring(self._blocks(batches))

    def bring_buckets(self, buckets: Sequence[str]) -> int:
        """Bring the rows of some buckets; return how many."""
        if self.lines.copier:
            return self._bring(self.lines.copier.blocks(first=self.next_row, buckets=buckets))
        wanted = frozenset(buckets)
        return self.bring(batch.only(wanted) for batch in self.lines.read(ordered=True))

    def _bring(self, blocks: Iterable[tuple[bytes, int]]) -> int:
        names = [sql.Identifier(name.lower()) for name in self.found.columns]
        statement = sql.SQL("copy {} ({}, _row) from stdin").format(
            self.history.incoming, sql.SQL(", ").join(names)
        )
        came = 0
        with self.reading.cursor.copy(statement) as copy:
            for block, rows in blocks:
                copy.write(block)
                came += rows
                failpoint("production.during_read")
        self.reading.cursor.execute(sql.SQL("analyze {}").format(self.history.incoming))
        self.next_row += came
        return came

    def observe(self, tally: Tally) -> None:
        """Let the watermark see every AAE036 of the table, counted by the source."""
        if HANDLED not in self.found.columns:
            return
        to_text = renderer(self.reading.zone)
        for value, rows in self.reading.source.counted(self.found, HANDLED):
            text = to_text(value)
            tally.watermark.observe_often(NULL if text is None else escaped(text), rows)

    def _everything(self, tally: Tally) -> Iterable[tuple[bytes, int]]:
        if self.lines.copier:
            self.observe(tally)
            return self.lines.copier.blocks(first=self.next_row)
        return self._blocks(self._tallied(tally))

    def _blocks(self, batches: Iterable[Batch]) -> Iterable[tuple[bytes, int]]:
        number = self.next_row
        for batch in batches:
            if batch.lines:
                yield batch.numbered(number).encode(), len(batch.lines)
                number += len(batch.lines)

    def _tallied(self, tally: Tally) -> Iterable[Batch]:
        for batch in self.lines.read(ordered=True):
            tally.add(batch)
            yield batch

    def _tally(self) -> Tally:
        return Tally(self.watermark(), checksums=None if self.sums else Checksums())

    def _summed(self, tally: Tally) -> Tally:
        """Let the source make the sums of what it gave; with too many repeated keys none are of use."""
        if self.sums:
            repeated = self.sums.repeated_keys()
            tally.checksums = None if repeated is None else self.sums.read(repeated)
        return tally

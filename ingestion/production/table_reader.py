"""Read one production table: its rows as lines of COPY text, their number, their checksums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
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
from ingestion.production.changes.source_checksums import (
    MariadbChecksums,
    PostgresChecksums,
    source_checksums_of,
)
from ingestion.production.changes.tally import Tally
from ingestion.production.changes.watermark import Watermark
from ingestion.production.source.database import Source, SourceTable
from ingestion.production.source.row_stream import HANDLED, Batch, RowStream
from ingestion.production.source.value_format import NULL, escaped, renderer, unescaped
from ingestion.production.spool import Spool


@dataclass(frozen=True)
class ExtractContext:
    """What every table of an extract is read with.

    ``folder`` takes the spool of a table's first rows, which ``spools`` closes; ``released`` are tables of
    which somebody has said that they may have lost their rows.
    """

    cursor: psycopg.Cursor
    source: Source
    zone: ZoneInfo
    month: str
    folder: Path
    spools: ExitStack
    released: frozenset[str] = frozenset()


@dataclass
class TableReader:
    """Reads one table of the source; ``source_checksums`` is None where its engine cannot compute them."""

    context: ExtractContext
    source_table: SourceTable
    history: History
    lines: RowStream = field(init=False)
    source_checksums: PostgresChecksums | MariadbChecksums | None = field(init=False)
    next_row: int = 1

    def __post_init__(self) -> None:
        """Prepare to read lines."""
        self.source_checksums = source_checksums_of(
            self.context.source, self.source_table, zone=self.context.zone
        )
        self.lines = RowStream(
            self.context.source,
            self.source_table,
            self.context.zone,
            self.source_checksums.copier if isinstance(self.source_checksums, PostgresChecksums) else None,
        )

    @property
    def read_as(self) -> str:
        """How the table is read: checksums are only compared with those of a table read in the same way."""
        return read_as(
            self.source_table,
            dialect=self.context.source.dialect,
            zone=self.context.zone,
            hash_name=self.source_checksums.kind if self.source_checksums else None,
        )

    def watermark(self) -> Watermark:
        """Return an empty watermark for this table's AAE036."""
        typed = isinstance(self.source_table.types.get(HANDLED), (sa.Date, sa.DateTime))
        return Watermark(self.context.month, typed=typed and self.context.source.dialect != "sqlite")

    def count(self) -> tuple[int, dict[str, int]]:
        """Return the rows the source counts, and by division; those without are under the empty name."""
        counted = self.context.source.count(self.source_table)
        to_text = renderer(self.context.zone)
        by_division: dict[str, int] = {}
        for value, number in counted if "AAB301" in self.source_table.columns else ():
            name = unescaped(escaped(to_text(value) or "")) or ""
            by_division[name] = by_division.get(name, 0) + number
        return sum(number for _, number in counted), by_division

    def spool(self) -> tuple[Spool, Tally]:
        """Read every row, in key order, into a file from which it is landed."""
        spool, tally = self.context.spools.enter_context(closing(Spool(self.context.folder))), self._tally()
        for block, _ in self._every_block(tally):
            spool.write(block)
            failpoint("production.during_read")
        return spool, self._with_source_checksums(tally)

    def everything(self) -> tuple[int, Tally]:
        """Load every row, in key order, and compare all of them; return the number of changed keys."""
        tally = self._tally()
        self._copy_incoming(self._every_block(tally))
        changed = self.history.find_changes(self.context.cursor, everything=True)
        return changed, self._with_source_checksums(tally)

    def load_incoming(self, batches: Iterable[Batch]) -> int:
        """Write batches to the warehouse's temporary table of incoming rows; return their number."""
        return self._copy_incoming(self._blocks(batches))

    def load_buckets(self, buckets: Sequence[str]) -> int:
        """Load the rows of some buckets; return how many."""
        if self.lines.copier:
            return self._copy_incoming(self.lines.copier.blocks(first=self.next_row, buckets=buckets))
        wanted = frozenset(buckets)
        return self.load_incoming(batch.only(wanted) for batch in self.lines.read(ordered=True))

    def clear_incoming(self) -> None:
        """Empty the temporary table of incoming rows."""
        self.context.cursor.execute(sql.SQL("truncate {}").format(self.history.incoming))
        self.next_row = 1

    def observe(self, tally: Tally) -> None:
        """Let the watermark see every AAE036 of the table, counted by the source."""
        if HANDLED not in self.source_table.columns:
            return
        to_text = renderer(self.context.zone)
        for value, rows in self.context.source.counted(self.source_table, HANDLED):
            text = to_text(value)
            tally.watermark.observe_often(NULL if text is None else escaped(text), rows)

    def _copy_incoming(self, blocks: Iterable[tuple[bytes, int]]) -> int:
        names = [sql.Identifier(name.lower()) for name in self.source_table.columns]
        statement = sql.SQL("copy {} ({}, _row) from stdin").format(
            self.history.incoming, sql.SQL(", ").join(names)
        )
        loaded = 0
        with self.context.cursor.copy(statement) as copy:
            for block, rows in blocks:
                copy.write(block)
                loaded += rows
                failpoint("production.during_read")
        self.context.cursor.execute(sql.SQL("analyze {}").format(self.history.incoming))
        self.next_row += loaded
        return loaded

    def _every_block(self, tally: Tally) -> Iterable[tuple[bytes, int]]:
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
        return Tally(self.watermark(), checksums=None if self.source_checksums else Checksums())

    def _with_source_checksums(self, tally: Tally) -> Tally:
        """Let the source compute the checksums of what was read; too many repeated keys make them useless."""
        if self.source_checksums:
            repeated = self.source_checksums.repeated_keys()
            tally.checksums = None if repeated is None else self.source_checksums.read(repeated)
        return tally

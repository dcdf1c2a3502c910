"""One production table: read from the source as far as needed, and told apart from what is in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import sqlalchemy as sa
from psycopg import sql

from fundwatch.catalogue import Table
from fundwatch.failpoints import failpoint
from ingestion.production.checksums import Checksums
from ingestion.production.intervals import History
from ingestion.production.lines import HANDLED, Batch, Lines, Tally
from ingestion.production.remembered import Remembered, read_as
from ingestion.production.rendering import NULL, escaped, renderer, unescaped
from ingestion.production.source import Source, SourceTable
from ingestion.production.spool import Spool
from ingestion.production.sums import MariadbSums, PostgresSums, sums_of
from ingestion.production.watermark import Watermark


@dataclass(frozen=True)
class Reading:
    """How this extract reads: the source, the month, and where the first rows of a table may wait."""

    cursor: psycopg.Cursor
    source: Source
    zone: ZoneInfo
    month: str
    folder: Path


@dataclass(frozen=True)
class TableRead:
    """A table as it was read, and where what differs from the state in force is to be found.

    ``spool`` holds all its rows where nothing is in force yet; else ``history`` knows the ``changed`` keys.
    ``rows_by_division`` is empty where the table has no AAB301; ``columns`` are the standard names present;
    ``compared`` says what was compared: everything, changes, or changes and a checksum of everything.
    """

    table: Table
    history: History
    columns: tuple[str, ...]
    rows: int
    rows_by_division: dict[str, int]
    compared: str = "everything"
    read_as: str | None = None
    watermark: str | None = None
    checksums: Checksums | None = None
    changed: int = 0
    spool: Spool | None = None
    before: Remembered | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the state in force is what the source has, in the same columns."""
        has_new_rows = self.spool is not None and self.rows > 0
        same_columns = self.before is not None and self.before.columns == self.columns
        return not self.changed and not has_new_rows and same_columns


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


def read_table(
    reading: Reading, table: Table, before: Remembered | None, *, may_trust: bool, verify: bool | None
) -> TableRead:
    """Read a table as far as needed to know how it differs from the state in force.

    ``may_trust`` is whether ``before`` is the state in force and no later month is; then only what changed
    since is read. ``verify`` asks for (or against) the checksum; None means where the table is small.
    Shape: temporary tables ``incoming_<table>`` and ``changed_<table>``, gone with the transaction.
    """
    from ingestion.production.changes import read_changes

    history = history_of(reading, table)
    found = reading.source.tables.get(table.name)
    is_empty = history.is_empty(reading.cursor)
    if not is_empty or found:
        history.expect_rows(reading.cursor)
    if found is None or not found.columns:
        changed = 0 if is_empty else history.find_changes(reading.cursor, everything=True)
        return TableRead(table, history, (), 0, {}, changed=changed, before=before)
    reader = TableReader(reading, found, history)
    rows, by_division = reader.count()
    about = {"table": table, "history": history, "columns": tuple(found.columns), "rows": rows,
             "rows_by_division": by_division, "read_as": reader.read_as, "before": before}  # fmt: skip
    if (
        may_trust
        and not is_empty
        and before
        and before.read_as == reader.read_as
        and before.checksums
        and found.has_whole_key
    ):
        changes = read_changes(reader, before, rows=rows, by_division=by_division, verify=verify)
        if changes is not None:
            return TableRead(**about, **changes)
    if is_empty:
        about["spool"], tally = reader.spool()
    else:
        about["changed"], tally = reader.everything()
    return TableRead(**about, watermark=tally.watermark.latest, checksums=tally.checksums)


def history_of(reading: Reading, table: Table) -> History:
    """Return the history of a table's landed rows, and what the temporary tables beside it are called."""
    name = table.name.lower()
    return History(
        target=sql.Identifier("landing", f"production__{name}"),
        incoming=sql.Identifier(f"incoming_{name}"),
        changed=sql.Identifier(f"changed_{name}"),
        columns=[column.landed for column in table.columns],
        key=[code.lower() for code in table.key],
        month=reading.month,
    )

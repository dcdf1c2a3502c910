"""Read one production table and diff it against the landed rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from psycopg import sql

from fundwatch.catalogue import Table
from ingestion.production.changes.checkpoint import Checkpoint
from ingestion.production.changes.checksums import Checksums
from ingestion.production.changes.intervals import History
from ingestion.production.incremental import read_changes
from ingestion.production.spool import Spool
from ingestion.production.table_reader import ExtractContext, TableReader


@dataclass(frozen=True)
class TableDiff:
    """A table as it was read, and where its difference from the current landed rows is to be found.

    ``spool`` holds all its rows where none is landed yet; else ``history`` knows the ``changed`` keys.
    ``rows_by_division`` is empty where the table has no AAB301; ``columns`` are the standard names present;
    ``compared`` says what was compared: everything, changes, or checksum (changes, and a checksum of all).
    ``is_held``: the source has none of the rows any more, and nobody has released that.
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
    before: Checkpoint | None = None
    is_held: bool = False

    @property
    def is_unchanged(self) -> bool:
        """Whether the current landed rows are those of the source, in the same columns."""
        has_new_rows = self.spool is not None and self.rows > 0
        same_columns = self.before is not None and self.before.columns == self.columns
        stays_held = self.before is not None and self.before.is_held == self.is_held
        return not self.changed and not has_new_rows and same_columns and stays_held


def diff_table(
    context: ExtractContext, table: Table, before: Checkpoint | None, *, may_trust: bool, verify: bool | None
) -> TableDiff:
    """Read a table as far as needed to know how it differs from the current landed rows.

    ``may_trust`` says that ``before`` is the current batch and that no later month has one; then only what
    changed since is read. ``verify`` asks for (or against) the checksum; None means only for a small table.
    Shape: temporary tables ``incoming_<table>`` and ``changed_<table>``, dropped with the transaction.
    """
    history = history_of(context, table)
    source_table = context.source.tables.get(table.name)
    is_empty = history.is_empty(context.cursor)
    if not is_empty or source_table:
        history.create_incoming(context.cursor)
    if source_table is None or not source_table.columns:
        if not is_empty and table.name not in context.released:
            return TableDiff(table, history, (), 0, {}, before=before, is_held=True)
        changed = 0 if is_empty else history.find_changes(context.cursor, everything=True)
        return TableDiff(table, history, (), 0, {}, changed=changed, before=before)
    context.source.reading = source_table.name
    reader = TableReader(context, source_table, history)
    rows, by_division = reader.count()
    diff = TableDiff(
        table, history, tuple(source_table.columns), rows, by_division, read_as=reader.read_as, before=before
    )
    if not rows and not is_empty and table.name not in context.released:
        return replace(diff, is_held=True)
    is_comparable = before is not None and before.read_as == reader.read_as and source_table.has_whole_key
    if before and before.checksums and may_trust and not is_empty and is_comparable:
        changes = read_changes(
            reader, before, before.checksums, rows=rows, by_division=by_division, verify=verify
        )
        if changes is not None:
            return replace(
                diff, compared=changes.compared, watermark=changes.watermark, checksums=changes.checksums,
                changed=changes.changed,
            )  # fmt: skip
    if is_empty:
        spool, tally = reader.spool()
        diff = replace(diff, spool=spool)
    else:
        changed, tally = reader.everything()
        diff = replace(diff, changed=changed)
    return replace(diff, watermark=tally.watermark.latest, checksums=tally.checksums)


def history_of(context: ExtractContext, table: Table) -> History:
    """Return the history of a table's landed rows, with the names of its temporary tables."""
    name = table.name.lower()
    return History(
        target=sql.Identifier("landing", f"production__{name}"),
        incoming=sql.Identifier(f"incoming_{name}"),
        changed=sql.Identifier(f"changed_{name}"),
        columns=[column.landed for column in table.columns],
        key=[code.lower() for code in table.key],
        month=context.month,
    )

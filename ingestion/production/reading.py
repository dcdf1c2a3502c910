"""Read one production table and diff it against the landed rows."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from fundwatch.catalogue import Table
from ingestion.production.changes.checkpoint import Remembered
from ingestion.production.changes.checksums import Checksums
from ingestion.production.changes.intervals import History
from ingestion.production.incremental import read_changes
from ingestion.production.spool import Spool
from ingestion.production.table_reader import Reading, TableReader


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


def read_table(
    reading: Reading, table: Table, before: Remembered | None, *, may_trust: bool, verify: bool | None
) -> TableRead:
    """Read a table as far as needed to know how it differs from the state in force.

    ``may_trust`` is whether ``before`` is the state in force and no later month is; then only what changed
    since is read. ``verify`` asks for (or against) the checksum; None means where the table is small.
    Shape: temporary tables ``incoming_<table>`` and ``changed_<table>``, gone with the transaction.
    """
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

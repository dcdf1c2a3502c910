"""What a landing run reports: counts, names of files and reason codes, never a row value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

# A production table that had rows in the batch before and has none now: held until somebody releases it.
TABLE_EMPTIED = "TABLE_EMPTIED"


@dataclass(frozen=True)
class FileNote:
    """A file that is not loaded: its state, its reason code and what that means."""

    feed: str
    name: str
    state: str
    reason: str
    message: str


@dataclass(frozen=True)
class TableLanded:
    """One production table of an extract: rows at the source, rows opened in landing, rows closed.

    ``missing`` names what the source does not have: the table itself, or required columns of it;
    ``compared`` says how changes were found: everything, changes, or checksum. ``is_held`` says that the
    source has no rows of it any more, and that the rows landed before still count.
    """

    table: str
    source_rows: int
    landed: int
    closed: int
    missing: tuple[str, ...] = ()
    compared: str = "everything"
    is_held: bool = False


@dataclass(frozen=True)
class LandingSummary:
    """The outcome of one ``land``.

    ``files`` counts, per feed, the files that this run took up by the state they are in now; ``decided``
    those it decided; ``notes`` lists those it did not load: rejected, held, waiting or duplicate. ``healed``
    names files whose bytes the vault had lost and holds again; ``tables`` is empty without the feed
    production; ``not_received`` names feeds of which no file ever arrived.
    """

    month: str
    files: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    decided: int = 0
    notes: tuple[FileNote, ...] = ()
    tables: tuple[TableLanded, ...] = ()
    healed: tuple[str, ...] = ()
    not_received: tuple[str, ...] = ()

    def counts(self) -> dict[str, int | str]:
        """Return the figures to print, one a line."""
        counted: dict[str, int | str] = {
            f"{feed} files {state}": number
            for feed, states in self.files.items()
            for state, number in states.items()
        }
        if self.files and not counted:
            counted["files"] = "nothing new"
        if self.healed:
            counted["files copied to the vault again"] = len(self.healed)
        if self.tables:
            counted["production rows at source"] = sum(table.source_rows for table in self.tables)
            counted["production rows landed"] = sum(table.landed for table in self.tables)
            counted["production rows closed"] = sum(table.closed for table in self.tables)
            for compared, number in sorted(Counter(table.compared for table in self.tables).items()):
                counted[f"production tables compared by {compared}"] = number
        held = [table.table for table in self.tables if table.is_held]
        if held:
            counted["production tables held"] = ", ".join(held)
        missing = [name for table in self.tables for name in table.missing]
        if missing:
            counted["missing at the source"] = ", ".join(missing)
        if self.not_received:
            counted["not received"] = ", ".join(self.not_received)
        return counted

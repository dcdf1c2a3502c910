"""State of each due file on a day: received, late, held, rejected or not received; never a silent zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import product
from zoneinfo import ZoneInfo

import psycopg

from fundwatch.calendar.due import Due


class State(StrEnum):
    """State of a due file; only the first two mean that its rows are in the warehouse."""

    RECEIVED = "received"
    LATE = "late"
    HELD = "held"
    REJECTED = "rejected"
    WAITING = "waiting"
    EXPECTED = "expected"
    NOT_RECEIVED = "not received"


# Month, feed, format, division.
_Place = tuple[str, str, str, str]

# The state of a delivery by its files that did not load; the first that fits counts.
_NOT_LOADED = (
    (("held",), State.HELD),
    (("rejected", "duplicate"), State.REJECTED),
    (("waiting", "loading"), State.WAITING),
)
_FILES = """
    select
        file.month, file.feed, file.format, file.division, file.sequence, file.state, file.reason,
        file.created_at,
        exists (
            select from ops.files as old
            where old.feed = file.feed and old.sha256 = file.replaces and old.state = 'superseded'
        ) as is_correction
    from ops.files as file
    where file.feed <> 'production' and file.month = any(%s)
    order by file.month, file.feed, file.format, file.division, file.sequence, file.name, file.file_id
"""


@dataclass(frozen=True)
class Arrival:
    """A due file and its delivery.

    ``days_late``: of a delivered one, days from the due day to the day the sender made its latest file (0
    when in time); of one not delivered, days overdue on the day asked about; None where no day is due.
    ``created_on``: that day. ``loaded``: its files that loaded, ``in_time``: those made by the due day.
    ``reason``: why the last file that arrived cannot be used, empty otherwise.
    """

    due: Due
    state: State
    reason: str
    days_late: int | None
    created_on: date | None
    files: int
    loaded: int = 0
    in_time: int = 0

    @property
    def is_delivered(self) -> bool:
        """Whether a file of it is loaded."""
        return self.state in (State.RECEIVED, State.LATE)

    @property
    def is_timely(self) -> bool | None:
        """Whether all of it was delivered by its due day; None where the calendar names none."""
        return None if self.due.due_on is None else self.state is State.RECEIVED

    @property
    def is_overdue(self) -> bool:
        """Whether it is not delivered although its due day has passed."""
        return not self.is_delivered and bool(self.days_late)


@dataclass(frozen=True)
class _File:
    slot: tuple[str | None, str | None, int | None]
    state: str
    reason: str
    created_at: datetime | None
    is_correction: bool


def arrivals(connection: psycopg.Connection, due: Iterable[Due], *, on: date, timezone: str) -> list[Arrival]:
    """Compare what is due with what arrived, as of day ``on`` of the site's ``timezone``.

    Source: ops.files. Each file that was sent in addition has to be in time; of a file and its corrections
            the first counts: a later correction does not make a sender late.
    Shape:  one for every due file, in the order given.
    """
    due = list(due)
    files = _files(connection, {file.month for file in due})
    zone = ZoneInfo(timezone)
    return [
        _arrival(file, files.get((file.month, file.feed, file.format, file.division), []), on=on, zone=zone)
        for file in due
    ]


def _arrival(due: Due, files: list[_File], *, on: date, zone: ZoneInfo) -> Arrival:
    if any(file.state == "loaded" for file in files):
        days = _delivered_on(files, zone)
        created = max(days, default=None)
        late = _days_after(due.due_on, created)
        state = State.LATE if late else State.RECEIVED
        in_time = sum(due.due_on is None or day <= due.due_on for day in days) if days else 1
        loaded = max(len(days), 1)
        return Arrival(due, state, "", late, created, len(files), loaded=loaded, in_time=in_time)
    late = _days_after(due.due_on, on)
    for states, meaning in _NOT_LOADED:
        not_loaded = [file for file in files if file.state in states]
        if not_loaded:
            reason = not_loaded[-1].reason or meaning.value
            return Arrival(due, meaning, reason, late, None, len(files))
    return Arrival(due, State.NOT_RECEIVED if late else State.EXPECTED, "", late, None, len(files))


def _delivered_on(files: list[_File], zone: ZoneInfo) -> list[date]:
    """Return the day on which each file was made, corrections left out."""
    sent = [file for file in files if file.state in ("loaded", "superseded")]
    first: dict[tuple, date] = {}
    for file in [file for file in sent if not file.is_correction] or sent:
        if file.created_at is not None:
            day = file.created_at.astimezone(zone).date()
            first[file.slot] = min(first.get(file.slot, day), day)
    return list(first.values())


def _days_after(due_on: date | None, day: date | None) -> int | None:
    return None if due_on is None or day is None else max((day - due_on).days, 0)


def _files(connection: psycopg.Connection, months: set[str]) -> dict[_Place, list[_File]]:
    """Return the files by the places of senders they may fill: each cell as it is, or any."""
    files: dict[_Place, list[_File]] = defaultdict(list)
    for month, feed, layout, division, sequence, *rest in connection.execute(_FILES, (sorted(months),)):
        file = _File((layout, division, sequence), *rest)
        for place in product({layout or "", ""}, {division or "", ""}):
            files[month, feed, *place].append(file)
    return files

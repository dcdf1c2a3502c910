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
    select month, feed, format, division, state, reason, created_at
    from ops.files
    where feed <> 'production' and month = any(%s)
    order by month, feed, format, division, sequence, name, file_id
"""


@dataclass(frozen=True)
class Arrival:
    """A due file and its delivery.

    ``days_late``: of a delivered file, days from the due day to the day the sender made it (0 when in
    time); of one not delivered, days overdue on the day asked about; None where no day is due.
    ``reason``: why the last file that arrived cannot be used, empty otherwise.
    """

    due: Due
    state: State
    reason: str
    days_late: int | None
    created_on: date | None
    files: int

    @property
    def is_delivered(self) -> bool:
        """Whether a file of it is loaded."""
        return self.state in (State.RECEIVED, State.LATE)

    @property
    def is_timely(self) -> bool | None:
        """Whether it was delivered by its due day; None where the calendar names none."""
        return None if self.due.due_on is None else self.state is State.RECEIVED

    @property
    def is_overdue(self) -> bool:
        """Whether it is not delivered although its due day has passed."""
        return not self.is_delivered and bool(self.days_late)


@dataclass(frozen=True)
class _File:
    state: str
    reason: str
    created_at: datetime | None


def arrivals(connection: psycopg.Connection, due: Iterable[Due], *, on: date, timezone: str) -> list[Arrival]:
    """Compare what is due with what arrived, as of day ``on`` of the site's ``timezone``.

    Source: ops.files. The earliest of the loaded and superseded files decides whether it was in time: a
            later correction does not make a sender late.
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
    delivered = [file for file in files if file.state == "loaded"]
    if delivered:
        timed = [file.created_at for file in files if file.state in ("loaded", "superseded")]
        created = min((at.astimezone(zone).date() for at in timed if at is not None), default=None)
        late = _days_after(due.due_on, created)
        state = State.LATE if late else State.RECEIVED
        return Arrival(due, state, "", late, created, len(files))
    late = _days_after(due.due_on, on)
    for states, meaning in _NOT_LOADED:
        not_loaded = [file for file in files if file.state in states]
        if not_loaded:
            reason = not_loaded[-1].reason or meaning.value
            return Arrival(due, meaning, reason, late, None, len(files))
    return Arrival(due, State.NOT_RECEIVED if late else State.EXPECTED, "", late, None, len(files))


def _days_after(due_on: date | None, day: date | None) -> int | None:
    return None if due_on is None or day is None else max((day - due_on).days, 0)


def _files(connection: psycopg.Connection, months: set[str]) -> dict[_Place, list[_File]]:
    """Return the files by the places of senders they may fill: each cell as it is, or any."""
    files: dict[_Place, list[_File]] = defaultdict(list)
    for month, feed, layout, division, *rest in connection.execute(_FILES, (sorted(months),)):
        file = _File(*rest)
        for place in product({layout or "", ""}, {division or "", ""}):
            files[month, feed, *place].append(file)
    return files

"""Death events: rows taken from the files, dates with their precision, and resolved chains."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.oracle.files import EVENT_FORMATS, FeedFile, loaded
from tests.oracle.production import City
from tests.oracle.records import Record
from tests.oracle.values import code_text, day, identity18, last_day, month, text

SOURCES = {
    "police-fixed/1": "police",
    "cremation-csv/1": "cremation",
    "death-certificate-jsonl/1": "health",
}
EVENT_TYPES = ("create", "correct", "revoke")
CATEGORIES = ("01", "02", "03", "04", "05")
MEANS_DEATH = ("01", "02")
_YEAR = re.compile(r"[0-9]{4}")
LONGEST = 200


@dataclass(frozen=True)
class Event:
    """One event: ``died_on`` is the last day that the date as given allows."""

    source: str
    event_id: str
    event_type: str
    name: str
    id_number: str | None
    died_on: date
    precision: str
    category: str
    division: str


def death_events(city: City, month_built: str) -> list[Event]:
    """Resolve the chains of files of months ≤ m into the deaths that stand."""
    return [event for event in standing_events(city, month_built) if event.category in MEANS_DEATH]


def standing_events(city: City, month_built: str) -> list[Event]:
    """Give the last event of every chain that is not revoked, whatever its category.

    "A ``correct`` or ``revoke`` names the event it changes by the same source and
    ``source_event_id``; a chain applies in order of file month, sequence, line. ``correct``
    replaces, ``revoke`` withdraws, categories that are not death are ignored. Offices may number alike: a
    ``create`` of another person (number and name differ) begins a chain of its own."
    """
    files = loaded(city, "civil_registry", EVENT_FORMATS, month_built, _accepted)
    files.sort(key=lambda entry: (entry[0].manifest.month, entry[0].manifest.sequence,
                                  entry[0].manifest.division))  # fmt: skip
    chains: dict[tuple[str, str], list[list[Event]]] = defaultdict(list)
    for file, rows in files:
        for _, cells in rows:
            event = _event(file, cells)
            of_id = chains[event.source, event.event_id]
            chain = _chain_of(event, of_id)
            if chain is None:
                of_id.append([event])
            else:
                chain.append(event)
    last = [chain[-1] for of_id in chains.values() for chain in of_id]
    return [event for event in last if event.event_type != "revoke"]


def _chain_of(event: Event, chains: list[list[Event]]) -> list[Event] | None:
    """Find the chain an event belongs to, None for one of its own.

    "``correct``, ``revoke`` change the chain of their person, else of their division, else the latest."
    """
    number = identity18(event.id_number)
    for chain in chains:
        if number is not None and number in {
            identity18(event_of_chain.id_number) for event_of_chain in chain
        }:
            return chain
    for chain in chains:
        if event.name in {event_of_chain.name for event_of_chain in chain}:
            return chain
    if event.event_type == "create" or not chains:
        return None
    in_division = [chain for chain in chains if chain[0].division == event.division]
    return (in_division or chains)[-1]


def dated(written: str | None, precision: str | None) -> tuple[date, str] | None:
    """Read a date of death as the last day it allows, with its precision D, M or Y.

    ``00`` stands for an unknown day or month; ``YYYY-MM`` and ``YYYY`` are months and years.
    """
    if written is None:
        return None
    shortened = written
    if len(written) == 8 and written.isdigit():
        shortened = written[:4] if written[4:6] == "00" else written
        shortened = shortened[:6] if shortened[6:] == "00" else shortened
    full = day(shortened)
    if full is not None:
        of_month = f"{full.year:04d}-{full.month:02d}"
        ends = {"M": last_day(of_month), "Y": date(full.year, 12, 31)}
        return (ends[precision], precision) if precision in ends else (full, "D")
    of_month = month(shortened)
    if of_month is not None:
        year_end = date(int(of_month[:4]), 12, 31)
        return (year_end, "Y") if precision == "Y" else (last_day(of_month), "M")
    if _YEAR.fullmatch(shortened) and shortened != "0000":
        return date(int(shortened), 12, 31), "Y"
    return None


def _cells(record: Record) -> dict[str, str | None]:
    fields = record.fields or {}
    cells = {name: code_text(value) for name, value in fields.items()}
    for name in ("name", "birth_date", "death_date", "registered_on", "cremated_on"):
        if name in fields:
            cells[name] = text(fields[name])
    return cells


def _accepted(_file: FeedFile, rows_read: list[Record]) -> list[tuple[Record, dict[str, str | None]]] | None:
    """Take the rows that pass; None when too many are refused and the file is held."""
    rows = [(record, _cells(record)) for record in rows_read]
    taken = [(record, cells) for record, cells in rows if record.fields is not None and _is_sound(cells)]
    refused = len(rows) - len(taken)
    return None if refused >= 2 and refused * 100 > len(rows) else taken


def _is_sound(cells: dict[str, str | None]) -> bool:
    required = ("source_event_id", "event_type", "name", "death_date")
    if any(cells.get(name) is None for name in required):
        return False
    if any(value is not None and len(value) > LONGEST for value in cells.values()):
        return False
    registered = cells.get("registered_on") or cells.get("cremated_on")
    return (
        cells["event_type"] in EVENT_TYPES
        and (cells.get("category") or "01") in CATEGORIES
        and dated(cells["death_date"], cells.get("death_date_precision")) is not None
        and (registered is None or day(registered) is not None)
    )


def _event(file: FeedFile, cells: dict[str, str | None]) -> Event:
    died_on, precision = dated(cells["death_date"], cells.get("death_date_precision"))
    return Event(
        source=SOURCES[file.manifest.format],
        event_id=cells["source_event_id"] or "",
        event_type=cells["event_type"] or "",
        name=cells["name"] or "",
        id_number=cells.get("id_number"),
        died_on=died_on,
        precision=precision,
        category=cells.get("category") or "01",
        division=cells.get("division") or file.manifest.division,
    )

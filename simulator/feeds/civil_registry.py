"""What civil affairs, the police and the health office send about deaths, right and wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

import numpy as np

from simulator import clock, names, numbers, parameters
from simulator.chance import happens, happens_once
from simulator.entities.cast import Cast
from simulator.entities.population import Population
from simulator.faults.crosschecks.records import Report
from simulator.outbox import Outbox, csv_bytes
from simulator.span import Span

CREMATION_COLUMNS = (
    "source_event_id", "event_type", "name", "sex", "id_number", "birth_date", "death_date", "cremated_on",
    "certificate_no", "division",
)  # fmt: skip
_SHARES = {"cremation": 0.85, "police": 0.7, "health": 0.6}
_DELAYS = {"cremation": (2, 8), "police": (5, 75), "health": (1, 21)}
_LETTERS = {"create": "C", "correct": "U", "revoke": "R"}
_POLICE_LENGTH = 160
_BACKGROUND_SHARE = 0.0006
_LAST_DAY = 28
_OLD_NUMBER, _LAST_CENTURY = 15, 20000101
_FULL_DATE, _YEAR = 8, 4


class Fields(TypedDict, total=False):
    """Fields of an event that differ from what is on file."""

    person: int
    number: str
    name: str
    sex: str
    birth: int
    died: str
    category: str
    county: int


@dataclass(frozen=True)
class Event:
    """One death event; ``person`` is the person meant (-1: not on our books)."""

    source: str
    event_id: str
    event_type: str
    person: int
    number: str
    name: str
    sex: str
    birth: int
    died: str
    category: str
    registered_on: int
    county: int

    @property
    def month(self) -> int:
        """The month whose file carries it."""
        return clock.month_of(self.registered_on)


class Registrar:
    """Creates events, numbered per source."""

    def __init__(self, span: Span, people: Population) -> None:
        """Start numbering at one."""
        self.span, self.people = span, people
        self.rng = span.stream("registry")
        self._next = dict.fromkeys(_SHARES, 0)
        self.events: list[Event] = []

    def report(
        self, person: int, source: str, died: int, registered_on: int, /, **other: Unpack[Fields]
    ) -> Event:
        """Add one event about a person on our books; ``other`` replaces fields."""
        self._next[source] += 1
        event = Event(
            source=source,
            event_id=f"{source[0].upper()}{self._next[source]:08d}",
            event_type="create",
            person=int(person),
            number=self.people.number[person],
            name=self.people.name[person],
            sex="1" if self.people.male[person] else "2",
            birth=int(self.people.birth[person]),
            died=str(died),
            category="01",
            registered_on=int(registered_on),
            county=int(self.people.county[person]),
        )
        event = replace(event, **other)
        self.events.append(event)
        return event

    def follow(self, event: Event, event_type: str, registered_on: int, /, **other: Unpack[Fields]) -> None:
        """Add a correction or revocation of an event."""
        self.events.append(replace(event, event_type=event_type, registered_on=int(registered_on), **other))


def draw_events(span: Span, people: Population, cast: Cast, reports: list[Report]) -> list[Event]:
    """Return all events whose month lies in the range, in the order they were registered.

    ``reports`` are those about players of the cross-checks.
    """
    registrar = Registrar(span, people)
    _report_the_dead(registrar, cast)
    _report_the_living(registrar, cast)
    _report_strangers(registrar)
    _report_players(registrar, reports)
    return sorted(
        (event for event in registrar.events if span.first <= event.month <= span.last),
        key=lambda event: (event.registered_on, event.source, event.event_id, event.event_type != "create"),
    )


def send_events(outbox: Outbox, span: Span, events: list[Event]) -> None:
    """Write one file per source and month for the whole city."""
    for month in span.numbers:
        for source, (layout, encoding, suffix, body_of) in _FORMATS.items():
            sent = [event for event in events if event.source == source and event.month == month]
            outbox.send(
                feed="civil_registry",
                layout=layout,
                division=parameters.CITY,
                month=month,
                body=body_of(sent),
                encoding=encoding,
                rows=len(sent),
                cents=None,
                suffix=suffix,
            )


def _report_the_dead(registrar: Registrar, cast: Cast) -> None:
    rng, people, span = registrar.rng, registrar.people, registrar.span
    order = cast.paid_on.tolist()
    surely = set(order)
    corrected = set(cast.corrected.tolist())
    for person in np.flatnonzero(people.died > 0):
        died = int(people.died[person])
        if int(person) in corrected:
            _report_corrected(registrar, int(person), died)
            continue
        sources = [source for source, share in _SHARES.items() if rng.random() < share]
        if int(person) in surely and "cremation" not in sources:
            sources.insert(0, "cremation")
        for place, source in enumerate(sources):
            delay = int(rng.integers(*_DELAYS[source]))
            registered = max(clock.shift_day(died, delay), clock.day_in(span.first, 3))
            if int(person) in surely and place == 0:
                other = _spelling(people.name[person], order.index(int(person)))
            else:
                other = _variant(rng, people, int(person), died)
            registrar.report(int(person), source, died, registered, **other)


def _report_corrected(registrar: Registrar, person: int, died: int) -> None:
    """First with a date two months too early, then corrected in the same month's file."""
    earlier = clock.day_in(clock.month_of(died) - 2, died % 100)
    source = ("cremation", "health")[person % 2]
    day = clock.shift_day(died, 1)
    event = registrar.report(person, source, earlier, day)
    registrar.follow(event, "correct", day, died=str(died))


def _report_the_living(registrar: Registrar, cast: Cast) -> None:
    rng, span, people = registrar.rng, registrar.span, registrar.people
    for part in ("revoked", "revoked_late", "other_category", "namesake_number"):
        for person in getattr(cast, part):
            month = span.first + int(rng.integers(0, max(span.count - 1, 1)))
            day = clock.day_in(month, int(rng.integers(2, 12)))
            died = clock.day_in(month - 1, int(rng.integers(2, 28)))
            if part == "other_category":
                category = ("03", "05", "04")[int(person) % 3]
                registrar.report(person, "police", died, day, category=category)
            elif part == "namesake_number":
                name = names.unrelated_name(rng, people.name[person], male=bool(people.male[person]))
                registrar.report(person, "health", died, day, name=name)
            else:
                event = registrar.report(person, "cremation", died, day)
                later = clock.day_in(month + (part == "revoked_late"), 20)
                registrar.follow(event, "revoke", later)


def _report_strangers(registrar: Registrar) -> None:
    """Deaths of people who are not insured here."""
    rng, span, people = registrar.rng, registrar.span, registrar.people
    count = max(3, int(people.count * _BACKGROUND_SHARE * span.count))
    male = happens(rng, count, 0.5)
    birth = clock.day_in(span.first - rng.integers(360, 1080, size=count), rng.integers(1, 29, size=count))
    bodies = numbers.draw_identity_bodies(rng, birth, male)
    strange = ~np.isin(bodies, people.body)
    texts, drawn = numbers.identity_numbers(bodies), names.draw_names(rng, male)
    for place in np.flatnonzero(strange):
        source = list(_SHARES)[rng.integers(3)]
        died = clock.day_in(span.first + int(rng.integers(0, span.count)), int(rng.integers(1, 21)))
        day = clock.shift_day(died, int(rng.integers(2, 8)))
        registrar.report(
            0, source, died, day,
            person=-1,
            number=texts[place],
            name=drawn[place],
            sex="1" if male[place] else "2",
            birth=int(birth[place]),
            county=int(rng.integers(5)),
        )  # fmt: skip


def _report_players(registrar: Registrar, reports: list[Report]) -> None:
    for report in reports:
        event = registrar.report(
            report.player.index, report.source, 0, report.registered_on, died=report.died, **report.fields
        )
        for event_type, registered_on, died in report.then:
            registrar.follow(event, event_type, registered_on, died=died)


def _spelling(name: str, place: int) -> Fields:
    """Spell every third name as another office does (class A), every third with one other character (B)."""
    ways = (name, names.rewritten(name, place // 3), names.misheard(name))
    return {"name": ways[place % 3]}


def _variant(rng: np.random.Generator, people: Population, person: int, died: int) -> Fields:
    """Write one event in seven in another way, without touching the month of death."""
    ways: tuple[Fields, ...] = (
        {"number": ""},
        {"number": people.number[person].lower()},
        {"number": people.number[person][:6] + people.number[person][8:17]},
        {"name": names.rewritten(people.name[person], person)},
        {"birth": 0},
        {"died": str(died // 100)},
        {"died": str(died + 1) if died % 100 < _LAST_DAY else str(died)},
    )
    if not happens_once(rng, 0.15):
        return {}
    chosen = ways[rng.integers(len(ways))]
    is_old_number = len(chosen.get("number", "")) == _OLD_NUMBER
    return {} if is_old_number and people.birth[person] >= _LAST_CENTURY else chosen


def _date(text: str) -> str:
    return "-".join(part for part in (text[:4], text[4:6], text[6:8]) if part)


def _cremation_body(events: list[Event]) -> bytes:
    rows = [
        (
            e.event_id, e.event_type, e.name, e.sex, e.number, _date(str(e.birth)) if e.birth else "",
            _date(e.died), _date(str(e.registered_on)), f"HH{e.event_id}", parameters.COUNTIES[e.county],
        )
        for e in events
    ]  # fmt: skip
    return csv_bytes(CREMATION_COLUMNS, rows, encoding="utf-8")


def _police_body(events: list[Event]) -> bytes:
    lines = []
    for e in events:
        fields = (
            (e.event_id, 20), (_LETTERS[e.event_type], 1), (e.name, 40), (e.sex, 1), (e.number, 18),
            (str(e.birth) if e.birth else "", 8), (e.died.ljust(8, "0"), 8), (e.category, 2),
            (str(e.registered_on), 8), (parameters.COUNTIES[e.county], 6),
        )  # fmt: skip
        line = b"".join(text.encode("gb18030").ljust(width) for text, width in fields)
        lines.append(line.ljust(_POLICE_LENGTH) + b"\r\n")
    return b"".join(lines)


def _certificate_body(events: list[Event]) -> bytes:
    lines = []
    for e in events:
        deceased = {
            "name": e.name,
            "sex": e.sex,
            "idType": "01" if e.number else None,
            "idNumber": e.number or None,
            "birthDate": _date(str(e.birth)) if e.birth else None,
        }
        precision = {_FULL_DATE: "D", _YEAR: "Y"}.get(len(e.died), "M")
        record = {
            "id": e.event_id,
            "action": e.event_type,
            "deceased": deceased,
            "death": {"date": _date(e.died), "precision": precision, "place": "医疗机构"},
            "registeredOn": _date(str(e.registered_on)),
            "certificateNo": f"SW{e.event_id}",
            "division": parameters.COUNTIES[e.county],
        }
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    return "".join(lines).encode()


_FORMATS: dict[str, tuple[str, str, str, Callable[[list[Event]], bytes]]] = {
    "cremation": ("cremation-csv/1", "utf-8", "csv", _cremation_body),
    "police": ("police-fixed/1", "gb18030", "txt", _police_body),
    "health": ("death-certificate-jsonl/1", "utf-8", "jsonl", _certificate_body),
}

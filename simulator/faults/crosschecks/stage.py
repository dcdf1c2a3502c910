"""The stage on which wrongs of the cross-checks play: fresh persons, and what is on file about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Unpack

import numpy as np

from fundwatch.numbers import identity
from simulator import clock, names, numbers, parameters
from simulator.clock import FOREVER
from simulator.entities.benefits import NORMAL
from simulator.entities.contributions import REGULAR
from simulator.entities.employers import FIRST_EMPLOYER, Employers
from simulator.entities.employment import NOBODY
from simulator.entities.payments import BANK, PAID
from simulator.entities.population import FIRST_PERSON
from simulator.faults.crosschecks.recorder import Recorder
from simulator.faults.crosschecks.records import (
    Change,
    Enrolled,
    Fields,
    Firm,
    Paid,
    Payment,
    Player,
    Report,
    Right,
)
from simulator.history import Scalar
from simulator.parameters import EMPLOYEE, FLEXIBLE, RESIDENT

# No ordinary person's number begins so: nobody's number equals a player's by chance.
REGION = 230624
_BASE_PERCENT = 250
_COUNTIES = len(parameters.COUNTIES)


@dataclass
class Stage(Recorder):
    """Fresh persons and what is on file about them, scene by scene; months are month numbers."""

    firms: Employers
    people_count: int
    players: list[Player] = field(default_factory=list)
    founded: list[Firm] = field(default_factory=list)
    enrolled: list[Enrolled] = field(default_factory=list)
    paid_in: list[Paid] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    paid_out: list[Payment] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    accounts: list[dict[str, Scalar]] = field(default_factory=list)
    savers: list[Player] = field(default_factory=list)
    claims: list[dict[str, Scalar]] = field(default_factory=list)
    items: list[tuple[int, dict[str, Scalar]]] = field(default_factory=list)
    whitelist: list[tuple[str, str, str, str]] = field(default_factory=list)
    changes: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    payees: dict[int, str] = field(default_factory=dict)
    cards: dict[int, str] = field(default_factory=dict)
    bank_results: dict[int, tuple[str, str]] = field(default_factory=dict)
    voucher_bases: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the employers where players may work: enterprises on single base that always pay."""
        self.rng = self.span.stream("crosschecks")
        self._sequences: dict[int, int] = defaultdict(int)
        plain = ~self.firms.is_government & ~self.firms.is_dual & self.firms.in_good_standing()
        self._works = [np.flatnonzero(plain & (self.firms.county == c)).tolist() for c in range(_COUNTIES)]

    @property
    def first(self) -> int:
        """The first month of the range."""
        return self.span.first

    @property
    def last(self) -> int:
        """The last month of the range."""
        return self.span.last

    def person(
        self,
        *,
        age: int = 45,
        birth: int | None = None,
        male: bool = True,
        cadre: bool = False,
        county: int | None = None,
        name: str | None = None,
        number: str | None = None,
    ) -> Player:
        """Return a fresh person of an age in years at the end of the range, or born on a day."""
        index = self.people_count + len(self.players)
        if birth is None:
            birth = clock.day_in(self.last - age * 12 - 1 - index % 10, 2 + index % 27)
        self._sequences[birth] += 2
        body = f"{REGION}{birth}{self._sequences[birth] + male:03d}"
        player = Player(
            index=index,
            id=str(FIRST_PERSON + index),
            male=male,
            cadre=cadre,
            birth=birth,
            county=index % _COUNTIES if county is None else county,
            name=name or names.draw_names(self.rng, np.array([male]))[0],
            number=number if number is not None else body + identity.check_character(body),
        )
        self.players.append(player)
        return player

    def another_id(self, player: Player, *, county: int | None = None, **other: str) -> Player:
        """Return a second person id of the same human; ``name`` and ``number`` may be written differently."""
        index = self.people_count + len(self.players)
        county = (player.county + 1) % _COUNTIES if county is None else county
        second = replace(player, index=index, id=str(FIRST_PERSON + index), county=county)
        if other:
            second = replace(second, name=other.get("name", player.name))
            second = replace(second, number=other.get("number", player.number))
        self.players.append(second)
        return second

    def works(self, player: Player, *, county: int | None = None, other: bool = False) -> int:
        """Return an enterprise of a county (the player's) that always pays; ``other`` another one."""
        pool = self._works[player.county if county is None else county]
        return pool[(player.index + other) % len(pool)]

    def found(self, *, county: int) -> Firm:
        """Found an enterprise of a county, on single base, that has no others than players."""
        place = self.firms.count + len(self.founded)
        code = numbers.draw_credit_code(self.rng, int(parameters.COUNTIES[county]), government=False)
        firm = Firm(index=place, id=str(FIRST_EMPLOYER + place), county=county, tax_number=code)
        self.founded.append(firm)
        return firm

    def enrol(
        self,
        player: Player,
        scheme: int,
        *,
        since: int,
        employer: int = NOBODY,
        identity_kind: int | None = None,
        county: int | None = None,
        until: int = FOREVER,
    ) -> Enrolled:
        """Enrol the player from a month on; without an employer as flexible, in 170 and 390 as resident."""
        resident = scheme in (parameters.RESIDENT_PENSION, parameters.RESIDENT_MEDICAL)
        usual = RESIDENT if resident else FLEXIBLE if employer == NOBODY else EMPLOYEE
        row = Enrolled(
            player=player,
            scheme=scheme,
            employer=employer,
            identity=identity_kind or usual,
            county=player.county if county is None else county,
            begun=clock.day_in(since, 5),
            until=until,
            place=len(self.enrolled),
        )
        self.enrolled.append(row)
        return row

    def base(self, scheme: int = parameters.PENSION) -> int:
        """Return a base well within all limits of the range and the years before it."""
        return parameters.limits(scheme, self.first).last_floor * _BASE_PERCENT // 100

    def contribute(
        self,
        enrolled: Enrolled,
        months: Iterable[int],
        *,
        booked: int | None = None,
        kind: int = REGULAR,
        base: int | None = None,
        cents: int | None = None,
        covers: tuple[int, int] = (0, 0),
        arrived: bool = True,
    ) -> list[int]:
        """Let the player contribute for months, each booked in its own unless said; ``cents`` for residents.

        Months after the range are left out. Return the places of the rows.
        """
        places = []
        for month in months:
            if (month if booked is None else booked) > self.last:
                continue
            chosen = self.base() if base is None else base
            employer_rate, person_rate = parameters.rates(enrolled.scheme, enrolled.identity)
            if enrolled.scheme == parameters.INJURY:
                risk = int(self.firms.risk_class[enrolled.employer])
                employer_rate, person_rate = parameters.RISK_RATES[risk - 1], 0
            places.append(len(self.paid_in))
            self.paid_in.append(
                Paid(
                    enrolled=enrolled,
                    booked=month if booked is None else booked,
                    for_month=month,
                    covers=covers,
                    kind=kind,
                    base=chosen if cents is None else cents,
                    due_employer=0 if cents is not None else parameters.premium(chosen, employer_rate),
                    due_person=cents if cents is not None else parameters.premium(chosen, person_rate),
                    arrived=arrived,
                )
            )
        return places

    def entitle(
        self,
        player: Player,
        scheme: int,
        *,
        first: int,
        items: Mapping[int, int],
        kind: int = NORMAL,
        last: int = 0,
        ended_in: int = 0,
    ) -> Right:
        """Entitle the player to items (code -> cents); AAE211 is ``last``, known since ``ended_in``."""
        row = Right(
            player=player,
            scheme=scheme,
            kind=kind,
            first=first,
            items=tuple(items.items()),
            last=last,
            ended_in=FOREVER if not last else max(ended_in, self.first),
            place=len(self.rights),
        )
        self.rights.append(row)
        return row

    def pay(
        self,
        right: Right,
        months: Iterable[int],
        *,
        booked: int | None = None,
        amounts: tuple[int, ...] | None = None,
        channel: int = BANK,
        result: int = PAID,
        reason: str | None = None,
    ) -> list[int]:
        """Pay for months, each booked in its own unless said; months after the range are left out."""
        places = []
        for month in months:
            if (month if booked is None else booked) > self.last:
                continue
            places.append(len(self.paid_out))
            self.paid_out.append(
                Payment(
                    right=right,
                    booked=month if booked is None else booked,
                    for_month=month,
                    amounts=amounts or tuple(cents for _, cents in right.items),
                    channel=channel,
                    result=result,
                    reason=reason,
                    place=places[-1],
                )
            )
        return places

    def report(
        self, player: Player, source: str, died: int | str, *, month: int, **other: Unpack[Fields]
    ) -> Report:
        """Register a death in a month (in the first of the range at the earliest) and return the event."""
        day = clock.day_in(max(month, self.first), 20)
        event = Report(player, source, str(died), day, other)
        self.reports.append(event)
        return event

    def follow(self, event: Report, event_type: str, *, month: int, died: int = 0) -> None:
        """Correct or revoke an event in a month."""
        day = clock.day_in(max(month, self.first), 21)
        place = self.reports.index(event)
        follows = (*event.then, (event_type, day, str(died or event.died)))
        self.reports[place] = replace(event, then=follows)

    def change(
        self, table: str, place: int, columns: Mapping[str, Scalar], *, since: int | None = None
    ) -> None:
        """Change cells of a row from a month on; from its beginning when no month is said.

        ``place`` counts the rows of the stage, in AC01 all persons.
        """
        handled = {} if since is None else {"AAE036": str(clock.day_in(since, 27))}
        month = -1 if since is None else since - self.first
        self.changes[table].append(Change(month, place, {**columns, **handled}))

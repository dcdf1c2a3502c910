"""The rules that rest on the civil registry, and the one on what AC01 says of death."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from tests.oracle.crosschecks.facts import Facts
from tests.oracle.crosschecks.points import Point, Wrong, point, wrongs
from tests.oracle.events import MEANS_DEATH, Event, standing_events
from tests.oracle.names import match_class
from tests.oracle.values import amount, day, identity18, month_of, shift, valid_identity

IN_PAY = "1"
DEAD = "2"
ABROAD_OR_SERVING = ("03", "04")
UNEMPLOYMENT = "210"
A_YEAR = 12


@dataclass(frozen=True)
class Matched:
    """The standing events that match a person id in class A or B."""

    events: tuple[Event, ...]
    match_class: str


@dataclass(frozen=True)
class Given:
    """A date of death as given: the first and the last day that it allows."""

    first: date
    last: date


class Registry:
    """What the civil registry says of the persons of a batch."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._by_number: dict[str, list[Event]] = defaultdict(list)
        for event in standing_events(facts.city, facts.month):
            if valid_identity(event.id_number):
                self._by_number[identity18(event.id_number) or ""].append(event)
        self.deaths = {person: match for person, match in self._matched(MEANS_DEATH) if match.events}

    def _matched(
        self, categories: tuple[str, ...], source: str | None = None
    ) -> Iterator[tuple[str, Matched]]:
        for person, row in self.facts.persons.items():
            graded = [
                (match_class(row.AAC002, row.AAC003, event.id_number, event.name), event)
                for event in self._by_number.get(identity18(row.AAC002) or "", [])
                if event.category in categories and source in (None, event.source)
            ]
            events = tuple(event for grade, event in graded if grade)
            yield person, Matched(events, min((grade for grade, _ in graded if grade), default=""))

    def police(self, categories: tuple[str, ...]) -> dict[str, Matched]:
        """Give who the police say is abroad or serving."""
        return {person: match for person, match in self._matched(categories, "police") if match.events}

    def month_of_death(self, person: str | None) -> str | None:
        """Judge money by the latest of the dates; a year-only date only where no source gives better."""
        death = self.deaths.get(person or "")
        return None if death is None else month_of(latest(death.events).died_on)


def latest(events: tuple[Event, ...]) -> Event:
    """Choose the latest date; a month-only date is its last day, a year-only one counts where alone."""
    better = [event for event in events if event.precision != "Y"]
    return max(better or events, key=lambda event: event.died_on)


def paid_after_death(facts: Facts) -> list[Point]:
    """Payments for a month after the month of death."""
    registry = registry_of(facts)
    after = {person: registry.month_of_death(person) or "" for person in registry.deaths}
    return [
        point("paid_after_death", key, wrong, match_class=registry.deaths[key[0]].match_class)
        for key, wrong in _paid_later(facts, after).items()
    ]


def dead_in_own_records(facts: Facts) -> list[Point]:
    """Paid for a month after the one in which AC01 says the person died."""
    return [
        point("dead_in_own_records", key, wrong)
        for key, wrong in _paid_later(facts, _own_deaths(facts)).items()
    ]


def _own_deaths(facts: Facts) -> dict[str, str]:
    dead = {}
    for person, row in facts.persons.items():
        died = day(row.AAE138)
        if facts.code("AAC060", row.AAC060) == DEAD and died is not None:
            dead[person] = month_of(died)
    return dead


def _paid_later(facts: Facts, died_in: dict[str, str]) -> dict[tuple[str, str, str], Wrong]:
    sums = wrongs()
    for payment in facts.paid:
        died = died_in.get(payment.person or "")
        gross = payment.for_the_living
        if died is None or gross is None or not died < (payment.month or ""):
            continue
        key = (payment.person or "", "", payment.scheme or "")
        sums[key].add([payment.month or ""], gross, evidence=[payment.evidence], divisions=[payment.place])
    return sums


def dead_still_in_pay(facts: Facts) -> list[Point]:
    """Somebody dead has an entitlement in pay, in a scheme that paid nothing after death."""
    registry = registry_of(facts)
    paid = {(case.person, case.scheme) for case in paid_after_death(facts)}
    sums = wrongs()
    for entitlement in facts.entitlements.values():
        died = registry.month_of_death(entitlement.person)
        in_force = entitlement.last is None or entitlement.last >= facts.month
        if died is None or died > facts.month or entitlement.status != IN_PAY or not in_force:
            continue
        key = (entitlement.person or "", "", entitlement.scheme or "")
        if entitlement.kind in ("01", "02", "03", "11", "21", "41") and (key[0], key[2]) not in paid:
            sums[key].add([died], evidence=[entitlement.evidence], divisions=[entitlement.place])
    return [
        point("dead_still_in_pay", key, wrong, match_class=registry.deaths[key[0]].match_class, is_state=True)
        for key, wrong in sums.items()
    ]


def death_dates_differ(facts: Facts) -> list[Point]:
    """Two sources, or a source and AC01, are two months or more apart."""
    registry = registry_of(facts)
    points = []
    for person, death in registry.deaths.items():
        given = [
            _given(latest(tuple(event for event in death.events if event.source == source)))
            for source in sorted({event.source for event in death.events})
        ]
        row = facts.persons[person]
        own = day(row.AAE138)
        if facts.code("AAC060", row.AAC060) == DEAD and own is not None:
            given.append(Given(own, own))
        nearest = [days for pair in combinations(given, 2) if (days := _apart(*pair)) is not None]
        if nearest:
            wrong = Wrong()
            wrong.add([], divisions=[facts.home(person)])
            points.append(
                point(
                    "death_dates_differ",
                    (person, "", ""),
                    wrong,
                    match_class=death.match_class,
                    is_state=True,
                    first=month_of(min(earlier for earlier, _ in nearest)),
                    last=month_of(max(later for _, later in nearest)),
                )
            )
    return points


def _given(event: Event) -> Given:
    first = {
        "D": event.died_on,
        "M": event.died_on.replace(day=1),
        "Y": event.died_on.replace(month=1, day=1),
    }
    return Given(first[event.precision], event.died_on)


def _apart(left: Given, right: Given) -> tuple[date, date] | None:
    """Give the nearest days of two dates that are two months or more apart."""
    earlier, later = sorted((left, right), key=lambda given: (given.first, given.last))
    if earlier.last >= later.first:
        return None
    bound = shift(month_of(earlier.last), 2)
    same_day = min(earlier.last.day, _days(bound))
    far = later.first >= date(int(bound[:4]), int(bound[5:]), same_day)
    return (earlier.last, later.first) if far else None


def _days(of_month: str) -> int:
    following = shift(of_month, 1)
    after = date(int(following[:4]), int(following[5:]), 1)
    return (after - date(int(of_month[:4]), int(of_month[5:]), 1)).days


def contribution_after_death(facts: Facts) -> list[Point]:
    """Contributions for a month after the month of death; by AAE003, in 170 too."""
    registry = registry_of(facts)
    sums = wrongs()
    for row in facts.contributed:
        died = registry.month_of_death(row.person)
        if died is None or not facts.is_past(row.month) or not died < (row.month or ""):
            continue
        sums[row.person or "", "", row.scheme or ""].add(
            [row.month or ""], row.paid, evidence=[row.evidence], divisions=[facts.home(row.person)]
        )
    return [
        point("contribution_after_death", key, wrong, match_class=registry.deaths[key[0]].match_class)
        for key, wrong in sums.items()
    ]


def account_unsettled_after_death(facts: Facts) -> list[Point]:
    """A personal account still holds money in the twelfth month after the month of death or later."""
    registry = registry_of(facts)
    sums = wrongs()
    for row in facts.batch.current["AC50"]:
        died, balance = registry.month_of_death(row.AAC001), amount(row.AAE240)
        if died is None or balance is None or balance <= 0:
            continue
        if shift(died, A_YEAR) <= facts.month:
            scheme = facts.code("AAE140", row.AAE140) or ""
            sums[row.AAC001, "", scheme].add(
                span(shift(died, A_YEAR), facts.month), balance, divisions=[facts.home(row.AAC001)]
            )
    return [
        point("account_unsettled_after_death", key, wrong, match_class=registry.deaths[key[0]].match_class)
        for key, wrong in sums.items()
    ]


def unemployed_abroad_or_serving(facts: Facts) -> list[Point]:
    """Paid 210 for a month after the police say the person emigrated or joined the army."""
    gone = registry_of(facts).police(ABROAD_OR_SERVING)
    sums = wrongs()
    for payment in facts.paid:
        departure = gone.get(payment.person or "")
        if departure is None or payment.scheme != UNEMPLOYMENT:
            continue
        if month_of(min(event.died_on for event in departure.events)) < (payment.month or ""):
            sums[payment.person or "", "", UNEMPLOYMENT].add(
                [payment.month or ""], payment.amount, evidence=[payment.evidence], divisions=[payment.place]
            )
    return [
        point("unemployed_abroad_or_serving", key, wrong, match_class=gone[key[0]].match_class)
        for key, wrong in sums.items()
    ]


def span(first: str, last: str) -> list[str]:
    """List the months from one to another."""
    months = []
    while first <= last:
        months.append(first)
        first = shift(first, 1)
    return months


def is_dead(facts: Facts, person: str) -> bool:
    """Whether a person is dead by a source or by AC01."""
    row = facts.persons.get(person)
    by_own = row is not None and facts.code("AAC060", row.AAC060) == DEAD
    return by_own or person in registry_of(facts).deaths


def registry_of(facts: Facts) -> Registry:
    """Match the registry to the persons of a batch once."""
    if not hasattr(facts, "registry"):
        facts.registry = Registry(facts)
    return facts.registry

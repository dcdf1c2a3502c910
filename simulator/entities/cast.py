"""Who plays which part: the persons set aside for planted wrongs and for their decoys."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator import clock, names, numbers
from simulator.entities import population
from simulator.entities.population import EMPLOYED, RETIRED, RETIRED_ROLES, Population
from simulator.span import Span

_LAST_SEQUENCES = 990


@dataclass
class Cast:
    """Person indexes by part; nobody plays two parts.

    ``paid_on`` are dead and paid after death (planted). The decoys of death: ``granted`` (death grants
    after death), ``reissued`` (payments for months before, booked after), ``corrected`` (a later death
    date replaces the first), ``revoked``, ``revoked_late``, ``other_category`` and ``namesake_number``
    live. Pairs are ``(original, copy)``.
    """

    reserved: np.ndarray
    paid_on: np.ndarray = field(default_factory=lambda: np.array([], int))
    granted: np.ndarray = field(default_factory=lambda: np.array([], int))
    reissued: np.ndarray = field(default_factory=lambda: np.array([], int))
    corrected: np.ndarray = field(default_factory=lambda: np.array([], int))
    revoked: np.ndarray = field(default_factory=lambda: np.array([], int))
    revoked_late: np.ndarray = field(default_factory=lambda: np.array([], int))
    other_category: np.ndarray = field(default_factory=lambda: np.array([], int))
    namesake_number: np.ndarray = field(default_factory=lambda: np.array([], int))
    pairs_same_name: list[tuple[int, int]] = field(default_factory=list)
    pairs_close_name: list[tuple[int, int]] = field(default_factory=list)
    two_divisions: np.ndarray = field(default_factory=lambda: np.array([], int))
    transferred: np.ndarray = field(default_factory=lambda: np.array([], int))
    second_injury_only: np.ndarray = field(default_factory=lambda: np.array([], int))
    twins: list[tuple[int, int]] = field(default_factory=list)
    unrelated_name: list[tuple[int, int]] = field(default_factory=list)
    known_late: dict[int, int] = field(default_factory=dict)

    def take(self, rng: np.random.Generator, eligible: np.ndarray, count: int) -> np.ndarray:
        """Set up to ``count`` eligible persons aside and return them."""
        free = np.flatnonzero(eligible & ~self.reserved)
        chosen = rng.choice(free, size=min(count, len(free)), replace=False)
        self.reserved[chosen] = True
        return chosen

    def take_pairs(self, rng: np.random.Generator, eligible: np.ndarray, count: int) -> list[tuple[int, int]]:
        """Set up to ``count`` pairs aside, smaller person id first."""
        chosen = self.take(rng, eligible, 2 * count)
        halves = zip(chosen[0::2], chosen[1::2], strict=False)
        return [(int(min(pair)), int(max(pair))) for pair in halves]

    def copies(self) -> list[int]:
        """Return the second person of every pair and twin."""
        pairs = self.pairs_same_name + self.pairs_close_name + self.twins + self.unrelated_name
        return [copy for _, copy in pairs]


def draw_cast(span: Span, people: Population) -> Cast:
    """Cast all parts, and make the pairs the humans they are to be."""
    rng = span.stream("plan")
    cast = Cast(reserved=people.role == population.PLAYER)
    planted = max(min(4, people.count // 100), people.count // 1250)
    decoys = max(2, people.count // 5000)
    pensioner = np.isin(people.role, RETIRED_ROLES)
    urban = people.role == RETIRED
    cast.paid_on = cast.take(rng, pensioner, planted)
    for part in ("granted", "reissued", "corrected", "revoked", "other_category", "namesake_number"):
        setattr(cast, part, cast.take(rng, urban, decoys))
    cast.revoked_late = cast.take(rng, urban, 1)
    steady = (people.role == EMPLOYED) & (people.joined == 0) & (people.retires > span.last + 1)
    cast.pairs_same_name = cast.take_pairs(rng, steady, max(2, planted // 2))
    cast.pairs_close_name = cast.take_pairs(rng, steady, max(2, planted // 3))
    cast.two_divisions = cast.take(rng, steady, max(2, planted // 3))
    cast.transferred = cast.take(rng, steady, decoys)
    cast.second_injury_only = cast.take(rng, steady, decoys)
    cast.twins = cast.take_pairs(rng, steady, decoys)
    cast.unrelated_name = cast.take_pairs(rng, steady, decoys)
    _make_pairs(rng, people, cast)
    _let_die(rng, span, people, cast)
    return cast


def _make_pairs(rng: np.random.Generator, people: Population, cast: Cast) -> None:
    for place, (original, copy) in enumerate(cast.pairs_same_name):
        people.same_human(copy, original, names.rewritten(people.name[original], place))
    for original, copy in cast.pairs_close_name:
        first, second = names.homophone_name(rng)
        people.name[original] = first
        people.same_human(copy, original, second)
    for original, copy in cast.unrelated_name:
        first, second = names.homophone_name(rng)[0], ""
        second = names.unrelated_name(rng, first, male=bool(people.male[original]))
        people.name[original] = first
        people.same_human(copy, original, second)
    for original, copy in cast.twins:
        name = names.draw_sibling_names(rng, people.name[original], male=bool(people.male[original]))
        people.same_human(copy, original, name)
        people.body[copy] = _free_neighbour(people, int(people.body[original]))
        people.number[copy] = numbers.identity_numbers(people.body[copy : copy + 1])[0]
    for original, copy in cast.pairs_same_name + cast.pairs_close_name + cast.unrelated_name:
        people.county[copy] = (people.county[original] + rng.integers(1, 5)) % 5


def _free_neighbour(people: Population, body: int) -> int:
    step = 2 if body % 1000 < _LAST_SEQUENCES else -2
    while body in people.body:
        body += step
    return body


def _let_die(rng: np.random.Generator, span: Span, people: Population, cast: Cast) -> None:
    """Set days of death, and for those paid on the month index in which the agency finds out."""
    for person in cast.paid_on:
        months_from_start = int(rng.integers(-1, max(span.count - 2, 0)))
        people.died[person] = clock.day_in(span.first + months_from_start, int(rng.integers(1, 29)))
        learned = months_from_start + 1 + int(rng.integers(2, 7))
        cast.known_late[int(person)] = learned if learned < span.count else span.count
    for person in np.concatenate([cast.granted, cast.reissued, cast.corrected]):
        month = span.first + int(rng.integers(0, max(span.count - 2, 1)))
        people.died[person] = clock.day_in(month, int(rng.integers(3, 26)))
    _draw_ordinary_deaths(rng, span, people, cast)


def _draw_ordinary_deaths(rng: np.random.Generator, span: Span, people: Population, cast: Cast) -> None:
    age = (span.first - people.birth_month) / 12
    pensioner = np.isin(people.role, (*RETIRED_ROLES, population.DEPENDANT))
    rate = mortality(age, people.male) * np.where(pensioner, 1.0, 0.5)
    employed = (people.role == EMPLOYED) & (people.joined == 0) & (people.retires > span.last + 1)
    exposed = (pensioner | employed) & ~cast.reserved
    dies = exposed & (rng.random(people.count) < 1 - (1 - rate) ** (span.count / 12))
    month = span.first + rng.integers(0, span.count, size=people.count)
    day = clock.day_in(month, rng.integers(1, 29, size=people.count))
    people.died[dies] = day[dies]


def mortality(age: np.ndarray, male: np.ndarray) -> np.ndarray:
    """Return the annual death rate at an age in years."""
    return np.minimum(0.00006 * np.exp(0.09 * age) * np.where(male, 1.25, 0.85), 0.6)

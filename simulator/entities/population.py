"""The people: who they are, what they do, and where they live when the range begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, names, numbers, parameters
from simulator.chance import happens
from simulator.span import Span

EMPLOYED, FLEXIBLE, RESIDENT, RETIRED, RETIRED_PUBLIC, RETIRED_RESIDENT, CHILD, DEPENDANT, JOBLESS = range(9)
# Plays in a scene of the cross-checks; lives through nothing but that.
PLAYER = 9
_SHARES = np.array([0.50, 0.10, 0.13, 0.15, 0.03, 0.045, 0.025, 0.01, 0.01])
RETIRED_ROLES = (RETIRED, RETIRED_PUBLIC, RETIRED_RESIDENT)
FIRST_PERSON = 2306_0000_0001
_JOINING_PER_MONTH = 0.006


@dataclass(frozen=True)
class Population:
    """One entry per person id; arrays of equal length.

    Births are ``yyyymmdd``, ``birth_month`` month numbers, ``county`` an index, ``joined`` the month
    number of the first enrolment for those who join within the range (else 0), ``died`` the day of
    death (else 0), ``retires`` the month number in which the statutory age is reached.
    """

    ids: np.ndarray
    role: np.ndarray
    male: np.ndarray
    cadre: np.ndarray
    birth: np.ndarray
    body: np.ndarray
    number: np.ndarray
    name: np.ndarray
    county: np.ndarray
    joined: np.ndarray
    died: np.ndarray
    retires: np.ndarray

    @property
    def birth_month(self) -> np.ndarray:
        """Months of birth."""
        return clock.month_of(self.birth)

    @property
    def count(self) -> int:
        """How many person ids."""
        return len(self.ids)

    def same_human(self, copy: int, original: int, name: str) -> None:
        """Make person id ``copy`` the human of ``original``, under ``name``."""
        for values in (self.male, self.cadre, self.birth, self.body, self.number, self.retires):
            values[copy] = values[original]
        self.name[copy] = name


def draw_population(span: Span, persons: int) -> Population:
    """Return the people of the city."""
    rng = span.stream("population")
    counts = np.maximum((_SHARES * persons).round().astype(int), 4)
    counts[0] = persons - counts[1:].sum()
    role = np.repeat(np.arange(len(_SHARES)), counts)
    rng.shuffle(role)
    male = np.where(
        np.isin(role, (RETIRED, RETIRED_PUBLIC)), happens(rng, persons, 0.46), happens(rng, persons, 0.53)
    )
    cadre = rng.random(persons) < np.where(role == RETIRED_PUBLIC, 0.9, 0.3)
    birth_month = span.first - _ages(rng, role, male, cadre, span)
    birth = clock.day_in(birth_month, rng.integers(1, 29, size=persons))
    body = numbers.draw_identity_bodies(rng, birth, male)
    joins = (role == EMPLOYED) & (rng.random(persons) < _JOINING_PER_MONTH * (span.count - 1))
    joined = np.where(joins, span.first + rng.integers(1, max(span.count, 2), size=persons), 0)
    retires = _retirements(role, birth_month, male, cadre)
    joined[(joined > span.last) | (retires <= span.last + 1)] = 0
    return Population(
        ids=(FIRST_PERSON + np.arange(persons)).astype(str).astype(object),
        role=role,
        male=male,
        cadre=cadre,
        birth=birth,
        body=body,
        number=numbers.identity_numbers(body),
        name=names.draw_names(rng, male),
        county=rng.choice(len(parameters.COUNTIES), size=persons, p=parameters.COUNTY_SHARES),
        joined=joined,
        died=np.zeros(persons, dtype=np.int64),
        retires=retires,
    )


def _retirements(role: np.ndarray, births: np.ndarray, male: np.ndarray, cadre: np.ndarray) -> np.ndarray:
    statutory = parameters.retirement_month(births, male=male, cadre=cadre)
    return np.where(np.isin(role, (RESIDENT, RETIRED_RESIDENT)), births + 720, statutory)


def _ages(
    rng: np.random.Generator, role: np.ndarray, male: np.ndarray, cadre: np.ndarray, span: Span
) -> np.ndarray:
    """Ages in months when the range begins."""
    size = len(role)
    ordinary = parameters.ordinary_age(male=male, cadre=cadre)
    share = rng.random(size)
    working = 240 + (share * (ordinary - 241)).astype(int)
    beyond = np.minimum(rng.exponential(130, size=size), 400).astype(int) + 2
    age = np.where(np.isin(role, (EMPLOYED, FLEXIBLE, JOBLESS)), working, 0)
    age = np.where(role == FLEXIBLE, 300 + (share * (ordinary - 301)).astype(int), age)
    age = np.where(role == RESIDENT, 216 + (share * (700 - 216 - span.count)).astype(int), age)
    age = np.where(np.isin(role, (RETIRED, RETIRED_PUBLIC)), ordinary + 60 + beyond, age)
    age = np.where(role == RETIRED_RESIDENT, 722 + beyond, age)
    age = np.where(role == CHILD, 12 + (share * 150).astype(int), age)
    elderly = 760 + (share * 250).astype(int)
    return np.where(role == DEPENDANT, elderly, age)

"""AC43 in numbers: who owes and paid what, month by month, before anything is planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.chance import happens
from simulator.columns import picked, stacked
from simulator.entities.employers import Employers
from simulator.entities.enrolments import Enrolments
from simulator.entities.population import FLEXIBLE as FLEXIBLE_ROLE
from simulator.entities.population import Population
from simulator.parameters import EMPLOYEE, FLEXIBLE
from simulator.span import Span

REGULAR, BACK = 10, 31
_FIRST_ID = 500_000_001
_FLEXIBLE_RATIOS = np.array([60, 60, 60, 80, 100, 150])


@dataclass
class Contributions:
    """One entry per row of AC43, ordered by ``since``; money in cents, months as numbers.

    ``enrolment`` is the enrolment behind it; ``arrived_on`` 0 when nothing arrived; ``is_extra`` marks
    repeated keys that count for nothing.
    """

    ids: np.ndarray
    enrolment: np.ndarray
    person: np.ndarray
    employer: np.ndarray
    scheme: np.ndarray
    booked: np.ndarray
    for_month: np.ndarray
    covers_from: np.ndarray
    covers_to: np.ndarray
    kind: np.ndarray
    wage: np.ndarray
    base: np.ndarray
    due_employer: np.ndarray
    due_person: np.ndarray
    paid_employer: np.ndarray
    paid_person: np.ndarray
    has_arrived: np.ndarray
    arrived_on: np.ndarray
    since: np.ndarray
    is_extra: np.ndarray


class BaseBook:
    """Declared wages and bases of everybody, by scheme and month; constant within a wage year."""

    def __init__(self, span: Span, people: Population) -> None:
        """Draw everybody's wage of 2020 and every flexible person's ratio."""
        rng = span.stream("wages")
        yuan = np.exp(rng.normal(8.62, 0.42, size=people.count))
        self._wage = (yuan * 100).astype(np.int64)
        ratios = rng.choice(_FLEXIBLE_RATIOS, size=people.count)
        self._ratio = np.where(people.role == FLEXIBLE_ROLE, ratios, 0)
        self._cache: dict[tuple[int, int, bool], tuple[np.ndarray, np.ndarray]] = {}

    def at(self, scheme: int, month: int) -> tuple[np.ndarray, np.ndarray]:
        """Return everybody's declared wage and base in cents."""
        limits = parameters.limits(scheme, month)
        key = (scheme, limits.wage_year, limits.is_published)
        if key not in self._cache:
            self._cache[key] = self._compute(limits)
        return self._cache[key]

    def _compute(self, limits: parameters.Limits) -> tuple[np.ndarray, np.ndarray]:
        declared = (self._wage * 1.05 ** (limits.wage_year - 2019)).astype(np.int64)
        floor, cap = (
            (limits.floor, limits.cap) if limits.is_published else (limits.last_floor, limits.last_cap)
        )
        chosen = floor * self._ratio // parameters.FLOOR_RATIO
        declared = np.where(self._ratio > 0, chosen, declared)
        return declared, np.clip(declared, floor, cap)


def draw_contributions(
    span: Span,
    people: Population,
    employers: Employers,
    enrolled: Enrolments,
    bases: BaseBook,
    yearly: Contributions,
) -> Contributions:
    """Return all contributions: monthly, quarterly in advance, back-payments, residents' ``yearly`` ones."""
    rng = span.stream("contributions")
    quarterly = (
        (people.role == FLEXIBLE_ROLE) & happens(rng, people.count, 0.25) & (people.retires > span.last + 4)
    )
    monthly = np.isin(enrolled.scheme, parameters.MONTHLY_SCHEMES)
    ahead = quarterly[enrolled.person] & (enrolled.identity == FLEXIBLE)
    back = _back_payers(rng, people, enrolled)
    parts = []
    for index, month in enumerate(span.numbers):
        due = monthly & (enrolled.pay_from <= month) & (month < enrolled.pay_until)
        due &= (month < enrolled.gap_from) | (month >= enrolled.gap_until)
        parts.append(_booked(bases, employers, enrolled, np.flatnonzero(due & ~ahead), month, month))
        if month % 3 == 0 or not index:
            rows = np.flatnonzero(due & ahead)
            parts.extend(
                _booked(bases, employers, enrolled, rows, month, later)
                for later in range(month, month - month % 3 + 3)
            )
        rows = np.flatnonzero(back & (enrolled.pay_from + 1 == month))
        parts.extend(
            _booked(bases, employers, enrolled, rows, month, month - 1 - gone, kind=BACK) for gone in (1, 2)
        )
        parts.append(picked(yearly, np.flatnonzero(yearly.since == index)))
    whole = stacked(*parts)
    whole.since[:] = span.index(whole.booked)
    whole.ids[:] = _FIRST_ID + np.arange(len(whole.ids))
    _miss_payments(span, employers, whole)
    day = rng.integers(6, 26, size=len(whole.ids))
    whole.arrived_on[:] = np.where(whole.has_arrived, clock.day_in(whole.booked, day), 0)
    return whole


def _booked(
    bases: BaseBook,
    employers: Employers,
    enrolled: Enrolments,
    rows: np.ndarray,
    booked: int,
    for_month: int,
    kind: int = REGULAR,
) -> Contributions:
    """Return one row per enrolment for one month, paid in full."""
    person, scheme = enrolled.person[rows], enrolled.scheme[rows]
    employer, identity = enrolled.employer[rows], enrolled.identity[rows]
    wage, base = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    employer_rate, person_rate = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    for code in parameters.MONTHLY_SCHEMES:
        chosen = scheme == code
        wages, all_bases = bases.at(code, for_month)
        wage[chosen], base[chosen] = wages[person[chosen]], all_bases[person[chosen]]
        for who in (EMPLOYEE, FLEXIBLE):
            both = chosen & (identity == who)
            employer_rate[both], person_rate[both] = parameters.rates(code, who)
    injury = scheme == parameters.INJURY
    employer_rate[injury] = np.array(parameters.RISK_RATES)[employers.risk_class[employer[injury]] - 1]
    dual = (employer >= 0) & employers.is_dual[employer] & ~injury
    return paid_in_full(
        enrolled,
        rows,
        booked=booked,
        for_month=for_month,
        kind=kind,
        wage=wage,
        base=base,
        due_employer=np.where(dual, 0, parameters.premium(base, employer_rate)),
        due_person=parameters.premium(base, person_rate),
    )


def paid_in_full(
    enrolled: Enrolments,
    rows: np.ndarray,
    *,
    booked: np.ndarray | int,
    for_month: np.ndarray | int,
    kind: int,
    wage: np.ndarray,
    base: np.ndarray,
    due_employer: np.ndarray,
    due_person: np.ndarray,
) -> Contributions:
    """Return one arrived contribution per enrolment; months are for all, or one each."""
    size = len(rows)
    zeros = np.zeros(size, dtype=np.int64)
    return Contributions(
        ids=zeros.copy(),
        enrolment=rows,
        person=enrolled.person[rows],
        employer=enrolled.employer[rows],
        scheme=enrolled.scheme[rows],
        booked=zeros + booked,
        for_month=zeros + for_month,
        covers_from=zeros.copy(),
        covers_to=zeros.copy(),
        kind=zeros + kind,
        wage=wage,
        base=base,
        due_employer=due_employer,
        due_person=due_person,
        paid_employer=due_employer.copy(),
        paid_person=due_person.copy(),
        has_arrived=np.ones(size, dtype=bool),
        arrived_on=zeros.copy(),
        since=zeros.copy(),
        is_extra=np.zeros(size, dtype=bool),
    )


def _back_payers(rng: np.random.Generator, people: Population, enrolled: Enrolments) -> np.ndarray:
    joined = people.joined[enrolled.person]
    chosen = happens(rng, people.count, 0.3)
    return (joined > 0) & (enrolled.pay_from == joined) & chosen[enrolled.person]


def _miss_payments(span: Span, employers: Employers, rows: Contributions) -> None:
    """Let employers in arrears pay nothing for the months they miss."""
    start = span.first + employers.arrears_from[rows.employer]
    until = span.first + employers.arrears_until[rows.employer]
    missed = (rows.employer >= 0) & (employers.arrears_from[rows.employer] >= 0)
    missed &= (rows.booked >= start) & (rows.booked < until) & (rows.kind == REGULAR)
    rows.has_arrived[missed] = False
    rows.paid_employer[missed] = 0
    rows.paid_person[missed] = 0

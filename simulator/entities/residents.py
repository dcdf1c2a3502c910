"""What residents pay: once for a calendar year, pensions within it, medical mostly the autumn before."""

from __future__ import annotations

import numpy as np

from simulator import clock, parameters
from simulator.columns import picked, stacked
from simulator.entities.contributions import REGULAR, Contributions, paid_in_full
from simulator.entities.enrolments import Enrolments
from simulator.entities.population import Population
from simulator.parameters import RESIDENT
from simulator.span import Span

_TIERS = np.array([20_000, 30_000, 50_000, 100_000, 200_000])
_MEDICAL_PREMIUM = 38_000
_COLLECTION_SHARES = (0.3, 0.3, 0.3, 0.05, 0.05)


def draw_yearly(span: Span, people: Population, enrolled: Enrolments) -> Contributions:
    """Return residents' contributions of the years around the range, earlier ones included."""
    rng = span.stream("residents")
    tier = _TIERS[rng.integers(len(_TIERS), size=people.count)]
    pension = enrolled.scheme == parameters.RESIDENT_PENSION
    savers = np.flatnonzero(pension & (enrolled.pay_until > span.first))
    medical = enrolled.scheme == parameters.RESIDENT_MEDICAL
    patients = np.flatnonzero(medical & (enrolled.identity == RESIDENT))
    parts = []
    for year in range(span.first // 12 - 1, span.last // 12 + 2):
        january = year * 12
        booked = january + rng.integers(1, 11, size=len(savers))
        amount = tier[enrolled.person[savers]]
        parts.append(_paid(span, people, enrolled, savers, year=year, booked=booked, amount=amount))
        booked = january - 3 + rng.choice(5, size=len(patients), p=_COLLECTION_SHARES)
        amount = np.full(len(patients), _MEDICAL_PREMIUM)
        parts.append(_paid(span, people, enrolled, patients, year=year, booked=booked, amount=amount))
    whole = stacked(*parts)
    whole.since[:] = span.index(whole.booked)
    return picked(whole, np.argsort(whole.since, kind="stable"))


def _paid(
    span: Span,
    people: Population,
    enrolled: Enrolments,
    rows: np.ndarray,
    *,
    year: int,
    booked: np.ndarray,
    amount: np.ndarray,
) -> Contributions:
    """Return what the living paid once enrolled; paid ahead, it is for January."""
    part = paid_in_full(
        enrolled,
        rows,
        booked=booked,
        for_month=np.maximum(booked, year * 12),
        kind=REGULAR,
        wage=amount,
        base=amount,
        due_employer=np.zeros(len(rows), np.int64),
        due_person=amount.copy(),
    )
    part.covers_from[:], part.covers_to[:] = year * 12, year * 12 + 11
    died = people.died[part.person]
    # Nobody pays ahead for a year whose beginning they do not live to see.
    lives = (died == 0) | ((booked < clock.month_of(died)) & (part.for_month <= clock.month_of(died)))
    enrolled_by_then = clock.month_of(enrolled.begun[rows]) <= booked
    return picked(part, np.flatnonzero(lives & enrolled_by_then & (booked <= span.last)))

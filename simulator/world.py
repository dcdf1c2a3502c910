"""A city drawn in numbers, faults included, before any of it is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.entities import (
    benefits,
    collection,
    contributions,
    deaths,
    employers,
    employment,
    enrolments,
    payments,
    population,
    residents,
)
from simulator.entities.cast import Cast, draw_cast
from simulator.faults import money, registers
from simulator.span import Span
from simulator.truth import Truth


@dataclass(frozen=True)
class World:
    """Everything drawn; ``person_ids`` are the ids of the people, then those nobody knows."""

    span: Span
    people: population.Population
    firms: employers.Employers
    cast: Cast
    spells: employment.Spells
    enrolled: enrolments.Enrolments
    known: np.ndarray
    paid_in: contributions.Contributions
    person_ids: np.ndarray
    dues: collection.UnitDues
    rights: benefits.Entitlements
    paid_out: payments.Payments


def draw_world(span: Span, persons: int, truth: Truth) -> World:
    """Draw a city; the same span and number of persons give the same one."""
    people = population.draw_population(span, persons)
    firms = employers.draw_employers(span, persons)
    registers.plant_tax_numbers(span, firms, truth)
    registers.plant_employer_names(span, firms, truth)
    cast = draw_cast(span, people)
    known = deaths.known_index(span, people, cast)
    spells = employment.draw_spells(span, people, firms, cast)
    enrolled = enrolments.unfold(spells)
    bases = contributions.BaseBook(span, people)
    yearly = residents.draw_yearly(span, people, enrolled)
    paid_in = contributions.draw_contributions(span, people, firms, enrolled, bases, yearly)
    paid_in, person_ids = money.plant_money_faults(span, people, firms, enrolled, cast, paid_in, truth)
    own = slice(0, people.count)
    leaves = (spells.after[own] == employment.SUSPENDED) & (spells.pay_until[own] > span.first)
    rights = benefits.draw_entitlements(
        span,
        people,
        cast,
        known=known,
        left_in=np.where(leaves, spells.pay_until[own], 0),
        public=(spells.employer[own] >= 0) & firms.is_government[spells.employer[own]],
    )
    return World(
        span=span,
        people=people,
        firms=firms,
        cast=cast,
        spells=spells,
        enrolled=enrolled,
        known=known,
        paid_in=paid_in,
        person_ids=person_ids,
        dues=collection.unit_dues(span, firms, paid_in),
        rights=rights,
        paid_out=payments.draw_payments(span, people, cast, rights),
    )

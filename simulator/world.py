"""A city drawn in numbers, faults included, before any of it is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.columns import stacked
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
from simulator.faults.crosschecks import casting, scenes
from simulator.faults.crosschecks.stage import Stage
from simulator.span import Span
from simulator.truth import Truth


@dataclass(frozen=True)
class World:
    """Everything drawn; ``person_ids`` are the ids of the people, then those nobody knows.

    ``stage`` says what the players of the cross-checks changed; ``before`` how many rows of each table
    stand before theirs. ``is_planted`` whether the flows of money carry errors, too.
    """

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
    stage: Stage
    before: dict[str, int]
    is_planted: bool


def draw_world(span: Span, persons: int, truth: Truth, *, plants: int) -> World:
    """Draw a city; the same span, persons and ``plants`` of each cross-check give the same one."""
    people = population.draw_population(span, persons)
    firms = employers.draw_employers(span, persons)
    registers.plant_tax_numbers(span, firms, truth)
    registers.plant_employer_names(span, firms, truth)
    stage = scenes.play(span, people, firms, truth, times=plants)
    people, firms = stacked(people, casting.players(stage)), stacked(firms, casting.employers(stage))
    cast = draw_cast(span, people)
    known = deaths.known_index(span, people, cast)
    spells = employment.draw_spells(span, people, firms, cast)
    enrolled = enrolments.unfold(spells)
    bases = contributions.BaseBook(span, people)
    yearly = residents.draw_yearly(span, people, enrolled)
    paid_in = contributions.draw_contributions(span, people, firms, enrolled, bases, yearly)
    before = {"AC01": 0, "AC02": len(enrolled.ids), "AC43": len(paid_in.ids)}
    paid_in = stacked(
        paid_in,
        casting.contributions(
            stage, enrolments_before=len(enrolled.ids), first_id=int(paid_in.ids.max()) + 1
        ),
    )
    enrolled = stacked(enrolled, casting.enrolments(stage, len(enrolled.ids)))
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
    paid_out = payments.draw_payments(span, people, cast, rights)
    before |= {"AC60": len(rights.person), "AC82": len(paid_out.entry)}
    paid_out = stacked(paid_out, casting.payments(stage, rights_before=len(rights.person)))
    rights = stacked(rights, casting.entitlements(stage))
    scenes.name_payments(truth, first_id=payments.FIRST_ID + before["AC82"])
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
        paid_out=paid_out,
        stage=stage,
        before=before,
        is_planted=plants > 0,
    )

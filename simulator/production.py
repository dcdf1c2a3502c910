"""The production tables of a city, assembled: registers, money, and the faults in them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator import (
    benefits,
    collection,
    enrolments,
    faults_people,
    faults_registers,
    payments,
    registers,
)
from simulator.codes import code_table
from simulator.history import Columns, History
from simulator.truth import Truth
from simulator.world import World

_HANDLERS = np.array([f"H{number:02d}" for number in range(1, 10)], dtype=object)
_WITHOUT_HANDLERS = frozenset({"AA10", "AC43", "AC83"})
_REVIEWERS = np.array([f"F{number:02d}" for number in range(1, 5)], dtype=object)


def production_histories(world: World, truth: Truth) -> list[History]:
    """Return all production tables over the months of the range."""
    span, people, firms = world.span, world.people, world.firms
    enrolled = enrolments.enrolment_history(span, people, firms, world.enrolled, world.known)
    faults_registers.plant_enrolment_faults(span, people, world.enrolled, world.cast, enrolled, truth)
    made = [
        code_table(),
        *registers.employer_histories(span, firms),
        collection.unit_history(span, firms, world.dues),
        _persons(world, truth),
        enrolled,
        collection.contribution_history(span, firms, world.paid_in, world.person_ids),
        registers.account_history(span, people, world.spells, world.rights),
        benefits.entitlement_history(span, people, world.rights),
        benefits.item_history(span, world.rights),
        *payments.payment_histories(span, people, world.rights, world.paid_out),
        *registers.monitored_histories(span, people, world.rights),
    ]
    for history in made:
        if history.table not in _WITHOUT_HANDLERS:
            history.render = _with_handlers(history.render)
    return made


def _persons(world: World, truth: Truth) -> History:
    span, people = world.span, world.people
    columns = registers.person_columns(span, people, world.spells)
    since = np.where(people.joined > 0, people.joined - span.first, 0)
    faults = faults_people.plant_person_faults(span, people, world.cast, columns, truth)
    since = faults_people.repeat_person_rows(faults, since)
    history = registers.person_history(span, people, world.spells, columns, since, world.known)
    faults.correct(history)
    return history


def _with_handlers(render: Callable[[np.ndarray], Columns]) -> Callable[[np.ndarray], Columns]:
    """Add who handled and who reviewed each row (never the same person), and a document number."""

    def rendered(rows: np.ndarray) -> Columns:
        columns = dict(render(rows))
        columns["AAE011"] = _HANDLERS[rows % 9]
        columns["YAE016"] = _REVIEWERS[rows % 4]
        columns["YAE013"] = np.where(rows % 5 == 0, "D0001", None)
        return columns

    return rendered

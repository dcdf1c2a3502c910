"""Faults planted in AC60, AC61, AC82 and AC83: none moves money between schemes, divisions or months.

Only the living who play no part are touched, and of what they are paid only what never changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.clock import FOREVER
from simulator.entities.benefits import DEATH_BENEFIT, NORMAL, Entitlements
from simulator.entities.payments import PAID, PENDING, RETURNED, Payments
from simulator.faults.consequences import Consequences
from simulator.faults.planting import Planting
from simulator.history import History
from simulator.span import Span
from simulator.truth import Truth

_UNKNOWN_PERSON = 2306_9997_0001
_UNKNOWN_ENTITLEMENT = 39_000_001
_SAMPLED_DECOYS = 10
_YUAN = 100
_HALF_YEAR = 6


@dataclass(frozen=True)
class BenefitTables:
    """The tables of benefits, and what they are built from; ``county``, ``steady`` and ``ids`` are by person.

    ``steady`` are those who may be touched: alive, without a part, on file from the start, never moving.
    """

    rights: Entitlements
    paid_out: Payments
    county: np.ndarray
    steady: np.ndarray
    ids: np.ndarray
    entitlements: History
    items: History
    payments: History
    payment_items: History


def plant_benefit_faults(span: Span, tables: BenefitTables, truth: Truth) -> Consequences:
    """Plant all faults of AC60, AC61 and AC82; return what records their consequences."""
    rights = tables.rights
    points = Consequences(span, tables.ids, rights, tables.paid_out, truth)
    lasts = tables.steady[rights.person] & (rights.ends_in == FOREVER) & (rights.pay_until == FOREVER)
    touched = np.zeros(len(rights.person), dtype=bool)
    touched[_plant_entitlements(span, tables, lasts, truth, points)] = True
    touched[_plant_items(span, tables, lasts, truth, points)] = True
    _plant_payments(span, tables, truth, points, touched)
    return points


def _plant_entitlements(
    span: Span, tables: BenefitTables, lasts: np.ndarray, truth: Truth, points: Consequences
) -> list[int]:
    """Return the entitlements of which payments are judged otherwise."""
    touched = []
    rights = tables.rights
    first = rights.first_month
    county = tables.county[rights.person]
    plants = Planting(span, tables.entitlements, truth, ("AAZ257",), county, lasts.copy())
    for place, row in enumerate(plants.draw(0.004)):
        is_kind = place % 2 and first[row] < span.first - _HALF_YEAR
        column, wrong = ("AIC161", "04") if is_kind else ("AAE116", "9")
        corrected = plants.put("AC60-2", row, column, wrong)
        if is_kind and rights.kind[row] == NORMAL:
            points.unpensioned(row, corrected=corrected)
            touched.append(row)
    for row in plants.draw(0.004):
        corrected = plants.put("AC60-3", row, "AAE211", clock.month_code(int(first[row]) - 1))
        points.ended(row, corrected=corrected)
        touched.append(row)
    for place, row in enumerate(plants.draw(0.002)):
        column, wrong = (("AIC162", "20230229"), ("AAE211", "000000"))[place % 2]
        plants.put("AC60-0", row, column, wrong)
    for row in plants.draw(0.002):
        plants.pretend("AC60-0", row, "AIC162", "2024-02-29", why="a leap day, with dashes")
    for row in plants.draw(0.002):
        why = "full-width digits fold to ASCII"
        plants.pretend("AC60-2", row, "AAE116", "１", why=why)
    granted = (rights.kind == DEATH_BENEFIT) & (rights.ends_in < span.count)
    for row in np.flatnonzero(granted)[:_SAMPLED_DECOYS].tolist():
        item = {**plants.item(row), "first_month": span.months[int(rights.ends_in[row])]}
        truth.decoy("AC60-3", why="a grant begins and ends in one month", **item)
    like = plants.draw(0.003)
    size = len(like)
    for row in plants.append(
        like,
        AAZ257=range(int(rights.ids.max()) + 1, int(rights.ids.max()) + 1 + size),
        AAC001=[str(_UNKNOWN_PERSON + place) for place in range(size)],
        AAE116=["2"] * size,
    ):
        truth.plant("AC60-1", **plants.item(row))
    return touched


def _plant_items(
    span: Span, tables: BenefitTables, lasts: np.ndarray, truth: Truth, points: Consequences
) -> list[int]:
    """Return the entitlements that are paid otherwise than approved."""
    touched = []
    columns = tables.items.render(np.arange(len(tables.items.since)))
    entry = np.asarray(columns["AAZ257"], dtype=np.int64) - int(tables.rights.ids[0])
    plants = Planting(
        span, tables.items, truth, ("AAZ257", "AAA036", "AAE041"), tables.county[tables.rights.person[entry]],
        lasts[entry], is_placed=False,
    )  # fmt: skip
    for place, row in enumerate(plants.draw(0.002)):
        start = _month(plants.columns["AAE041"][row])
        corrected = plants.put("AC61-1", row, "AAE019", (0, -90 * _YUAN)[place % 2])
        points.approved(int(entry[row]), since=start, corrected=corrected)
        touched.append(int(entry[row]))
    for row in plants.draw(0.002):
        start = _month(plants.columns["AAE041"][row])
        corrected = plants.put("AC61-1", row, "AAE042", clock.month_code(start - 1))
        points.approved(int(entry[row]), since=start, corrected=corrected)
        touched.append(int(entry[row]))
    for row in plants.draw(0.002):
        start = plants.columns["AAE041"][row]
        plants.pretend("AC61-1", row, "AAE042", start, why="in force for one month")
        points.approved(int(entry[row]), since=_month(start) + 1)
        touched.append(int(entry[row]))
    like = plants.draw(0.001)
    for row in plants.append(like, AAZ257=range(_UNKNOWN_ENTITLEMENT, _UNKNOWN_ENTITLEMENT + len(like))):
        truth.plant("AC61-1", **plants.item(row))
    return touched


def _month(code: str) -> int:
    return clock.month_number(f"{code[:4]}-{code[4:]}")


def _plant_payments(
    span: Span, tables: BenefitTables, truth: Truth, points: Consequences, touched: np.ndarray
) -> None:
    paid_out, person = tables.paid_out, tables.rights.person[tables.paid_out.entry]
    plants = Planting(span, tables.payments, truth, ("AAZ220",), tables.county[person], tables.steady[person])
    at_once = paid_out.result == PAID
    plain = at_once & ~touched[paid_out.entry]
    pension = tables.rights.kind[paid_out.entry] == NORMAL
    among = plain & pension & (tables.rights.scheme[paid_out.entry] == parameters.PENSION)
    _swap_persons(tables, plants, among, points, touched)
    plain &= ~np.isin(person, sorted(points.receivers))
    for row in plants.draw(0.0008, among=plain & (paid_out.for_month == paid_out.booked)):
        corrected = plants.put("AC82-3", row, "AAE003", clock.month_code(int(paid_out.booked[row]) + 1))
        points.moved(row, corrected=corrected)
    for row in plants.draw(0.1, among=paid_out.result == RETURNED):
        plants.put("AC82-4", row, "AAE357", None)
    decoys = (
        ("AC82-3", at_once & (paid_out.for_month < paid_out.booked), "paid again after the bank returned it"),
        ("AC82-4", paid_out.result == PENDING, "pending: nothing was returned yet"),
        ("AC82-4", paid_out.result == RETURNED, "returned with a reason"),
    )
    for rule, rows, why in decoys:
        for row in np.flatnonzero(rows & plants.free)[:_SAMPLED_DECOYS].tolist():
            truth.decoy(rule, why=why, **plants.item(row))
    _change_items(tables, plants, at_once)


def _swap_persons(
    tables: BenefitTables, plants: Planting, among: np.ndarray, points: Consequences, touched: np.ndarray
) -> None:
    """Book payments under another pensioner of the same scheme and county."""
    rights = tables.rights
    others = tables.steady[rights.person] & (rights.kind == NORMAL) & (rights.scheme == parameters.PENSION)
    others &= ~touched
    ids = plants.columns["AAC001"].copy()
    for row in plants.draw(0.0008, among=among):
        own = rights.person[tables.paid_out.entry[row]]
        near = np.flatnonzero(others & (tables.county[rights.person] == plants.county[row]))
        near = near[rights.person[near] != own]
        paid = np.flatnonzero(np.isin(tables.paid_out.entry, near))
        if len(paid):
            chosen = paid[row % len(paid)]
            corrected = plants.put("AC82-1", row, "AAC001", ids[chosen])
            person = int(rights.person[tables.paid_out.entry[chosen]])
            points.received(row, person, corrected=corrected)


def _change_items(tables: BenefitTables, plants: Planting, at_once: np.ndarray) -> None:
    """Let the items of a payment add up to a yuan more, and of decoys to a cent more."""
    entry, _ = np.nonzero(tables.paid_out.amounts > 0)
    first = np.searchsorted(entry, np.arange(len(tables.paid_out.entry)))
    whole = tables.payment_items.render(np.arange(len(entry)))
    columns = {name: np.array(values) for name, values in whole.items()}
    for rate, more, why in ((0.0008, _YUAN, None), (0.0004, 1, "a cent of rounding")):
        for row in plants.draw(rate, among=at_once):
            columns["AAE019"][first[row]] += more
            if why is None:
                plants.truth.plant("AC82-2", **plants.item(row))
            else:
                plants.truth.decoy("AC82-2", why=why, **plants.item(row))
    tables.payment_items.render = lambda rows: {name: values[rows] for name, values in columns.items()}

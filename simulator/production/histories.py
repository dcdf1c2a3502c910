"""The production tables of a city, assembled: registers, money, and the faults in them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator import clock
from simulator.entities import benefits, collection, enrolments, payments
from simulator.entities.population import EMPLOYED, FLEXIBLE, RETIRED_ROLES
from simulator.faults import benefits as faults_benefits
from simulator.faults import others
from simulator.faults import people as faults_people
from simulator.faults import registers as faults_registers
from simulator.faults.consequences import record_open_claims
from simulator.history import Columns, History, Scalar, or_none
from simulator.production import registers
from simulator.production.codes import code_table
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
    employers, schemes = registers.employer_histories(span, firms)
    others.plant_scheme_faults(span, firms, schemes, truth)
    units = collection.unit_history(span, firms, world.dues)
    others.plant_unit_faults(span, firms, world.dues, units, truth)
    histories = [
        code_table(),
        employers,
        schemes,
        units,
        _persons(world, truth),
        enrolled,
        collection.contribution_history(span, firms, world.paid_in, world.person_ids),
        _accounts(world, truth),
        *_benefits(world, truth),
        *_monitored(world, truth),
    ]
    for history in histories:
        _change(world, history)
        if history.table not in _WITHOUT_HANDLERS:
            history.render = _with_handlers(history.render)
    return histories


def _change(world: World, history: History) -> None:
    """Change what the players' scenes change, each in its month."""
    for change in world.stage.changes[history.table]:
        row = world.before[history.table] + change.place
        since = int(history.since[row]) if change.since < 0 else change.since
        history.update(since, [row], **change.columns)


def _items(world: World) -> list[dict[str, Scalar]]:
    """Return what was approved for players later, under the ids of their entitlements."""
    ids = world.rights.ids
    return [{**item, "AAZ257": int(ids[world.before["AC60"] + place])} for place, item in world.stage.items]


def _persons(world: World, truth: Truth) -> History:
    span, people = world.span, world.people
    columns = registers.person_columns(span, people, world.spells)
    since = np.where(people.joined > 0, people.joined - span.first, 0)
    judged = np.isin(np.arange(people.count), world.rights.person)
    judged[_first_months_wrong(world, truth)] = True
    faults = faults_people.plant_person_faults(
        span, people, world.cast, columns, _stays(world), judged, truth
    )
    since = faults_people.repeat_person_rows(faults, since)
    history = registers.person_history(span, people, world.spells, columns, since, world.known)
    faults.correct(history)
    return history


def _first_months_wrong(world: World, truth: Truth) -> np.ndarray:
    """Return the persons of enrolments whose planted first month is judged by the birthday, too."""
    planted = [str(item["key"]) for item in truth.planted["AC02-3"]]
    return world.enrolled.person[np.isin(world.enrolled.ids.astype(str), planted)]


def _accounts(world: World, truth: Truth) -> History:
    span, people = world.span, world.people
    history, holder = registers.account_history(span, people, world.spells, world.rights)
    history.append(world.stage.accounts)
    holder = np.concatenate([holder, [player.index for player in world.stage.savers]]).astype(np.int64)
    settled = _steady(world) & ~np.isin(people.role, (EMPLOYED, FLEXIBLE))
    others.plant_account_faults(span, holder, people.county, settled, history, truth)
    return history


def _benefits(world: World, truth: Truth) -> list[History]:
    span, people, rights = world.span, world.people, world.rights
    paid, paid_items = payments.payment_histories(span, people, rights, world.paid_out)
    items = benefits.item_history(span, rights)
    items.append(_items(world))
    tables = faults_benefits.BenefitTables(
        rights=rights,
        paid_out=world.paid_out,
        county=people.county,
        steady=_steady(world),
        ids=people.ids,
        entitlements=benefits.entitlement_history(span, people, rights),
        items=items,
        payments=paid,
        payment_items=paid_items,
    )
    points = faults_benefits.plant_benefit_faults(span, tables, truth)
    for person in world.cast.paid_on.tolist():
        died = clock.month_of(int(people.died[person]))
        points.known_late(person, died, int(world.known[person]))
    return [tables.entitlements, tables.items, paid, paid_items]


def _monitored(world: World, truth: Truth) -> tuple[History, History]:
    span, people, steady = world.span, world.people, _steady(world)
    claims, transfers = registers.monitored_histories(span, people, world.rights)
    claims.append(world.stage.claims)
    retired, working = (steady & np.isin(people.role, roles) for roles in (RETIRED_ROLES, (EMPLOYED,)))
    others.plant_claims(span, claims, people.ids, people.county, retired, truth)
    record_open_claims(span, claims, truth)
    others.plant_transfers(span, transfers, people.ids, people.county, working, truth)
    return claims, transfers


def _steady(world: World) -> np.ndarray:
    """Who lives, plays no part, is on file from the beginning and stays in one county."""
    people = world.people
    return _stays(world) & ~world.cast.reserved & (people.died == 0) & (people.joined == 0)


def _stays(world: World) -> np.ndarray:
    """Who is on file in one county all the time."""
    people, spells = world.people, world.spells
    stays = spells.county[: people.count] == people.county
    stays[spells.person[people.count :]] = False
    return stays


def _with_handlers(render: Callable[[np.ndarray], Columns]) -> Callable[[np.ndarray], Columns]:
    """Add who handled and who reviewed each row (never the same person), and a document number."""

    def rendered(rows: np.ndarray) -> Columns:
        columns = dict(render(rows))
        columns["AAE011"] = _HANDLERS[rows % 9]
        columns["YAE016"] = _REVIEWERS[rows % 4]
        columns["YAE013"] = or_none(rows % 5 == 0, "D0001")
        return columns

    return rendered

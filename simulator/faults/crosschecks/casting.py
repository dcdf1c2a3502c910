"""From the stage to the city: the players' rows as the entities hold them."""

from __future__ import annotations

import numpy as np

from simulator import clock
from simulator.clock import FOREVER
from simulator.entities.benefits import Entitlements
from simulator.entities.contributions import Contributions
from simulator.entities.employers import Employers
from simulator.entities.employment import ACTIVE, TERMINATED
from simulator.entities.enrolments import FIRST_ID as FIRST_ENROLMENT
from simulator.entities.enrolments import Enrolments
from simulator.entities.payments import PAID, PENDING, Payments
from simulator.entities.population import PLAYER, Population
from simulator.faults.crosschecks.stage import Stage

_ARRIVAL_DAY = 16
_ITEMS = 3


def players(stage: Stage) -> Population:
    """Return the players as people; nothing happens to them but what the scenes say."""
    people = stage.players
    count = len(people)
    return Population(
        ids=_texts([p.id for p in people]),
        role=np.full(count, PLAYER),
        male=np.array([p.male for p in people], dtype=bool),
        cadre=np.array([p.cadre for p in people], dtype=bool),
        birth=_numbers([p.birth for p in people]),
        body=_numbers([0] * count),
        number=_texts([p.number for p in people]),
        name=_texts([p.name for p in people]),
        county=_numbers([p.county for p in people]),
        joined=_numbers([0] * count),
        died=_numbers([0] * count),
        retires=np.full(count, FOREVER // 2),
    )


def employers(stage: Stage) -> Employers:
    """Return the founded employers: small traders on single base, never in arrears."""
    firms = stage.founded
    count = len(firms)
    never = np.full(count, -1)
    return Employers(
        ids=_texts([firm.id for firm in firms]),
        name=_texts([f"大庆众合第{firm.index}商贸有限公司" for firm in firms]),
        tax_number=_texts([firm.tax_number for firm in firms]),
        county=_numbers([firm.county for firm in firms]),
        is_government=np.zeros(count, dtype=bool),
        is_dual=np.zeros(count, dtype=bool),
        industry=_texts(["F51"] * count),
        risk_class=np.ones(count, dtype=np.int64),
        weight=np.zeros(count),
        arrears_from=never,
        arrears_until=never,
        cleared_in=never,
    )


def enrolments(stage: Stage, before: int) -> Enrolments:
    """Return the players' enrolments, behind ``before`` others."""
    rows = stage.enrolled
    begun = _numbers([row.begun for row in rows])
    never = np.full(len(rows), FOREVER)
    until = _numbers([row.until for row in rows])
    return Enrolments(
        ids=FIRST_ENROLMENT + before + np.arange(len(rows)),
        person=_numbers([row.player.index for row in rows]),
        employer=_numbers([row.employer for row in rows]),
        scheme=_numbers([row.scheme for row in rows]),
        identity=_numbers([row.identity for row in rows]),
        county=_numbers([row.county for row in rows]),
        begun=begun,
        first_month=clock.month_of(begun),
        pay_from=clock.month_of(begun),
        pay_until=until,
        gap_from=never,
        gap_until=never,
        after=np.where(until < FOREVER, TERMINATED, ACTIVE),
    )


def contributions(stage: Stage, *, enrolments_before: int, first_id: int) -> Contributions:
    """Return the players' contributions; their enrolments stand behind others."""
    rows = stage.paid_in
    arrived = np.array([row.arrived for row in rows], dtype=bool)
    booked = _numbers([row.booked for row in rows])
    due_employer = _numbers([row.due_employer for row in rows])
    due_person = _numbers([row.due_person for row in rows])
    base = _numbers([row.base for row in rows])
    return Contributions(
        ids=first_id + np.arange(len(rows)),
        enrolment=enrolments_before + _numbers([row.enrolled.place for row in rows]),
        person=_numbers([row.enrolled.player.index for row in rows]),
        employer=_numbers([row.enrolled.employer for row in rows]),
        scheme=_numbers([row.enrolled.scheme for row in rows]),
        booked=booked,
        for_month=_numbers([row.for_month for row in rows]),
        covers_from=_numbers([row.covers[0] for row in rows]),
        covers_to=_numbers([row.covers[1] for row in rows]),
        kind=_numbers([row.kind for row in rows]),
        wage=base.copy(),
        base=base,
        due_employer=due_employer,
        due_person=due_person,
        paid_employer=np.where(arrived, due_employer, 0),
        paid_person=np.where(arrived, due_person, 0),
        has_arrived=arrived,
        arrived_on=np.where(arrived, clock.day_in(booked, _ARRIVAL_DAY), 0),
        since=stage.span.index(booked),
        is_extra=np.zeros(len(rows), dtype=bool),
    )


def entitlements(stage: Stage) -> Entitlements:
    """Return the players' entitlements."""
    rows = stage.rights
    first = _numbers([row.first for row in rows])
    last = _numbers([row.last for row in rows])
    ended = _numbers([row.ended_in for row in rows])
    return Entitlements(
        person=_numbers([row.player.index for row in rows]),
        scheme=_numbers([row.scheme for row in rows]),
        kind=_numbers([row.kind for row in rows]),
        first_month=first,
        entitled_on=clock.day_in(first - 1, 15),
        pay_until=np.where(last > 0, last + 1, FOREVER),
        last_month=last,
        ends_in=np.where(last > 0, ended - stage.span.first, FOREVER),
        since=stage.span.index(first),
        items=_table([[code for code, _ in row.items] for row in rows]),
        amounts=_table([[cents for _, cents in row.items] for row in rows]),
        raised=np.zeros(len(rows), dtype=np.int64),
    )


def payments(stage: Stage, *, rights_before: int) -> Payments:
    """Return the players' payments; their entitlements stand behind others."""
    rows = stage.paid_out
    booked = _numbers([row.booked for row in rows])
    result = _numbers([row.result for row in rows])
    since = stage.span.index(booked)
    pending = np.where(since + 1 < stage.span.count, since + 1, FOREVER)
    return Payments(
        entry=rights_before + _numbers([row.right.place for row in rows]),
        booked=booked,
        for_month=_numbers([row.for_month for row in rows]),
        amounts=_table([list(row.amounts) for row in rows]),
        channel=_numbers([row.channel for row in rows]),
        result=result,
        reason=_texts([row.reason for row in rows]),
        since=since,
        paid_since=np.select([result == PAID, result == PENDING], [since, pending], FOREVER),
    )


def _numbers(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def _texts(values: list[str] | list[str | None]) -> np.ndarray:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts


def _table(rows: list[list[int]]) -> np.ndarray:
    padded = [(*row, *(0,) * (_ITEMS - len(row))) for row in rows]
    return np.array(padded, dtype=np.int64).reshape(len(rows), _ITEMS)

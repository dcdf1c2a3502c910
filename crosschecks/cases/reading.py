"""One case as people see it: its point, its events, and the months that list it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import class_row

from fundwatch.acts.case_steps import FOLLOWS
from fundwatch.acts.cases import find_case, standing_of


@dataclass(frozen=True)
class Event:
    """One event of a case; ``amount`` is what it says, ``case_amount`` what the case was about then, yuan.

    ``void_because`` says why it counts no more, as fundwatch.labels.cases has it; None where it stands.
    """

    number: int
    state: str
    finding: str | None
    decision: str | None
    outcome: str | None
    amount: Decimal | None
    until_on: date | None
    note: str
    actor: str
    is_run: bool
    from_month: str
    recorded_at: datetime
    case_amount: Decimal | None
    void_because: str | None


@dataclass(frozen=True)
class MonthOfCase:
    """How the data of one month list a case."""

    month: str
    state: str
    outcome: str | None
    months: int | None
    amount: Decimal | None
    evidence_rows: int


@dataclass(frozen=True)
class Case:
    """One case, its events in order, and the months that list it, the first of them first."""

    case_id: str
    state: str
    following: tuple[str, ...]
    point: dict[str, Any]
    evidence: list[dict[str, Any]]
    events: list[Event]
    months: list[MonthOfCase]


def show(connection: psycopg.Connection, case: str) -> Case:
    """Return a case, given by its id or the beginning of it.

    Raises: NotFound, NotUnique.
    """
    standing = standing_of(connection, find_case(connection, case))
    with connection.cursor(row_factory=class_row(Event)) as cursor:
        events = cursor.execute(_EVENTS, {"case": standing.case_id}).fetchall()
    with connection.cursor(row_factory=class_row(MonthOfCase)) as cursor:
        months = cursor.execute(_MONTHS, (standing.case_id,)).fetchall()
    point = dict(standing.point)
    evidence = json.loads(point.pop("evidence"))
    return Case(standing.case_id, standing.state, FOLLOWS[standing.state], point, evidence, events, months)


_EVENTS = """
select
    number, state, finding, decision, outcome, amount, until_on, note, actor, is_run, from_month, recorded_at,
    case_amount, void_because
from ops.case_events
left join ops.void_case_events(%(case)s) using (number)
where case_id = %(case)s
order by number
"""
_MONTHS = """
select month, state, outcome, months, amount, jsonb_array_length(cast(evidence as jsonb)) as evidence_rows
from crosschecks.cases
where case_id = %s
order by month
"""

"""Records what somebody did about a case: one event, its entry in the audit log, and what follows at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from fundwatch import audit
from fundwatch.actors import is_same_person, name_of_signer
from fundwatch.acts.case_standing import last_event, restate_person
from fundwatch.acts.case_steps import Act, checked, require_step
from fundwatch.case_yields import decision_before
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import CaseMoved, NotFound, NotUnique, SamePerson
from fundwatch.months import last_day
from fundwatch.queries import lock_key

# What an event keeps of its case.
POINT = (
    "rule_id", "scheme", "person_id", "other_person_id", "division", "match_class", "first_month",
    "last_month", "months", "case_amount", "evidence",
)  # fmt: skip
_LIKELY_ID = re.compile(r"[0-9a-f]{4,24}")
_SHOWN, _LENGTH = 5, 24


@dataclass(frozen=True)
class Recorded:
    """One event as it was recorded: ``number`` is its place in the case, ``from_month`` when it counts."""

    case_id: str
    number: int
    state: str
    from_month: str
    rule_id: str
    division: str | None
    amount: Decimal | None
    until: date | None


@dataclass(frozen=True)
class Standing:
    """A case as it stands now: in the last month that lists it, or after its point left the data.

    ``decision`` is the one in force; ``point`` what an event keeps of the case; ``number`` its last event's.
    """

    case_id: str
    month: str
    judged_on: date | None
    state: str
    number: int
    decision: str | None
    point: Mapping[str, Any]


def record(warehouse: Warehouse, *, case: str, act: Act, name: str, after: int | None = None) -> Recorded:
    """Record an event of a case, given by its id or the beginning of it.

    It counts from the last month whose data list the case, so earlier months stay as they were. The month is
    stated anew at once; what is built on it becomes due.
    ``after``: the number of the last event the actor saw, 0 for none; None asks for no check.
    Raises: NotFound, NotUnique, UsageWrong, CaseMoved (``after`` is not the last event), TransitionRefused,
            SamePerson (the approver verified or decided), SignOffRefused (no letter in the name).
    """
    with warehouse.connect() as connection:
        return record_in(connection, case=case, act=act, name=name, after=after)


def record_in(
    connection: psycopg.Connection, *, case: str, act: Act, name: str, after: int | None = None
) -> Recorded:
    """Record an event in the caller's transaction, as ``record`` does."""
    act, actor = checked(act), name_of_signer(name, act="an event of a case")
    take_turn(connection)
    standing = standing_of(connection, find_case(connection, case))
    if after is not None and after != standing.number:
        raise CaseMoved(
            f"case {standing.case_id} has {standing.number} events, not {after}: somebody was faster",
            next_step="Look at the case again, then decide",
        )
    require_step(now=standing.state, to=act.to, decision=standing.decision)
    if act.to == "approved":
        _refuse_same_person(connection, standing, actor)
    return _enter(connection, standing, act, actor)


def take_turn(connection: psycopg.Connection) -> None:
    """Wait for whoever records events of cases now, and hold the turn until the transaction ends."""
    connection.execute("select pg_advisory_xact_lock(%s)", (lock_key("case events"),))


def require_cases(connection: psycopg.Connection) -> None:
    """Require that cross-checks ran once, and cases can be listed at all.

    Raises: NotFound.
    """
    ((relation,),) = connection.execute("select to_regclass('crosschecks.cases')")
    if relation is None:
        raise NotFound(
            "there are no cases: the step crosscheck has never run",
            next_step="Run fundwatch run --month YYYY-MM",
        )


def find_case(connection: psycopg.Connection, case: str) -> str:
    """Return the id of a case by the beginning of it.

    Raises: NotFound, NotUnique.
    """
    require_cases(connection)
    begins = case.strip().lower()
    query = _FIND if len(begins) < _LENGTH else _FIND_WHOLE
    rows = (
        connection.execute(query, {"whole": begins, "begins": f"{begins}%", "limit": _SHOWN + 1}).fetchall()
        if _LIKELY_ID.fullmatch(begins)
        else []
    )
    if not rows:
        raise NotFound(
            "there is no case of that id",
            next_step="Take the id from fundwatch cases or the export cases, its first 4 characters or more",
        )
    if len(rows) > 1:
        shown = ", ".join(row[0] for row in rows[:_SHOWN])
        raise NotUnique(
            f"the ids of several cases begin so: {shown}{', …' if len(rows) > _SHOWN else ''}",
            next_step="Give more characters of the id",
        )
    return str(rows[0][0])


def standing_of(connection: psycopg.Connection, case_id: str) -> Standing:
    """Return how a case stands now.

    Raises: NotFound.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        listed = cursor.execute(_LISTED, {"case": case_id}).fetchone()
        last = cursor.execute(last_event("%(case)s", "'9999-12'"), {"case": case_id}).fetchone()
        numbered = cursor.execute(
            "select coalesce(max(number), 0) as number, coalesce(max(from_month), '') as month"
            " from ops.case_events where case_id = %s",
            (case_id,),
        ).fetchone()
        if (listed is None and last is None) or numbered is None:
            raise NotFound(f"there is no case {case_id}", next_step="See fundwatch cases")
        known = [row for row in (listed, last) if row is not None]
        is_listed = listed is not None and (last is None or last["from_month"] <= listed["month"])
        state = listed["state"] if listed is not None and is_listed else known[-1]["state"]
        decided = None
        if last is not None and state == last["state"] and not last["is_run"]:
            values = {"case": case_id, "number": last["number"]}
            decided = cursor.execute(decision_before("%(case)s", "%(number)s"), values).fetchone()
    return Standing(
        case_id=case_id,
        month=max(known[0].get("month") or known[0]["from_month"], numbered["month"]),
        judged_on=known[0].get("judged_on"),
        state=state,
        number=numbered["number"],
        decision=decided["decision"] if decided else None,
        point={name: known[0][name] for name in POINT},
    )


def _refuse_same_person(connection: psycopg.Connection, standing: Standing, actor: str) -> None:
    rows = connection.execute(_ROUND, {"case": standing.case_id}).fetchall()
    for state, former in rows:
        if is_same_person(actor, former):
            raise SamePerson(
                f"case {standing.case_id} cannot be approved by who {state} it",
                next_step="Let somebody else approve it",
            )


def _enter(connection: psycopg.Connection, standing: Standing, act: Act, actor: str) -> Recorded:
    until = act.until
    if act.decision == "clear" and until is None:
        until = _a_year_after(standing.judged_on or last_day(standing.month))
    number = standing.number + 1
    values = {
        "case_id": standing.case_id, "number": number, "state": act.to, "finding": act.finding,
        "decision": act.decision, "outcome": act.outcome, "amount": act.amount, "until_on": until,
        "note": act.note, "actor": actor, "is_run": False, "from_month": standing.month, **standing.point,
    }  # fmt: skip
    insert_events(connection, [values])
    details = {
        "number": number, "from_month": standing.month, "rule": standing.point["rule_id"],
        "division": standing.point["division"], "finding": act.finding, "decision": act.decision,
        "outcome": act.outcome,
    }  # fmt: skip
    audit.append(
        connection, stream=audit.CASES, actor=actor, action=f"case {act.to}",
        about=f"case {standing.case_id}",
        details={name: value for name, value in details.items() if value is not None},
    )  # fmt: skip
    restate_person(connection, standing.point["person_id"], from_month=standing.month)
    return Recorded(
        standing.case_id, number, act.to, standing.month, standing.point["rule_id"],
        standing.point["division"], act.amount, until,
    )  # fmt: skip


def insert_events(connection: psycopg.Connection, events: list[dict[str, Any]]) -> None:
    """Insert events, each with all columns but when it was recorded."""
    if events:
        names = list(events[0])
        query = sql.SQL("insert into ops.case_events ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(map(sql.Placeholder, names))
        )
        with connection.cursor() as cursor:
            cursor.executemany(query, events)


def _a_year_after(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


_FIND = """
select case_id from (
    select case_id from crosschecks.cases where case_id like %(begins)s
    union
    select case_id from ops.case_events where case_id like %(begins)s
) as cases
order by case_id collate "C"
limit %(limit)s
"""
# By an index.
_FIND_WHOLE = _FIND.replace("like %(begins)s", "= %(whole)s")
_LISTED = """
select
    month, state, judged_on, rule_id, coalesce(scheme, '') as scheme, person_id, other_person_id, division,
    match_class, first_month, last_month, months, amount as case_amount, evidence
from crosschecks.cases
where case_id = %(case)s
order by month desc
limit 1
"""
# Who verified and decided since the case was dispatched.
_ROUND = """
select state, actor from ops.case_events
where case_id = %(case)s and state in ('verified', 'decided') and number > (
    select coalesce(max(number), 0) from ops.case_events where case_id = %(case)s and state = 'dispatched'
)
order by number desc
"""

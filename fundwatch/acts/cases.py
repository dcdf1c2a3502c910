"""Records what somebody did about a case: one event, its entry in the audit log, and what follows at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from fundwatch.actors import name_of_signer
from fundwatch.acts.case_steps import Act, checked
from fundwatch.acts.refusals import SHOWN, Connection, done, the_one
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound

# What an event keeps of its case.
POINT = (
    "rule_id", "scheme", "person_id", "other_person_id", "division", "match_class", "first_month",
    "last_month", "months", "case_amount", "evidence",
)  # fmt: skip
_LIKELY_ID = re.compile(r"[0-9a-f]{4,24}")
_LENGTH = 24


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
    """Record an event of a case, given by its id or the beginning of it, as ``record_in`` does.

    Raises: NotUnique, and as ``record_in``.
    """
    with warehouse.connect() as connection:
        return record_in(connection, case=case, act=act, name=name, after=after)


def record_in(
    connection: Connection,
    *,
    case: str,
    act: Act,
    name: str | None = None,
    after: int | None = None,
) -> Recorded:
    """Record an event of a case in the caller's transaction.

    It counts from the last month whose data list the case, so earlier months stay as they were. The month is
    stated anew at once; what is built on it becomes due.
    ``name``: who did it, on a connection of the pipeline, to which the beginning of the id is enough. None on
    a connection of the portal: then it is the session's user, ``case`` a whole id, ``after`` is needed, and
    the database judges role and division.
    ``after``: the number of the last event the actor saw, 0 for none; None asks for no check.
    Raises: NotFound, NotUnique, UsageWrong, CaseMoved (``after`` is not the last event), TransitionRefused,
            SamePerson (the approver verified or decided), SignOffRefused (no letter in the name),
            NotPermitted, AuditUnavailable.
    """
    act = checked(act)
    actor = None if name is None else name_of_signer(name, act="an event of a case")
    case_id = case if actor is None else find_case(connection, case)
    values = {
        "who": actor, "case": case_id, "after": after, "to": act.to, "finding": act.finding,
        "decision": act.decision, "outcome": act.outcome, "amount": act.amount, "until": act.until,
        "note": act.note,
    }  # fmt: skip
    act_of = _RECORD_OWN if actor is None else _RECORD
    number, from_month, rule_id, division, until = done(connection, act_of, values)
    return Recorded(case_id, number, act.to, from_month, rule_id, division, act.amount, until)


def take_turn(connection: Connection) -> None:
    """Wait for whoever records events of cases now, and hold the turn until the transaction ends."""
    connection.execute("select ops.take_case_turn()")


def require_cases(connection: Connection) -> None:
    """Require that cross-checks ran once, and cases can be listed at all.

    Raises: NotFound.
    """
    ((relation,),) = connection.execute("select to_regclass('crosschecks.cases')")
    if relation is None:
        raise NotFound(
            "there are no cases: the step crosscheck has never run",
            next_step="Run fundwatch run --month YYYY-MM",
        )


def find_case(connection: Connection, case: str) -> str:
    """Return the id of a case by the beginning of it.

    Raises: NotFound, NotUnique.
    """
    require_cases(connection)
    begins = case.strip().lower()
    query = _FIND if len(begins) < _LENGTH else _FIND_WHOLE
    rows = (
        connection.execute(query, {"whole": begins, "begins": f"{begins}%", "limit": SHOWN + 1}).fetchall()
        if _LIKELY_ID.fullmatch(begins)
        else []
    )
    return the_one(
        [case_id for (case_id,) in rows],
        plural="cases",
        nothing="there is no case of that id",
        next_step="Take the id from fundwatch cases or the export cases, its first 4 characters or more",
    )


def standing_of(connection: Connection, case_id: str) -> Standing:
    """Return how a case stands now.

    Raises: NotFound.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute("select * from ops.case_standing(%s)", (case_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no case {case_id}", next_step="See fundwatch cases")
    return Standing(
        case_id=case_id,
        month=row["month"],
        judged_on=row["judged_on"],
        state=row["state"],
        number=row["number"],
        decision=row["decision"],
        point={name: row[name] for name in POINT},
    )


def insert_events(connection: Connection, events: list[dict[str, Any]]) -> None:
    """Insert events, each with all columns but when it was recorded."""
    if events:
        names = list(events[0])
        query = sql.SQL("insert into ops.case_events ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(map(sql.Placeholder, names))
        )
        with connection.cursor() as cursor:
            cursor.executemany(query, events)


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
_EVENT = (
    "%(case)s, %(after)s::integer, %(to)s, %(finding)s, %(decision)s, %(outcome)s, %(amount)s::numeric,"
    " %(until)s::date, %(note)s)"
)
_RETURNED = "select number, from_month, rule_id, division, cleared_until from"
_RECORD = f"{_RETURNED} ops.record_case_event(%(who)s, {_EVENT}"
_RECORD_OWN = f"{_RETURNED} portal.record_case_event({_EVENT}"

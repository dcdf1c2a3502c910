"""What a month's run does about cases once its points are built: their states, and those whose point left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from fundwatch import audit
from fundwatch.acts.case_standing import last_event, restate_month
from fundwatch.acts.cases import POINT, insert_events, take_turn
from fundwatch.database.warehouse import Warehouse

# Who a run's events are by.
RUN = "fundwatch"
_LAYER = "crosschecks"
# What was decided on goes on without the point, unless the event behind it was revoked.
_END_WITH_POINT = frozenset({"candidate", "open", "dispatched", "verified"})
_ENDED = frozenset({"closed", "withdrawn"})
_NOTES = {
    "withdrawn": "所依据的登记事件已撤销 / the event it rested on was revoked",
    "closed": "疑点在数据中已不再成立 / its point no longer holds on the data",
}


@dataclass(frozen=True)
class Settled:
    """How many cases were stated anew from their events, and how many end in the month with their point."""

    restated: int
    withdrawn: int
    closed: int


def remember(warehouse: Warehouse, *, month: str) -> None:
    """Keep the cases of a month as they are before its points are built again.

    Shape:  ``crosschecks.former_cases``: the rows of ``crosschecks.cases`` of the month, and of the month
            before it that has any.
    Again:  replaced.
    """
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute(_CREATE)
        connection.execute("truncate crosschecks.former_cases")
        (built,) = connection.execute("select to_regclass('crosschecks.cases')").fetchone() or (None,)
        if built is not None:
            for statement in _INDEXES:
                connection.execute(statement)
            connection.execute(_REMEMBER, {"month": month})
        connection.execute("analyze crosschecks.former_cases")


def settle(warehouse: Warehouse, *, month: str) -> Settled:
    """State the month's cases from their events, and end those whose point left the data in this month.

    A case up to verified is closed when its point leaves; one that was decided goes on to its end. Any is
    withdrawn when an event it rested on was revoked.
    Source: crosschecks.cases and former_cases, ops.case_events, the registry's chains of events.
    Shape:  ops.case_events: one event by the run for each case that ended; one entry of the audit log.
    Again:  nothing more is recorded while the data stay as they are.
    """
    with warehouse.connect() as connection:
        take_turn(connection)
        restated = restate_month(connection, month)
        events = list(_ends(connection, month))
        insert_events(connection, events)
        if events:
            audit.append(
                connection, stream=audit.CASES, actor=RUN, action="cases ended by the data",
                about=f"month {month}",
                details={state: sum(event["state"] == state for event in events) for state in sorted(_ENDED)},
            )  # fmt: skip
        counts: dict[str, int] = dict(connection.execute(_ENDED_IN, {"month": month}).fetchall())
    return Settled(restated, withdrawn=counts.get("withdrawn", 0), closed=counts.get("closed", 0))


def _ends(connection: psycopg.Connection, month: str) -> Iterator[dict[str, Any]]:
    """Yield an event for each case whose point left in the month and that does not go on without it."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_LEFT, {"month": month}).fetchall()
    for row in rows:
        if row["state"] in _ENDED or not (row["is_revoked"] or row["state"] in _END_WITH_POINT):
            continue
        state = "withdrawn" if row["is_revoked"] else "closed"
        yield {
            "case_id": row["case_id"], "number": row["number"] + 1, "state": state, "note": _NOTES[state],
            "actor": RUN, "is_run": True, "from_month": month, **{name: row[name] for name in POINT},
        }  # fmt: skip


_ENDED_IN = """
select state, count(distinct case_id)
from ops.case_events as e
where e.is_run and e.from_month = %(month)s and not exists (
    select from crosschecks.cases as held where (held.month, held.case_id) = (e.from_month, e.case_id)
)
group by state
"""
_COLUMNS = (
    "case_id, month, state, rule_id, coalesce(scheme, '') as scheme, person_id, other_person_id, division,"
    " match_class, first_month, last_month, months, amount as case_amount, evidence"
)
_CREATE = """
create table if not exists crosschecks.former_cases (
    case_id text not null,
    month text not null,
    state text not null,
    rule_id text not null,
    scheme text not null,
    person_id text not null,
    other_person_id text,
    division text,
    match_class text,
    first_month text,
    last_month text,
    months integer,
    case_amount numeric(28, 2),
    evidence text not null
)
"""
_INDEXES = (
    "create index if not exists cases_by_id on crosschecks.cases (case_id, month)",
    "create index if not exists cases_by_person on crosschecks.cases (person_id, month)",
)
_REMEMBER = f"""
insert into crosschecks.former_cases
select {_COLUMNS}
from crosschecks.cases
where month in (%(month)s, (select max(month) from crosschecks.cases where month < %(month)s))
"""
# Cases that held in the month when it was built before, or in the month before it, and hold no more; and
# those somebody works on whose point left earlier.
_LEFT = f"""
with held as materialized (
    select case_id from crosschecks.cases where month = %(month)s
),
listed as (
    select case_id, max(month) as month
    from crosschecks.former_cases as former
    where not exists (select from held where held.case_id = former.case_id)
    group by case_id
),
worked_on as (
    select distinct on (case_id) case_id, number, from_month
    from ops.case_events as e
    where not e.is_run and e.from_month <= %(month)s
        and not exists (select from held where held.case_id = e.case_id)
        and not exists (select from listed where listed.case_id = e.case_id)
    order by case_id, from_month desc, number desc
),
gone as (
    select former.case_id, former.month, former.state, {", ".join(POINT)}
    from crosschecks.former_cases as former
    inner join listed on listed.case_id = former.case_id and listed.month = former.month
    union all
    select events.case_id, events.from_month as month, events.state, {", ".join(POINT)}
    from ops.case_events as events
    inner join worked_on on worked_on.case_id = events.case_id and worked_on.number = events.number
),
revoked as (
    select events.source_file_id, events.source_row
    from staging_civil_registry.stg_civil_registry__death_event as events
    inner join (
        select distinct on (source, source_event_id, chain_order)
            source, source_event_id, chain_order, event_type
        from staging_civil_registry.stg_civil_registry__death_event
        order by source, source_event_id, chain_order, event_order desc
    ) as latest
        on
            events.source = latest.source
            and events.source_event_id = latest.source_event_id
            and events.chain_order = latest.chain_order
    where latest.event_type = 'revoke'
)
select
    gone.case_id, {", ".join(f"gone.{name}" for name in POINT)},
    case
        when last.from_month > gone.month or (last.from_month = gone.month and last.is_run) then last.state
        else gone.state
    end as state,
    coalesce((select max(number) from ops.case_events as e where e.case_id = gone.case_id), 0) as number,
    exists (
        select from jsonb_array_elements(cast(gone.evidence as jsonb)) as item
        inner join revoked
            on
                revoked.source_file_id = item ->> 'source_file_id'
                and revoked.source_row = cast(item ->> 'source_row' as bigint)
        where item ->> 'table' = 'death_event'
    ) as is_revoked
from gone
left join lateral ({last_event("gone.case_id", "%(month)s")}) as last on true
order by gone.case_id
"""

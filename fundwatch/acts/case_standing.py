"""How a case stands in a month, derived from its point and from the events in force in that month.

An event counts from its month on, whenever it was recorded, so a month states what held then and can be built
again. Only what the data say (candidate or open) comes from dbt; everything else is derived here.
"""

from __future__ import annotations

import psycopg

from fundwatch.case_yields import decision_before

# What a record of who somebody is says anew is new evidence; of other tables only another key is.
_RECORDS = "('AC01', 'death_event')"


def unknown_evidence(current: str, known: str, *, only: str = "true") -> str:
    """Return the SQL condition that evidence (JSON) holds a row that is not among evidence known before."""
    return f"""exists (
        select from jsonb_array_elements(cast({current} as jsonb)) as item
        where {only} and not exists (
            select from jsonb_array_elements(cast({known} as jsonb)) as known
            where known ->> 'table' = item ->> 'table' and known ->> 'key' = item ->> 'key'
                and (
                    item ->> 'table' not in {_RECORDS}
                    or (known -> 'source_file_id', known -> 'source_row')
                        = (item -> 'source_file_id', item -> 'source_row')
                )
        )
    )"""


def last_event(case: str, month: str) -> str:
    """Return the SQL of the last event of a case in force in a month.

    A run's word that a point left in a month is void once the point holds in that month after all, or the
    month was forgotten.
    """
    return f"""
        select e.*
        from ops.case_events as e
        where e.case_id = {case} and e.from_month <= {month} and not (e.is_run and exists (
            select from crosschecks.cases as held where (held.month, held.case_id) = (e.from_month, e.case_id)
            union all
            select from ops.forgotten_months as forgotten where forgotten.month = e.from_month
        ))
        order by e.from_month desc, e.number desc
        limit 1
    """


_EVENT = "item ->> 'table' = 'death_event'"
_STANDING = f"""
with involved as (
    select cases.*
    from crosschecks.cases as cases
    where {{scope}} and (
        exists (select from ops.case_events as e where e.case_id = cases.case_id)
        or cases.person_id in (select person_id from ops.case_events where finding is not null)
    )
),
judged as (
    select
        c.month,
        c.case_id,
        case
            when c.point_state = 'open' and c.known_on is not null
                and finding.finding in ('alive', 'other_person')
                and cast(finding.recorded_at at time zone 'UTC' as date) >= c.known_on
                and (finding.until_on is null or c.judged_on <= finding.until_on)
                and not (
                    finding.names_event
                    and {unknown_evidence("c.evidence", "finding.evidence", only=_EVENT)}
                )
            then 'candidate'
            else coalesce(c.point_state, case when c.state = 'candidate' then c.state else 'open' end)
        end as data_state,
        last.state as last_state,
        last.number is null or last.is_run or (
            (last.state = 'closed' or last.state = 'approved' and decided.decision = 'clear')
            and (
                coalesce(decided.decision = 'clear' and c.judged_on > decided.until_on, false)
                or {unknown_evidence("c.evidence", "coalesce(decided.evidence, last.evidence)")}
            )
        ) as stands_anew,
        decided.outcome
    from involved as c
    left join lateral ({last_event("c.case_id", "c.month")}) as last on true
    left join lateral ({decision_before("c.case_id", "last.number")}) as decided on true
    left join lateral (
        select
            f.finding, f.recorded_at, f.evidence,
            f.evidence like '%%"death_event"%%' as names_event,
            (
                select d.until_on from ops.case_events as d
                where d.case_id = f.case_id and d.number > f.number and d.state = 'decided'
                    and d.from_month <= c.month
                order by d.number
                limit 1
            ) as until_on
        from ops.case_events as f
        where f.person_id = c.person_id and f.finding is not null and f.from_month <= c.month
        order by f.from_month desc, f.recorded_at desc, f.number desc
        limit 1
    ) as finding on true
),
stated as (
    select
        month,
        case_id,
        case when stands_anew then data_state else last_state end as state,
        case
            when not stands_anew and last_state in ('decided', 'approved', 'recovering', 'closed')
                then outcome
        end as outcome
    from judged
)
update crosschecks.cases as cases
set state = stated.state, outcome = stated.outcome
from stated
where (cases.month, cases.case_id) = (stated.month, stated.case_id)
    and (cases.state, cases.outcome) is distinct from (stated.state, stated.outcome)
"""


def restate_month(connection: psycopg.Connection, month: str) -> int:
    """State the cases of a month anew from their events; return how many changed. The caller commits."""
    query = _STANDING.format(scope="cases.month = %(month)s")
    return connection.execute(query, {"month": month}).rowcount


def restate_person(connection: psycopg.Connection, person: str, *, from_month: str) -> int:
    """State the cases of a person anew, in every month from one on; return how many changed.

    A finding about a person holds for every case of that person. The caller commits.
    """
    query = _STANDING.format(scope="cases.person_id = %(person)s and cases.month >= %(month)s")
    return connection.execute(query, {"person": person, "month": from_month}).rowcount

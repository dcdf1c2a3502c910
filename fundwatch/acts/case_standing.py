"""How a case stands in a month, derived from its point and from the events in force in that month.

An event counts from its month on, whenever it was recorded, so a month states what held then and can be built
again. Only what the data say (candidate or open) comes from dbt; everything else is derived here.
"""

from __future__ import annotations

import psycopg

from fundwatch.queries import one_row


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


def restate_month(connection: psycopg.Connection, month: str) -> int:
    """State the cases of a month anew from their events; return how many changed. The caller commits."""
    (changed,) = one_row(connection.execute("select ops.restate_cases(%s, null, null)", (month,)))
    return int(changed)

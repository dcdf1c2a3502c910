"""The queue of cases: what to work on next, by the money that is likely to be behind it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import psycopg
from psycopg.rows import dict_row

from crosschecks.cases.precision import yields
from fundwatch.acts.case_standing import last_event
from fundwatch.case_yields import PRIOR

WAITING = ("open", "dispatched", "verified", "decided", "approved", "recovering")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Waiting:
    """One case that waits for somebody.

    ``precision`` is that of its rule, measured or assumed; ``expected_amount`` the amount times it, in yuan.
    """

    case_id: str
    rule_id: str
    division: str | None
    scheme: str
    state: str
    last_month: str | None
    months: int | None
    amount: Decimal
    precision: Decimal
    is_measured: bool
    expected_amount: Decimal


def queue(
    connection: psycopg.Connection,
    *,
    division: str | None = None,
    rule: str | None = None,
    state: str | None = None,
) -> list[Waiting]:
    """Return the cases that wait, those with most expected money first.

    Source: crosschecks.cases of the last month that has any; cases decided on whose point left since.
    Shape:  one row per case; candidates, closed and withdrawn ones are left out. Ties go by id.
    """
    by_rule = yields(connection)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_QUEUE, {"waiting": list(WAITING)}).fetchall()
    cases = []
    for row in rows:
        if any(
            wanted is not None and row[name] != wanted
            for name, wanted in (("division", division), ("rule_id", rule), ("state", state))
        ):
            continue
        about = by_rule.get(row["rule_id"])
        precision = about.expected if about else PRIOR
        expected = (row["amount"] * precision).quantize(_CENT, ROUND_HALF_UP)
        is_measured = about is not None and about.is_measured
        cases.append(Waiting(**row, precision=precision, is_measured=is_measured, expected_amount=expected))
    return sorted(cases, key=lambda case: (-case.expected_amount, -case.amount, case.case_id))


_QUEUE = f"""
with latest as (
    select case_id, rule_id, division, scheme, state, month, last_month, months, amount
    from crosschecks.cases
    where month = (select max(month) from crosschecks.cases)
),
-- What was recorded of a later month counts, should that month be forgotten.
later as (
    select cases.case_id, last.state
    from (
        select distinct case_id from ops.case_events
        where from_month > (select max(month) from crosschecks.cases)
    ) as cases
    inner join lateral ({last_event("cases.case_id", "'9999-12'")}) as last on true
    where last.from_month > (select max(month) from crosschecks.cases)
),
listed as (
    select
        latest.case_id, latest.rule_id, latest.division, latest.scheme, latest.last_month, latest.months,
        latest.amount, coalesce(later.state, latest.state) as state
    from latest
    left join later on later.case_id = latest.case_id
),
gone as (
    select last.*
    from (
        select distinct case_id from ops.case_events as e
        where not exists (select from latest where latest.case_id = e.case_id)
    ) as cases
    inner join lateral ({last_event("cases.case_id", "'9999-12'")}) as last on true
    where last.state in ('decided', 'approved', 'recovering')
)
select case_id, rule_id, division, scheme, state, last_month, months, coalesce(amount, 0) as amount
from listed
where state = any(%(waiting)s)
union all
select case_id, rule_id, division, scheme, state, last_month, months, coalesce(case_amount, 0) as amount
from gone
"""

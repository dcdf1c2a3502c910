"""What became of the cases of each rule, by the events people recorded up to a month; its precision."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import psycopg
from psycopg.rows import class_row

# Outcomes of a point that was true.
CONFIRMED = ("under_payment", "agency_error", "late_report", "fraud", "referred")
# Until so many cases of a rule are closed, its precision is not measured but assumed: half of them true.
ENOUGH_CLOSED = 20
PRIOR = Decimal("0.50")
_PLACES = 4
_ALL_MONTHS = "9999-12"


@dataclass(frozen=True)
class RuleYield:
    """One rule: cases ever raised, closed by people, of these confirmed; yuan confirmed and recovered.

    A case that came back and was closed again counts each time. Cases that a run ended are not closed here:
    nobody looked at them.
    """

    rule_id: str
    raised: int
    closed: int
    confirmed: int
    amount_confirmed: Decimal
    amount_recovered: Decimal

    @property
    def precision(self) -> Decimal | None:
        """Confirmed ÷ closed, four places; None while none is closed."""
        return precision_of(closed=self.closed, confirmed=self.confirmed)

    @property
    def is_measured(self) -> bool:
        """Whether enough cases are closed for the measured precision to order the queue."""
        return self.closed >= ENOUGH_CLOSED

    @property
    def expected(self) -> Decimal:
        """The precision that orders the queue: the measured one, or the prior."""
        return (self.precision or Decimal(0)) if self.is_measured else PRIOR


def precision_of(*, closed: int, confirmed: int) -> Decimal | None:
    """Return confirmed ÷ closed, four places; None while none is closed."""
    if not closed:
        return None
    return (Decimal(confirmed) / closed).quantize(Decimal(1).scaleb(-_PLACES), ROUND_HALF_UP)


def expected_precision(closed: str, confirmed: str) -> str:
    """Return the SQL of ``RuleYield.expected``, given the SQL of how many cases are closed and confirmed."""
    return f"""
        case when {closed} >= {ENOUGH_CLOSED}
            then round({confirmed}::numeric / {closed}, {_PLACES}) else {PRIOR}
        end"""


def read_yields(connection: psycopg.Connection, *, month: str = _ALL_MONTHS) -> list[RuleYield]:
    """Return what became of the cases of each rule that raised one up to a month, by default ever.

    Source: crosschecks.cases of months up to it, and the events of ops.case_events that count from one.
    Units:  confirmed: of each approved decision with a confirmed outcome what was to be recovered, else the
            amount of the case then; recovered: what recovering and closed say came back. Yuan.
    """
    with connection.cursor(row_factory=class_row(RuleYield)) as cursor:
        return cursor.execute(_YIELDS, {"month": month, "confirmed": list(CONFIRMED)}).fetchall()


def decision_before(case: str, number: str) -> str:
    """Return the SQL of the decision in force at an event of a case: the last one since it was dispatched."""
    return f"""
        select d.number, d.decision, d.outcome, d.amount, d.until_on, d.evidence
        from ops.case_events as d
        where d.case_id = {case} and d.state = 'decided' and d.number <= {number}
            and d.number > (
                select coalesce(max(first.number), 0) from ops.case_events as first
                where first.case_id = {case} and first.state = 'dispatched' and first.number <= {number}
            )
        order by d.number desc
        limit 1
    """


_YIELDS = f"""
with raised as (
    select rule_id, case_id from crosschecks.cases where month <= %(month)s
    union
    select rule_id, case_id from ops.case_events where from_month <= %(month)s
),
acts as (
    select e.rule_id, e.state, e.amount, e.case_amount, decided.outcome, decided.amount as decided_amount
    from ops.case_events as e
    left join lateral ({decision_before("e.case_id", "e.number")}) as decided on true
    where not e.is_run and e.from_month <= %(month)s
),
counted as (
    select
        rule_id,
        count(*) filter (where state = 'closed') as closed,
        count(*) filter (where state = 'closed' and outcome = any(%(confirmed)s)) as confirmed,
        sum(coalesce(decided_amount, case_amount, 0)) filter (
            where state = 'approved' and outcome = any(%(confirmed)s)
        ) as amount_confirmed,
        sum(coalesce(amount, 0)) filter (where state in ('recovering', 'closed')) as amount_recovered
    from acts
    group by rule_id
)
select
    raised.rule_id,
    count(*) as raised,
    coalesce(max(counted.closed), 0) as closed,
    coalesce(max(counted.confirmed), 0) as confirmed,
    coalesce(max(counted.amount_confirmed), 0)::numeric(28, 2) as amount_confirmed,
    coalesce(max(counted.amount_recovered), 0)::numeric(28, 2) as amount_recovered
from raised
left join counted on raised.rule_id = counted.rule_id
group by raised.rule_id
order by raised.rule_id
"""

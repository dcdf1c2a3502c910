"""What became of the cases of each rule: how many were true, about how much money, how much came back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import psycopg
from psycopg.rows import class_row

from crosschecks.cases.recording import require_cases
from crosschecks.cases.standing import decision_before
from crosschecks.cases.transitions import CONFIRMED

# Until so many cases of a rule are closed, its precision is not measured but assumed: half of them true.
ENOUGH_CLOSED = 20
PRIOR = Decimal("0.50")
_PLACES = Decimal("0.0001")


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
        if not self.closed:
            return None
        return (Decimal(self.confirmed) / self.closed).quantize(_PLACES, ROUND_HALF_UP)

    @property
    def is_measured(self) -> bool:
        """Whether enough cases are closed for the measured precision to order the queue."""
        return self.closed >= ENOUGH_CLOSED

    @property
    def expected(self) -> Decimal:
        """The precision that orders the queue: the measured one, or the prior."""
        return (self.precision or Decimal(0)) if self.is_measured else PRIOR


def yields(connection: psycopg.Connection) -> dict[str, RuleYield]:
    """Return what became of the cases of each rule that ever raised one.

    Source: crosschecks.cases of all months, ops.case_events.
    Units:  confirmed: of each approved decision with a confirmed outcome what was to be recovered, else the
            amount of the case then; recovered: what recovering and closed say came back. Yuan.
    Raises: NotFound (cross-checks never ran).
    """
    require_cases(connection)
    with connection.cursor(row_factory=class_row(RuleYield)) as cursor:
        rows = cursor.execute(_YIELDS, {"confirmed": list(CONFIRMED)}).fetchall()
    return {row.rule_id: row for row in rows}


_YIELDS = f"""
with raised as (
    select rule_id, case_id from crosschecks.cases
    union
    select rule_id, case_id from ops.case_events
),
acts as (
    select e.rule_id, e.state, e.amount, e.case_amount, decided.outcome, decided.amount as decided_amount
    from ops.case_events as e
    left join lateral ({decision_before("e.case_id", "e.number")}) as decided on true
    where not e.is_run
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
left join counted on counted.rule_id = raised.rule_id
group by raised.rule_id
order by raised.rule_id
"""

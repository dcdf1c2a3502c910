"""How far the points of a rule were true, measured once enough of its cases are closed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import psycopg

from fundwatch import case_yields
from fundwatch.acts.cases import require_cases

# Until so many cases of a rule are closed, its precision is not measured but assumed: half of them true.
ENOUGH_CLOSED = 20
PRIOR = Decimal("0.50")
_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class RuleYield(case_yields.RuleYield):
    """What became of the cases of a rule, and the precision that follows."""

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
    """Return what became of the cases of each rule that ever raised one, in any month.

    Source: ``fundwatch.case_yields``.
    Raises: NotFound (cross-checks never ran).
    """
    require_cases(connection)
    return {row.rule_id: RuleYield(**vars(row)) for row in case_yields.read_yields(connection)}

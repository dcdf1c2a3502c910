"""What stands on a work list: cases to verify, and pairs of person ids to review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Masks:
    """How a name and a number are masked."""

    name: Callable[[str], str]
    number: Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """One case to verify, with names and numbers masked; amount in yuan."""

    case_id: str
    labels: dict[str, str]
    persons: str
    name: str
    number: str
    scheme: str
    first_month: str | None
    last_month: str | None
    months: int
    amount: Decimal
    match_class: str
    state: str


@dataclass(frozen=True)
class Pair:
    """Two person ids that may be one person: id, masked name and number of each; reasons by language."""

    person: tuple[str, str, str]
    other: tuple[str, str, str]
    score: Decimal | None
    reasons: dict[str, str]


@dataclass(frozen=True)
class WorkList:
    """The list of one division and month; ``names`` are those of the division by language."""

    month: str
    division: str
    names: dict[str, str]
    as_of: date
    lines: Sequence[Line]
    pairs: Sequence[Pair] = ()

    @property
    def amount(self) -> Decimal:
        """Sum of the amounts, yuan."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

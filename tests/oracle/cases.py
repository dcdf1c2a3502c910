"""A case as the export states it, without its id, state and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Case:
    """One case per person (or pair), rule and scheme; months as YYYY-MM, amount in yuan."""

    person_id: str
    other_person_id: str | None
    scheme: str
    match_class: str
    first_month: str
    last_month: str
    months: int
    amount: Decimal
    division: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Person, other person (empty when there is none) and scheme."""
        return self.person_id, self.other_person_id or "", self.scheme

"""A suspicious point as the export of cases states it, and what adds up to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.oracle.values import ZERO, half_up

PER_YEAR = ("base_outside_limits", "base_changed_in_year")
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Point:
    """One point; months as YYYY-MM, amount in yuan.

    ``divisions`` are those the page allows: where several records of one point say different ones, the last
    of them is meant, and the page does not always say which that is. ``evidence`` are the rows that bear the
    wrong: table and key as text.
    """

    rule: str
    person: str
    other: str
    scheme: str
    match_class: str
    first: str
    last: str
    months: int
    amount: Decimal
    divisions: frozenset[str]
    evidence: frozenset[tuple[str, str]]

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Rule, scheme, both ids, and for two rules the calendar year."""
        year = self.first[:4] if self.rule in PER_YEAR else ""
        return self.rule, self.scheme, self.person, self.other, year

    @property
    def stated(self) -> tuple[str, str, str, int, Decimal]:
        """Class, first and last month, months, amount."""
        return self.match_class, self.first, self.last, self.months, self.amount


@dataclass
class Wrong:
    """What adds up to one point."""

    months: set[str] = field(default_factory=set)
    amount: Decimal = ZERO
    evidence: set[tuple[str, str]] = field(default_factory=set)
    divisions: set[str | None] = field(default_factory=set)

    def add(
        self,
        months: Iterable[str],
        amount: Decimal = ZERO,
        *,
        evidence: Iterable[tuple[str, str]] = (),
        divisions: Iterable[str | None] = (),
    ) -> None:
        """Add months, money and rows."""
        self.months |= set(months)
        self.amount += amount
        self.evidence |= set(evidence)
        self.divisions |= set(divisions)


def wrongs() -> defaultdict[Key, Wrong]:
    """Wrongs by person, other person (or empty) and scheme (or empty)."""
    return defaultdict(Wrong)


def point(
    rule: str,
    key: Key,
    wrong: Wrong,
    *,
    match_class: str = "A",
    is_state: bool = False,
    first: str | None = None,
    last: str | None = None,
) -> Point:
    """Make the point of a wrong; of a state there are no months, but a first and a last one."""
    person, other, scheme = key
    months = sorted(wrong.months)
    return Point(
        rule=rule,
        person=person,
        other=other,
        scheme=scheme,
        match_class=match_class,
        first=first if first is not None else (months[0] if months else ""),
        last=last if last is not None else (months[-1] if months else ""),
        months=0 if is_state else len(months),
        amount=half_up(wrong.amount),
        divisions=frozenset(division or "" for division in wrong.divisions),
        evidence=frozenset(wrong.evidence),
    )

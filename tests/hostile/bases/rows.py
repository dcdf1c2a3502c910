"""What is drawn for a city of bases: rows of production and of files, and the people behind them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.hostile.drawing import Dice, Row, shifted

FIRST_BATCH, SECOND_BATCH = "2023-09", "2023-12"
# How far what is paid is off what is right, in cents.
OFF = (0, 0, 0, 0, 0, 0, 1, -1, 2, -2, 20000, -20000)


@dataclass
class Drawn:
    """Rows of production by table, and rows of files by format."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    former: dict[int, tuple[str, Row]] = field(default_factory=dict)
    """By the identity of a row: until which batch it said something else, and what."""
    people: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    """By county."""

    def add(self, table: str, row: Row) -> Row:
        """Add a row of production."""
        self.tables[table].append(row)
        return row


@dataclass
class Person:
    """Somebody at a unit: regular bases by scheme and month, bases applied for by month, in cents."""

    person_id: str
    number: str
    wage: int
    began: str
    identity: str
    months: list[str]
    schemes: tuple[str, ...]
    bases: dict[tuple[str, str], int] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)

    def last_base(self, scheme: str) -> int | None:
        """Return the base of the last month paid for so far."""
        months = [month for its_scheme, month in self.bases if its_scheme == scheme]
        return self.bases[scheme, max(months)] if months else None


def months_between(first: str, last: str) -> list[str]:
    """List months, the ends included."""
    months: list[str] = []
    while first <= last:
        months.append(first)
        first = shifted(first, 1)
    return months


def rewritten_after(dice: Dice) -> str:
    """Choose the last batch in which a row said something else."""
    return str(dice.of(FIRST_BATCH, SECOND_BATCH))


def effective_base(applied: dict[str, int], since: str, month: str) -> int | None:
    """Return the base applied for last, effective from ``since`` to ``month``."""
    effective = [start for start in applied if since <= start <= month]
    return applied[max(effective)] if effective else None

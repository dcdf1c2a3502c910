"""What a sheet of form B1 consists of, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

Value = str | Decimal | int | None


@dataclass(frozen=True)
class Section:
    """One table of a sheet: its title, headings, rows and the shares its columns have of the page."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[int, ...]
    empty: str

    @cached_property
    def figures(self) -> frozenset[int]:
        """The columns that hold figures, where one that is missing stands among them."""
        return frozenset(
            at for row in self.rows for at, value in enumerate(row) if isinstance(value, (Decimal, int))
        )


@dataclass(frozen=True)
class Sheet:
    """One unit and base year: a head of labels and values, tables, lines to sign on."""

    name: str
    title: str
    head: tuple[tuple[str, Value], ...]
    sections: tuple[Section, ...]
    signed: tuple[str, ...]
    language: str


_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")


def worth(value: Value) -> Value:
    """Return an amount that is written as text as an amount; any other value as it is."""
    return Decimal(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else value


def written(value: Value) -> str:
    """Return a value as people read it; an amount with two decimals, nothing as a dash."""
    if value is None or value == "":
        return "—"
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value)

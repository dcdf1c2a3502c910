"""What a sheet of form B1 consists of, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Value = str | Decimal | int | None


@dataclass(frozen=True)
class Section:
    """One table of a sheet: its title, headings, rows and the shares its columns have of the page."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[int, ...]
    empty: str


@dataclass(frozen=True)
class Sheet:
    """One unit and base year: a head of labels and values, tables, lines to sign on."""

    name: str
    title: str
    head: tuple[tuple[str, Value], ...]
    sections: tuple[Section, ...]
    signed: tuple[str, ...]
    language: str


def written(value: Value) -> str:
    """Return a value as people read it; an amount with two decimals, nothing as a dash."""
    if value is None or value == "":
        return "—"
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value)

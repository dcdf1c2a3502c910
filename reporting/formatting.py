"""Figures as people read them on a page: rounded, with their thousands separated, a dash for none."""

from __future__ import annotations

from decimal import Decimal

from fundwatch.rounding import half_up
from reporting.snapshot.content import Cell
from reporting.texts import Texts

NOTHING = "—"
# Decimals of a figure by its unit; two for everything else.
_DECIMALS = {"persons": 0, "flag": 0, "10 000 persons": 4}
_LEAST_SHOWN = Decimal("0.00005")


def percent(rate: Decimal | None) -> str:
    """Return a rate from 0 to 1 as per cent with two decimals, a dash for none.

    A rate above 0 is never shown as 0.00%, a rate below 1 never as 100.00%.
    """
    if rate is None:
        return NOTHING
    if 0 < rate < _LEAST_SHOWN:
        return "<0.01%"
    if 1 - _LEAST_SHOWN < rate < 1:
        return ">99.99%"
    return f"{rate * 100:,.2f}%"


def signed(change: Decimal | None) -> str:
    """Return a change in points with its sign, a dash for none."""
    return NOTHING if change is None else f"{change:+.2f}" if change else "0.00"


def counted(number: Decimal | int | None) -> str:
    """Return a count with its thousands separated, a dash for none."""
    return NOTHING if number is None else f"{number:,.0f}"


def figure(value: Decimal | None, unit: str) -> str:
    """Return a figure as people read it."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if unit == "persons" else f"{value:,.2f}"


def written(cell: Cell | None, texts: Texts) -> str:
    """Return a figure as people read it: thousands separated, a dash for none, nothing without a cell."""
    if cell is None:
        return ""
    if cell.value is None:
        return NOTHING
    if cell.unit == "flag":
        return texts.flags[int(cell.value)]
    sign = "+" if cell.unit == "points" and cell.value > 0 else ""
    return sign + f"{half_up(cell.value, decimals(cell)):,f}"


def decimals(cell: Cell) -> int:
    """Return with how many decimals a cell is shown."""
    return _DECIMALS.get(cell.unit, 2)

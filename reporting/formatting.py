"""Rates, changes and counts as people read them on a page."""

from __future__ import annotations

from decimal import Decimal

from reporting.forms.layout import NOTHING

_LEAST_SHOWN = Decimal("0.00005")


def percent(rate: Decimal | None) -> str:
    """Return a rate from 0 to 1 as per cent with two decimals, a dash for none.

    What is not nothing does not become 0.00%, nor what is not the whole 100.00%.
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

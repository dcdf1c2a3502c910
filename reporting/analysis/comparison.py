"""How a figure changed and which county brought it about: the arithmetic of the quarterly analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundwatch.months import add_months
from fundwatch.rounding import half_up
from reporting.snapshot.history import QUARTER_ENDS, Series

_YEAR, _QUARTER = 12, 3


@dataclass(frozen=True)
class Change:
    """A figure, and the one it is compared with; either is None where it was not built."""

    now: Decimal | None
    base: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        """What was added, negative for a loss."""
        return None if self.now is None or self.base is None else self.now - self.base

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of the base, two decimals; None without a base."""
        return None if self.amount is None else per_cent(self.amount, self.base)


@dataclass(frozen=True)
class Contribution:
    """A county's part in the change of the whole; ``points`` are percentage points of the whole's base."""

    division: str
    change: Change
    points: Decimal | None


def stock_change(series: Series, indicator: str, *, month: str, back: int, division: str) -> Change:
    """Return a stock or ratio at month end against that ``back`` months earlier."""
    return Change(
        series.value(indicator, month=month, division=division),
        series.value(indicator, month=add_months(month, -back), division=division),
    )


def quarter_change(series: Series, flow: str, *, month: str, back: int, division: str) -> Change:
    """Return a quarter's flow of money against that of the quarter ``back`` months earlier."""
    return Change(
        quarter_flow(series, flow, month=month, division=division),
        quarter_flow(series, flow, month=add_months(month, -back), division=division),
    )


def quarter_flow(series: Series, flow: str, *, month: str, division: str) -> Decimal | None:
    """Return the flow of the quarter that ends with ``month``: the difference of two sums since January."""
    until = series.value(f"{flow}_ytd", month=month, division=division)
    if until is None or month[5:] == QUARTER_ENDS[0]:
        return until
    before = series.value(f"{flow}_ytd", month=add_months(month, -_QUARTER), division=division)
    return None if before is None else until - before


def contributions(whole: Change, parts: Mapping[str, Change]) -> tuple[Contribution, ...]:
    """Return each county's part in a change, the largest gain first; none when any figure is missing."""
    if whole.amount is None or any(part.amount is None for part in parts.values()):
        return ()
    found = [
        Contribution(division, part, per_cent(part.amount, whole.base)) for division, part in parts.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.change.amount, one.division)))


def leaders(whole: Change, parts: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """Return who changed most in the direction of the whole: several where equal, none where unchanged."""
    if not parts or not whole.amount:
        return ()
    sign = 1 if whole.amount > 0 else -1
    most = max(sign * one.change.amount for one in parts)
    return tuple(one for one in parts if sign * one.change.amount == most) if most > 0 else ()


def per_cent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a share in per cent, rounded half up to two decimals; None of nothing."""
    return None if not whole else rounded(part * 100 / whole)


def rounded(value: Decimal) -> Decimal:
    """Return a figure with two decimals, rounded half up; what rounds to nothing has no sign."""
    return half_up(value, 2) + 0

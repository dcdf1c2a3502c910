"""Changes of figures and the contributions of counties: the arithmetic of the quarterly analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundwatch.months import add_months
from fundwatch.rounding import half_up
from reporting.snapshot.history import QUARTER_ENDS, Series

_YEAR, _QUARTER = 12, 3


@dataclass(frozen=True)
class PeriodChange:
    """A figure and its base; either is None where it was not built."""

    now: Decimal | None
    base: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        """The difference, negative for a loss."""
        return None if self.now is None or self.base is None else self.now - self.base

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of the base, two decimals; None without a base."""
        if self.amount is None or self.base is None:
            return None
        return per_cent(self.amount, self.base)


@dataclass(frozen=True)
class Contribution:
    """A county's part in the change of the whole; ``points`` are percentage points of the whole's base."""

    division: str
    now: Decimal
    base: Decimal
    points: Decimal | None

    @property
    def change(self) -> PeriodChange:
        """The county's own change."""
        return PeriodChange(self.now, self.base)

    @property
    def amount(self) -> Decimal:
        """The county's own difference."""
        return self.now - self.base


def stock_change(series: Series, indicator: str, *, month: str, back: int, division: str) -> PeriodChange:
    """Return a stock or ratio at month end against that ``back`` months earlier."""
    return PeriodChange(
        series.value(indicator, month=month, division=division),
        series.value(indicator, month=add_months(month, -back), division=division),
    )


def quarter_change(series: Series, flow: str, *, month: str, back: int, division: str) -> PeriodChange:
    """Return a quarter's flow of money against that of the quarter ``back`` months earlier."""
    return PeriodChange(
        quarter_flow(series, flow, month=month, division=division),
        quarter_flow(series, flow, month=add_months(month, -back), division=division),
    )


def quarter_flow(series: Series, flow: str, *, month: str, division: str) -> Decimal | None:
    """Return the flow of the quarter that ends with ``month``; None where months it needs were not built.

    The difference of two sums since January; where the quarter before was not built, its three months added.
    """
    until = series.value(f"{flow}_ytd", month=month, division=division)
    if until is not None and month[5:] == QUARTER_ENDS[0]:
        return until
    before = series.value(f"{flow}_ytd", month=add_months(month, -_QUARTER), division=division)
    if until is not None and before is not None:
        return until - before
    months = [value for value in _months_of(series, flow, month, division) if value is not None]
    return sum(months, Decimal(0)) if len(months) == _QUARTER else None


def is_sum_of_months(series: Series, flow: str, *, month: str, division: str) -> bool:
    """Return whether a quarter's flow is its three months added, each as it was built."""
    is_first = month[5:] == QUARTER_ENDS[0]
    ends = (month,) if is_first else (month, add_months(month, -_QUARTER))
    if all(series.value(f"{flow}_ytd", month=end, division=division) is not None for end in ends):
        return False
    return all(value is not None for value in _months_of(series, flow, month, division))


def _months_of(series: Series, flow: str, month: str, division: str) -> list[Decimal | None]:
    return [series.value(flow, month=add_months(month, -back), division=division) for back in range(_QUARTER)]


def contributions(whole: PeriodChange, parts: Mapping[str, PeriodChange]) -> tuple[Contribution, ...]:
    """Return each county's part in a change, the largest gain first; none when any figure is missing."""
    if whole.now is None or whole.base is None:
        return ()
    counties = []
    for division, part in parts.items():
        if part.now is None or part.base is None:
            return ()
        points = per_cent(part.now - part.base, whole.base)
        counties.append(Contribution(division, part.now, part.base, points))
    return tuple(sorted(counties, key=lambda county: (-county.amount, county.division)))


def leaders(whole: PeriodChange, parts: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """Return the counties that changed most in the direction of the whole; none where it is unchanged."""
    if not parts or not whole.amount:
        return ()
    sign = 1 if whole.amount > 0 else -1
    largest = max(sign * part.amount for part in parts)
    return tuple(part for part in parts if sign * part.amount == largest) if largest > 0 else ()


def per_cent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a share in per cent, rounded half up to two decimals; None without a whole."""
    return None if not whole else rounded(part * 100 / whole)


def rounded(value: Decimal) -> Decimal:
    """Return a figure with two decimals, rounded half up; zero never has a sign."""
    return half_up(value, 2) + 0

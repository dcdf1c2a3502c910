"""Figures as people read them: rounded, with their thousands separated, a dash for none."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from fundwatch.rounding import half_up

NOTHING = "—"
# Decimals of a figure by its unit; two for everything else.
DECIMALS = {"persons": 0, "units": 0, "flag": 0, "10 000 persons": 4}
# Decimals of a rate in per cent: two, or up to four where two do not tell rates apart.
PLACES, _MOST_PLACES = 2, 4
_WHOLE = 100

# A rate from 0 to 1, exact.
Rate = Decimal | Fraction


def in_percent(rate: Rate, places: int = PLACES) -> Decimal:
    """Return a rate in per cent as it is written: rounded half up, to ``places`` decimals or more.

    Only nothing is 0 and only the whole is 100: what would round to either takes more decimals, and at the
    last of them the figure nearest to the rate.
    """
    value = _hundredfold(rate)
    for decimals_taken in range(places, _MOST_PLACES + 1):
        rounded = half_up(value, decimals_taken)
        if (rounded == 0) == (value == 0) and (rounded == _WHOLE) == (value == _WHOLE):
            return rounded
    step = Decimal(1).scaleb(-_MOST_PLACES)
    return rounded + (step if value > rounded else -step)


def percent(rate: Rate | None, places: int = PLACES) -> str:
    """Return a rate from 0 to 1 in per cent, a dash for none: the only way a rate is written."""
    if rate is None:
        return NOTHING
    written_rate, exact = in_percent(rate, places), _hundredfold(rate)
    is_nearest = half_up(exact, _MOST_PLACES) in (0, _WHOLE) and exact not in (0, _WHOLE)
    sign = ("<" if exact < written_rate else ">") if is_nearest else ""
    return f"{sign}{written_rate:,f}%"


def places_of(rates: Iterable[Rate | None]) -> int:
    """Return the fewest decimals, from two to four, at which rates that differ are written differently."""
    different = {rate for rate in rates if rate is not None}
    for places in range(PLACES, _MOST_PLACES):
        if len({in_percent(rate, places) for rate in different}) == len(different):
            return places
    return _MOST_PLACES


def difference(rate: Rate | None, base: Rate | None, places: int = PLACES) -> Decimal | None:
    """Return how many points a rate is above another, as both are written; None without either."""
    if rate is None or base is None:
        return None
    return in_percent(rate, places) - in_percent(base, places)


def signed(change: Decimal | None) -> str:
    """Return a difference in points with its sign, a dash for none."""
    return NOTHING if change is None else f"{change:+,f}" if change else "0.00"


def _hundredfold(rate: Rate) -> Decimal:
    exact = Fraction(rate) * _WHOLE
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def counted(number: Decimal | int | None) -> str:
    """Return a count with its thousands separated, a dash for none."""
    return NOTHING if number is None else f"{half_up(Decimal(number), 0):,f}"


def figure(value: Decimal | None, unit: str) -> str:
    """Return a figure as people read it."""
    if value is None:
        return NOTHING
    return f"{half_up(value, DECIMALS.get(unit, PLACES)):,f}"

"""Ranking by a rate, ties and polarity included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fundwatch.labels.quality import RATES_OF_ERROR
from reporting.formatting import in_percent, places_of


@dataclass(frozen=True)
class Place:
    """A rank among the divisions that have the rate, 1 the best; several may share it."""

    number: int
    is_shared: bool


def places(rates: Mapping[str, Fraction | None], *, metric: str) -> dict[str, Place]:
    """Rank divisions by a rate as it is written; those written alike share a place, the next is later.

    A division without the rate has no place.
    """
    taken = places_of(rates.values())
    ranked = {division: in_percent(rate, taken) for division, rate in rates.items() if rate is not None}
    sign = 1 if metric in RATES_OF_ERROR else -1
    result = {}
    for division, rate in ranked.items():
        better = sum(sign * other < sign * rate for other in ranked.values())
        same = sum(other == rate for other in ranked.values())
        result[division] = Place(better + 1, same > 1)
    return result


def is_better(change: Decimal, metric: str) -> bool:
    """Return whether a change of a rate, not zero, is an improvement."""
    return (change < 0) == (metric in RATES_OF_ERROR)


def rate_of(numerator: Decimal, denominator: Decimal) -> Fraction | None:
    """Return a rate exactly; None without a denominator."""
    return Fraction(numerator) / Fraction(denominator) if denominator else None

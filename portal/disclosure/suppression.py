"""Decides which figures of a city are suppressed, so that no suppressed one follows from what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from portal.disclosure.alternatives import Alternatives
from portal.disclosure.figures import COUNTS, MONEY, RATES, City, Place
from portal.disclosure.solving import determined
from portal.disclosure.sums import Sum, bounds_of, sums_of


def suppressed_of(city: City, *, k: int) -> frozenset[Place]:
    """Return the places of a city's figures that are not shown.

    Counts of 1 to ``k`` - 1, and the money and rates of suppressed counts. Then further ones, the smallest
    first: in a sum whose total is shown, suppressed members are none, or at least two that together come to
    ``k`` persons or more; no suppressed count is the only one that fits, and no suppressed money follows.
    Zero is shown. Again: the same places.
    """
    counts = _suppressed_counts(city, k=k)
    money = _suppressed_money(city, counts, k=k)
    rates = {
        place
        for rate, of in RATES.items()
        for place, value in city.values.items()
        if place.indicator == rate and value is not None
        if place._replace(indicator=of) in money or place._replace(indicator=MONEY[of]) in counts
    }
    return frozenset(counts | money | rates)


def _suppressed_counts(city: City, *, k: int) -> set[Place]:
    counts = {
        place: int(value)
        for place, value in city.values.items()
        if place.indicator in COUNTS and value is not None
    }
    suppressed = {place for place, value in counts.items() if 0 < value < k}
    if not suppressed:
        return suppressed
    sums = [equation for indicator in COUNTS for equation in sums_of(city, indicator)]
    alternatives = Alternatives(counts, sums, bounds_of(city), k=k)
    while True:
        _complete(sums, suppressed, weights=counts, values=counts, k=k)
        exposed = next(
            (place for place in sorted(suppressed) if not alternatives.has(place, suppressed)), None
        )
        if exposed is None:
            return suppressed
        further = _smallest(alternatives.neighbours(exposed), suppressed, counts)
        if further is None:
            further = _smallest(counts, suppressed, counts)
        if further is None:
            return suppressed
        suppressed.add(further)


def _suppressed_money(city: City, counts: set[Place], *, k: int) -> set[Place]:
    """Return the money that is suppressed: of suppressed counts, and what else would give it away."""
    every: set[Place] = set()
    for indicator, of in MONEY.items():
        values = {
            place: value
            for place, value in city.values.items()
            if place.indicator == indicator and value is not None
        }
        weights = {place: int(city.values.get(place._replace(indicator=of)) or 0) for place in values}
        suppressed = {place for place in values if values[place] and place._replace(indicator=of) in counts}
        sums = sums_of(city, indicator)
        while suppressed:
            _complete(sums, suppressed, weights=weights, values=values, k=k)
            determined_place = min(determined(sums, suppressed), default=None)
            if determined_place is None:
                break
            near = (
                place for equation in sums if determined_place in equation.places for place in equation.places
            )
            further = _smallest(near, suppressed, values) or _smallest(values, suppressed, values)
            if further is None:
                break
            suppressed.add(further)
        every |= suppressed
    return every


def _complete(
    sums: Iterable[Sum],
    suppressed: set[Place],
    *,
    weights: dict[Place, int],
    values: dict[Place, int] | dict[Place, Decimal],
    k: int,
) -> None:
    """Suppress further members of sums whose total is shown, until each has none or enough; else it."""
    is_changed = True
    while is_changed:
        is_changed = False
        for equation in sums:
            hidden = [place for place in equation.members if place in suppressed]
            if not hidden or equation.total in suppressed:
                continue
            if len(hidden) > 1 and sum(weights[place] for place in hidden) >= k:
                continue
            suppressed.add(_smallest(equation.members, suppressed, values) or equation.total)
            is_changed = True


def _smallest(
    places: Iterable[Place], suppressed: set[Place], values: dict[Place, int] | dict[Place, Decimal]
) -> Place | None:
    """Return the shown place of the smallest value that is not zero."""
    shown = {place for place in places if place not in suppressed and values[place]}
    return min(shown, key=lambda place: (abs(values[place]), place), default=None)

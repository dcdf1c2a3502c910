"""What a reader can add up, and what he knows without adding: the relations between the figures of a city."""

from __future__ import annotations

from dataclasses import dataclass

from portal.disclosure.figures import ALL, COUNTS, MONEY, PARTS, City, Place


@dataclass(frozen=True)
class Sum:
    """Members that come to a total."""

    members: tuple[Place, ...]
    total: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Members and total."""
        return (*self.members, self.total)


@dataclass(frozen=True)
class AtLeast:
    """What is at least another thing: ``larger`` added up is no less than ``smaller``."""

    larger: tuple[Place, ...]
    smaller: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """All places that the relation speaks of."""
        return (*self.larger, self.smaller)


def sums_of(city: City, indicator: str) -> list[Sum]:
    """Return the sums of one indicator: counties of the city in each scheme, and schemes of ALL for money.

    City counts are of distinct persons; who is insured in two counties is counted twice in the sum. It is
    taken for exact all the same: a reader who does so is nearly right.
    """
    schemes, known = (*city.schemes, ALL), city.values
    by_county = (
        (
            [Place(county, scheme, indicator) for county in city.counties],
            Place(city.division, scheme, indicator),
        )
        for scheme in schemes
    )
    by_scheme = (
        ([Place(division, scheme, indicator) for scheme in city.schemes], Place(division, ALL, indicator))
        for division in (city.division, *city.counties)
        if indicator in MONEY
    )
    sums = []
    for members, total in (*by_county, *by_scheme):
        present = tuple(place for place in members if known.get(place) is not None)
        if present and known.get(total) is not None:
            sums.append(Sum(present, total))
    return sums


def bounds_of(city: City) -> list[AtLeast]:
    """Return what is known of counts without a sum.

    Persons of ALL are no fewer than those of any scheme and no more than those of all schemes added up; a
    part is no more than its whole.
    """
    bounds, known = [], city.values
    for division in (city.division, *city.counties):
        for indicator in COUNTS:
            whole = Place(division, ALL, indicator)
            members = tuple(
                place
                for scheme in city.schemes
                if known.get(place := Place(division, scheme, indicator)) is not None
            )
            if members and known.get(whole) is not None:
                bounds.append(AtLeast(members, whole))
                bounds += [AtLeast((whole,), place) for place in members]
        for part, larger in PARTS.items():
            for scheme in (*city.schemes, ALL):
                pair = Place(division, scheme, larger), Place(division, scheme, part)
                if all(known.get(place) is not None for place in pair):
                    bounds.append(AtLeast((pair[0],), pair[1]))
    return bounds

"""Sums and distinct persons by division and scheme, rolled up to city, province and ``ALL``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.oracle.site import Site
from tests.oracle.values import half_up

ALL = "ALL"
Cell = tuple[str, str]


def _cells(site: Site, division: str, scheme: str, into_all: bool) -> Iterator[Cell]:
    for place in site.chain(division):
        yield place, scheme
        if into_all:
            yield place, ALL


class Persons:
    """Distinct persons: over a city's whole area, and over schemes in ``ALL``."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._sets: dict[Cell, set[str]] = defaultdict(set)

    def add(self, division: str, scheme: str | None, person: str, *, into_all: bool = True) -> None:
        """Count a person once in each cell; a scheme that does not map counts nowhere."""
        if scheme is not None:
            for cell in _cells(self.site, division, scheme, into_all):
                self._sets[cell].add(person)

    def at(self, cell: Cell) -> int:
        """Give the number of persons of a cell."""
        return len(self.of(cell))

    def of(self, cell: Cell) -> frozenset[str]:
        """Name the persons of a cell."""
        return frozenset(self._sets.get(cell, ()))


class Money:
    """Exact sums; ``ALL`` sums over schemes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._sums: dict[Cell, Decimal] = defaultdict(Decimal)

    def add(self, division: str, scheme: str | None, amount: Decimal | int) -> None:
        """Add an amount to each cell; a scheme that does not map counts nowhere."""
        if scheme is not None:
            for cell in _cells(self.site, division, scheme, into_all=True):
                self._sums[cell] += amount

    def at(self, cell: Cell) -> Decimal:
        """Give the sum of a cell."""
        return half_up(self._sums[cell] if cell in self._sums else Decimal(0))

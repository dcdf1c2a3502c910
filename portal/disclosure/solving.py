"""Which unknowns a system of sums determines: exact elimination over fractions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction

from portal.disclosure.figures import Place
from portal.disclosure.sums import Sum


def determined(sums: Iterable[Sum], unknown: Collection[Place]) -> set[Place]:
    """Return the unknown places whose value follows from the sums and what else is shown.

    An unknown follows when it stands alone in a row of the reduced system.
    """
    rows = []
    for equation in sums:
        row = {place: Fraction(1) for place in equation.members if place in unknown}
        if equation.total in unknown:
            row[equation.total] = Fraction(-1)
        if row:
            rows.append(row)
    return {place for row in _reduced(rows) if len(row) == 1 for place in row}


def _reduced(rows: list[dict[Place, Fraction]]) -> list[dict[Place, Fraction]]:
    """Return the rows in reduced echelon form."""
    done: list[tuple[Place, dict[Place, Fraction]]] = []
    for row in rows:
        current = dict(row)
        for pivot, other in done:
            _subtract(current, other, pivot)
        if not current:
            continue
        pivot = min(current)
        factor = current[pivot]
        current = {place: value / factor for place, value in current.items()}
        for _, other in done:
            _subtract(other, current, pivot)
        done.append((pivot, current))
    return [row for _, row in done]


def _subtract(row: dict[Place, Fraction], other: dict[Place, Fraction], pivot: Place) -> None:
    factor = row.get(pivot)
    if not factor:
        return
    for place, value in other.items():
        rest = row.get(place, Fraction(0)) - factor * value
        if rest:
            row[place] = rest
        else:
            row.pop(place, None)

"""The cells a correction changed, against the publication it replaces."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

import psycopg

from reporting.snapshot.content import Cell, subjects

_CELLS = """
    select form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator
    from ops.publication_cells where number = %s
"""


@dataclass(frozen=True)
class CellChange:
    """A cell whose value differs; ``kind`` is changed, added or dropped."""

    form: str
    cell: str
    division: str
    scheme: str
    breakdown: str
    indicator: str
    kind: str
    old_value: Decimal | None
    new_value: Decimal | None


def cells_of(connection: psycopg.Connection, number: int) -> tuple[Cell, ...]:
    """Return the stored cells of a publication."""
    return tuple(Cell(*row) for row in connection.execute(_CELLS, (number,)))


def changes(former: Iterable[Cell], cells: Iterable[Cell]) -> list[CellChange]:
    """Return the cells that differ, in the order of the forms; cells are matched by subject, not by place."""
    before, after = _by_subject(former), _by_subject(cells)
    differing = [_change(old, None, place=old) for subject, old in before.items() if subject not in after]
    for subject, new in after.items():
        old = before.get(subject)
        if old is None or old.value != new.value:
            differing.append(_change(old, new, place=new))
    return sorted(
        differing,
        key=lambda change: (change.form, change.division, change.scheme, change.breakdown, change.cell),
    )


def as_csv(changed: Iterable[CellChange]) -> bytes:
    """Return the changes as a file of the publication; plain decimals, empty for none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = [field.name for field in fields(CellChange)]
    writer.writerow(names)
    for change in changed:
        values = (getattr(change, name) for name in names)
        writer.writerow(format(value, "f") if isinstance(value, Decimal) else value for value in values)
    return text.getvalue().encode()


def _change(old: Cell | None, new: Cell | None, *, place: Cell) -> CellChange:
    kind = "changed" if old and new else "added" if new else "dropped"
    return CellChange(
        place.form, place.cell, place.division, place.scheme, place.breakdown, place.indicator, kind,
        old.value if old else None, new.value if new else None,
    )  # fmt: skip


def _by_subject(cells: Iterable[Cell]) -> dict[tuple[object, ...], Cell]:
    """Index cells by what they state, since a line's number changes when a scheme is added."""
    cells = tuple(cells)
    lines = subjects(cells)
    return {
        (
            cell.form, cell.division, cell.scheme, cell.breakdown, cell.place[1],
            lines.get((cell.form, cell.place[0]), cell.indicator),
        ): cell
        for cell in cells
    }  # fmt: skip

"""What a correction changed: cells of a publication against those of the one it takes the place of."""

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
    """A cell with another value than before; ``kind`` is changed, added or dropped."""

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
    """Return the cells a publication was stored with."""
    return tuple(Cell(*row) for row in connection.execute(_CELLS, (number,)))


def changes(former: Iterable[Cell], cells: Iterable[Cell]) -> list[CellChange]:
    """Return the cells that differ, in the order of the forms; a cell is known by what it states."""
    before, after = _by_meaning(former), _by_meaning(cells)
    found = []
    for meaning in before.keys() | after.keys():
        old, new = before.get(meaning), after.get(meaning)
        if old and new and old.value == new.value:
            continue
        found.append(_change(old, new))
    return sorted(found, key=lambda one: (one.form, one.division, one.scheme, one.breakdown, one.cell))


def as_csv(found: Iterable[CellChange]) -> bytes:
    """Return the list as a file of the publication; plain decimals, empty for none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = [field.name for field in fields(CellChange)]
    writer.writerow(names)
    for one in found:
        values = (getattr(one, name) for name in names)
        writer.writerow(format(value, "f") if isinstance(value, Decimal) else value for value in values)
    return text.getvalue().encode()


def _change(old: Cell | None, new: Cell | None) -> CellChange:
    cell = new or old
    kind = "changed" if old and new else "added" if new else "dropped"
    return CellChange(
        cell.form, cell.cell, cell.division, cell.scheme, cell.breakdown, cell.indicator, kind,
        old.value if old else None, new.value if new else None,
    )  # fmt: skip


def _by_meaning(cells: Iterable[Cell]) -> dict[tuple, Cell]:
    """Lines move when a scheme comes into use; what a cell states does not."""
    held = tuple(cells)
    about = subjects(held)
    return {
        (
            cell.form, cell.division, cell.scheme, cell.breakdown, cell.place[1],
            about.get((cell.form, cell.place[0]), cell.indicator),
        ): cell
        for cell in held
    }  # fmt: skip

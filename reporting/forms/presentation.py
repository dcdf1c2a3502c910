"""What a form shows beside and instead of its cells: sums since January, and a dash where no item can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reporting.cell_labels import SEPARATOR
from reporting.forms.sdmx_texts import ITEMS
from reporting.snapshot.content import Cell
from reporting.snapshot.history import Observation
from reporting.snapshot.year_to_date import INDICATORS

_YEAR_TO_DATE_FORM = "R2"
_FIRST_COLUMN = 10
_TARGETS = "R4"
_RESIDENTS = frozenset({"170", "390"})
# Indicator -> schemes that cannot have it: nobody is retired in them, or residents pay sums without a base.
_CANNOT_BE = {
    "insured_retirees": frozenset({"210", "410", "510"}),
    "arrears": _RESIDENTS,
    "arrears_cleared": _RESIDENTS,
    "arrears_cleared_ytd": _RESIDENTS,
    "average_base": _RESIDENTS,
}


def shown_cells(code: str, cells: Sequence[Cell], year_to_date: Iterable[Observation]) -> tuple[Cell, ...]:
    """Return the cells as a form shows them; those of the export stay as they are.

    Shape:  R2 has three more columns, the sums since January of each line. A nothing where the scheme cannot
            have the item has no value, and is written as a dash; a figure is never taken away. R4 has all
            of its columns, whether anything stands in them or not.
    """
    shown = [*cells, *(_sums(cells, year_to_date) if code == _YEAR_TO_DATE_FORM else ())]
    shown = [replace(cell, value=None) if _cannot_be(cell) and not cell.value else cell for cell in shown]
    return (*shown, *(_empty_places(shown) if code == _TARGETS else ()))


def _cannot_be(cell: Cell) -> bool:
    return cell.scheme in _CANNOT_BE.get(cell.indicator, frozenset())


def _sums(cells: Sequence[Cell], year_to_date: Iterable[Observation]) -> list[Cell]:
    values = {(cell.division, cell.scheme, cell.indicator): cell.value for cell in year_to_date}
    lines = {cell.place[0]: cell for cell in reversed(cells)}
    return [
        replace(
            line, cell=f"r{number}c{column}", unit="yuan", indicator=indicator,
            value=values[line.division, line.scheme, indicator],
            label_zh=_column(line.label_zh, indicator), label_en=_column(line.label_en, indicator),
        )
        for number, line in sorted(lines.items())
        for column, indicator in enumerate(INDICATORS, _FIRST_COLUMN)
        if (line.division, line.scheme, indicator) in values
    ]  # fmt: skip


def _empty_places(cells: Sequence[Cell]) -> list[Cell]:
    taken = {cell.place for cell in cells}
    lines = {cell.place[0]: cell for cell in reversed(cells)}
    return [
        replace(
            line, cell=f"r{number}c{column}", value=None, indicator="",
            unit=_UNITS.get(column, line.unit),
            label_zh=_column(line.label_zh, chinese), label_en=_column(line.label_en, english),
        )
        for number, line in sorted(lines.items())
        for column, (chinese, english) in enumerate(tuple(ITEMS.values())[1:], 1)
        if (number, column) not in taken
    ]  # fmt: skip


# Column of R4 -> its unit, where that is not the line's.
_UNITS = {3: "%", 5: "%", 6: "%", 7: "points", 8: "%", 9: "flag"}


def _column(label: str, heading: str) -> str:
    """Return a cell's label with another column's heading."""
    return f"{label.rpartition(SEPARATOR)[0]}{SEPARATOR}{heading}"

"""Figures as people read them on a form, by its cells; elsewhere by ``fundwatch.labels.figures``."""

from __future__ import annotations

from fundwatch.labels.figures import (
    DECIMALS,
    NOTHING,
    PLACES,
    Rate,
    counted,
    difference,
    figure,
    in_percent,
    percent,
    places_of,
    signed,
)
from fundwatch.rounding import half_up
from reporting.snapshot.content import Cell
from reporting.texts import Texts

__all__ = [
    "NOTHING", "PLACES", "Rate", "counted", "decimals", "difference", "figure", "in_percent", "percent",
    "places_of", "signed", "written",
]  # fmt: skip


def written(cell: Cell | None, texts: Texts) -> str:
    """Return a figure as people read it: thousands separated, a dash for none, nothing without a cell."""
    if cell is None:
        return ""
    if cell.value is None:
        return NOTHING
    if cell.unit == "flag":
        return texts.flags[int(cell.value)]
    sign = "+" if cell.unit == "points" and cell.value > 0 else ""
    return sign + f"{half_up(cell.value, decimals(cell)):,f}"


def decimals(cell: Cell) -> int:
    """Return with how many decimals a cell is shown."""
    return DECIMALS.get(cell.unit, PLACES)

"""The labels of a report cell, taken apart: division, texts of the line, heading of the column."""

from __future__ import annotations

from collections.abc import Sequence

from reporting.snapshot.content import Cell
from reporting.texts import TEXTS

# Between division, scheme and indicator in a cell's label.
SEPARATOR = " · "


def names_of(cells: Sequence[Cell], language: str) -> dict[str, str]:
    """Return the names of the divisions on a form in the order of its lines."""
    ordered = sorted(cells, key=lambda cell: cell.place)
    return {cell.division: labels_of(cell, language)[0] for cell in ordered}


def labels_of(cell: Cell, language: str) -> list[str]:
    """Return the texts of a cell's line, the division first, then the heading of its column."""
    label = cell.label_zh if language == "zh" else cell.label_en
    parts = len(TEXTS[language].forms[cell.form].text_labels) + 1
    return label.rsplit(SEPARATOR, parts)

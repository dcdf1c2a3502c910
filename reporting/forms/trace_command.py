"""How a figure on a form is traced to its rows: the command, as the footers and sheets of forms give it."""

from __future__ import annotations

import shlex

from reporting.snapshot.content import Cell


def command_of(cell: Cell, month: str) -> str:
    """Return the command line that traces a cell's indicator."""
    parts = [
        "fundwatch", "trace", cell.indicator, "--month", month, "--division", cell.division, "--scheme",
        cell.scheme, *(["--breakdown", cell.breakdown] if cell.breakdown else []),
    ]  # fmt: skip
    return shlex.join(parts)

"""The command that traces a figure of a form to its rows, as printed on the forms."""

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

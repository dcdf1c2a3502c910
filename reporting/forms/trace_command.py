"""The command that traces a figure of a form to its rows, as printed on the forms."""

from __future__ import annotations

import shlex

from reporting.snapshot.content import Cell

# What the columns of form B1 that count exceptions, or sum their premium, are counted from.
_OF_EXCEPTIONS = frozenset({"unit_base_low", "unit_base_high", "at_stake"})


def command_of(cell: Cell, month: str) -> str:
    """Return the command line that traces a cell's indicator, or lists the bases a cell counts."""
    if cell.form == "B1":
        rows = "base_exceptions" if cell.indicator in _OF_EXCEPTIONS else "bases"
        return shlex.join(["fundwatch", "export", rows, "--month", month])
    parts = [
        "fundwatch", "trace", cell.indicator, "--month", month, "--division", cell.division, "--scheme",
        cell.scheme, *(["--breakdown", cell.breakdown] if cell.breakdown else []),
    ]  # fmt: skip
    return shlex.join(parts)

"""The rules ``<table>-0``: cells that hold a value which is no amount, or of AC60 no date or month."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.ledgers import Ledgers
from tests.oracle.values import amount, day, month

TYPED: dict[str, dict[str, Callable[[str | None], object]]] = {
    "AB07": {"AAB120": amount, "AAE020": amount, "AAE080": amount},
    "AC43": dict.fromkeys(("AAC040", "AAE180", "AAE020", "AAE022", "AAE080", "AAE082"), amount),
    "AC50": {"AAE240": amount},
    "AC60": {"AIC162": day, "AAE210": month, "AAE211": month},
    "AC61": {"AAE019": amount},
    "AC82": {"AAE019": amount},
    "AC83": {"AAE019": amount},
    "YC01": {"AAE019": amount, "AAE058": amount},
    "YC02": {"AAE019": amount},
}
"""Table -> column -> what reads a value of it; None for one that does not parse."""


def is_unreadable(table: str, column: str, value: str | None) -> bool:
    """Tell a value that is neither missing nor what its column holds."""
    read = TYPED.get(table, {}).get(column)
    return read is not None and value is not None and read(value) is None


def _rule(table: str) -> Callable[[tuple, Ledgers], bool]:
    def judge(row: tuple, _ledgers: Ledgers) -> bool:
        return any(is_unreadable(table, column, getattr(row, column)) for column in TYPED[table])

    return judge


READABLE_RULES = {table: {f"{table}-0": _rule(table)} for table in TYPED}

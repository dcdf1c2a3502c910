"""The divisions a visit may see, by their names in its language."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from portal.visits import Visit

_LEVELS = ("province", "city", "county")
_QUERY = """
    select division, name_zh, name_en, level, parent from portal.divisions_read()
"""


class Divisions:
    """Divisions in the order they are shown: the whole first, then its parts by code."""

    def __init__(self, visit: Visit) -> None:
        """Remember the visit; nothing is read yet."""
        self._visit = visit

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The divisions with their names and levels."""
        divisions = self._visit.rows(_QUERY)
        return sorted(divisions, key=lambda row: (_level(row["level"]), row["division"]))

    @cached_property
    def _names(self) -> dict[str, str]:
        key = "name_zh" if self._visit.language == "zh" else "name_en"
        return {row["division"]: row[key] or row["name_zh"] or row["division"] for row in self.rows}

    @property
    def options(self) -> list[tuple[str, str]]:
        """Code and name of each."""
        return [(row["division"], self._names[row["division"]]) for row in self.rows]

    def name(self, division: str | None) -> str:
        """Return a division's name; its code where there is none, nothing for no division."""
        return "" if division is None else self._names.get(division, division)


def _level(level: str | None) -> int:
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)

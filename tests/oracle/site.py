"""The site's parameters: the division tree, code maps, and values looked up for a county."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from tests.oracle.values import code_text, month


def read_csv(path: Path) -> list[dict[str, str | None]]:
    """Read a CSV file of the site; a file that may be absent reads as empty."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            {column: code_text(value) for column, value in row.items() if column is not None}
            for row in csv.DictReader(lines)
        ]


def in_force(row: dict[str, str | None], at: str) -> bool:
    """``valid_from``, ``valid_to`` are months, inclusive, empty = open."""
    first, last = month(row.get("valid_from")), month(row.get("valid_to"))
    return (first is None or first <= at) and (last is None or at <= last)


def number(value: str | None) -> Decimal | None:
    """Read a parameter as an exact number, None when the cell is empty."""
    return None if value is None else Decimal(value)


class Site:
    """The folder of site parameters, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables: dict[str, list[dict[str, str | None]]] = {}
        self._found: dict[tuple[object, ...], dict[str, str | None] | None] = {}
        self.parent = {
            row["division"]: row.get("parent") for row in self.table("divisions") if row["division"]
        }
        self.level = {row["division"]: row.get("level") for row in self.table("divisions") if row["division"]}

    def table(self, name: str) -> list[dict[str, str | None]]:
        """Give the rows of ``<name>.csv``."""
        if name not in self._tables:
            self._tables[name] = read_csv(self.folder / f"{name}.csv")
        return self._tables[name]

    @property
    def city(self) -> str:
        """The site's city."""
        return self.of_level("city")[0]

    def of_level(self, level: str) -> list[str]:
        """List the divisions of a level, in code order."""
        return sorted(division for division in self.level if self.level[division] == level)

    def chain(self, division: str | None) -> tuple[str, ...]:
        """Counties roll up to a city and a province: a division of the site and its parents."""
        above: list[str] = []
        while division is not None and division in self.parent and division not in above:
            above.append(division)
            division = self.parent[division]
        return tuple(above)

    def counties_of(self, city: str) -> list[str]:
        """List the counties below a city."""
        return [county for county in self.of_level("county") if city in self.chain(county)]

    def column_names(self, table: str) -> dict[str, str]:
        """Map the raw column names of a production table to standard ones (``column_map.csv``)."""
        return {
            (row["raw_column"] or "").upper(): row["standard_column"] or ""
            for row in self.table("column_map")
            if row.get("source") in (None, "production") and row.get("table") in (None, table)
        }

    def code_map(self, source: str, classes: tuple[str, ...], at: str) -> dict[str, str]:
        """Map raw values of a class to standard codes, as valid in a month."""
        return {
            row["raw"]: row["standard"]
            for row in self.table("code_map")
            if row.get("source") in (None, source)
            and row.get("class") in classes
            and row.get("raw") is not None
            and row.get("standard") is not None
            and in_force(row, at)
        }

    def mapped_classes(self) -> set[str]:
        """List the classes the code map speaks of for the production database."""
        return {
            row["class"] or "" for row in self.table("code_map") if row.get("source") in (None, "production")
        }

    def look_up(
        self, name: str, division: str, at: str | None, keys: tuple[tuple[str, str | None], ...]
    ) -> dict[str, str | None] | None:
        """Find the row in force: county, then city, then province, then the most filled keys.

        An empty key cell means "any"; ``at`` None ignores validity (tables without it).
        """
        asked = (name, division, at, keys)
        if asked not in self._found:
            self._found[asked] = self._search(name, division, at, keys)
        return self._found[asked]

    def _search(
        self, name: str, division: str, at: str | None, keys: tuple[tuple[str, str | None], ...]
    ) -> dict[str, str | None] | None:
        fitting = [
            row
            for row in self.table(name)
            if (at is None or in_force(row, at)) and all(row.get(key) in (None, value) for key, value in keys)
        ]
        for place in (*self.chain(division), None):
            here = [row for row in fitting if row.get("division") == place]
            if here:
                return max(
                    here,
                    key=lambda row: (
                        sum(row.get(key) is not None for key, _ in keys),
                        month(row.get("valid_from")) or "",
                    ),
                )
        return None

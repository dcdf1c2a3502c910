"""The map of grades: divisions by tables, the tables by group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from fundwatch.labels.quality import Labels, in_order
from portal.pages.quality.reading import grades
from portal.visits import Publication, Visit

GRADES = ("A", "B", "C", "D", "F")


@dataclass(frozen=True)
class Square:
    """One division and table: its grade, and how many of its judged rates failed."""

    grade: str | None
    failed: int
    judged: int


@dataclass(frozen=True)
class HeatMap:
    """``groups``: name of a group -> (table, its name, its code); ``squares`` by division and table."""

    groups: dict[str, list[tuple[str, str, str]]]
    divisions: list[str]
    squares: dict[tuple[str, str], Square]
    counts: Counter[str]


def heat_map(visit: Visit, publication: Publication) -> HeatMap:
    """Return the map of what one sees of a publication."""
    rows = grades(visit, publication)
    labels = Labels(visit.language)
    return HeatMap(
        groups={
            labels.group(group): [(table, labels.table(table), labels.code(table)) for table in tables]
            for group, tables in in_order({row["table"] for row in rows}).items()
        },
        divisions=sorted({row["division"] for row in rows}),
        squares={
            (row["division"], row["table"]): Square(row["grade"], row["failed"], row["judged"])
            for row in rows
        },
        counts=Counter(row["grade"] for row in rows if row["grade"]),
    )

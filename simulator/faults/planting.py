"""Planting in the rows of one production table: so many per county, each row once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator import parameters
from simulator.faults.corrections import correct, correction_month, last_month
from simulator.history import History
from simulator.span import Span
from simulator.truth import Truth


@dataclass
class Planting:
    """Plants faults in rows of a table that never change after insertion.

    ``county`` is the index of the county a row is counted in, ``free`` who may be touched; ``key`` names the
    key columns. A table without a way to a county (``is_placed`` false) is counted in the city alone.
    """

    span: Span
    history: History
    truth: Truth
    key: tuple[str, ...]
    county: np.ndarray
    free: np.ndarray
    is_placed: bool = True
    columns: dict[str, np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        """Render the table once, and let later renderings read what is planted; rows still to come stay."""
        table = self.history
        self.rng = self.span.stream(f"planting_{table.table}")
        self.free &= table.since < self.span.count
        self.columns = {
            name: np.array(values, dtype=object)
            for name, values in table.render(np.arange(len(table.since))).items()
        }
        self.history.render = lambda rows: {name: values[rows] for name, values in self.columns.items()}

    def draw(self, rate: float, *, among: np.ndarray | None = None) -> list[int]:
        """Draw free rows: in each county its share of ``rate``, and one at least where there is one."""
        fits = self.free if among is None else self.free & among
        chosen: list[int] = []
        for county, factor in enumerate(parameters.COUNTY_FAULT_FACTOR):
            pool = np.flatnonzero(fits & (self.county == county))
            count = min(max(round(rate * factor * len(pool)), 1), len(pool))
            chosen += sorted(self.rng.choice(pool, size=count, replace=False).tolist())
        self.free[chosen] = False
        return chosen

    def put(self, rule: str, row: int, column: str, wrong: object) -> int:
        """Write a wrong value and record it; return the month index in which it is corrected, or the end."""
        right = self.columns[column][row]
        self.columns[column][row] = wrong
        since, county = int(self.history.since[row]), int(self.county[row])
        index = correction_month(self.rng, self.span, county=county, since=since)
        correct(self.history, self.span, index, row, column, right)
        self.truth.plant(rule, **{**self.item(row), "last_month": last_month(self.span, index)})
        return index

    def pretend(self, rule: str, row: int, column: str, value: object, *, why: str) -> None:
        """Write a value that looks wrong and is right, and record the decoy."""
        self.columns[column][row] = value
        self.truth.decoy(rule, why=why, **self.item(row))

    def append(self, like: Sequence[int], **changed: Sequence[object]) -> list[int]:
        """Add rows like others but for the columns that change; they begin when the others do."""
        rows, first = np.array(like, dtype=int), len(self.history.since)
        for name, values in self.columns.items():
            new = np.array(list(changed.get(name, values[rows])), dtype=object)
            self.columns[name] = np.concatenate([values, new])
        self.history.since = np.concatenate([self.history.since, self.history.since[rows]])
        self.county = np.concatenate([self.county, self.county[rows]])
        self.free = np.concatenate([self.free, np.zeros(len(rows), dtype=bool)])
        return list(range(first, first + len(rows)))

    def item(self, row: int, *, is_placed: bool = True) -> dict[str, object]:
        """Describe a row for the truth."""
        has_county = self.is_placed and is_placed
        return {
            "table": self.history.table,
            "key": "|".join(str(self.columns[name][row]) for name in self.key),
            "division": parameters.COUNTIES[self.county[row]] if has_county else None,
            "first_month": self.span.months[int(self.history.since[row])],
            "last_month": None,
        }

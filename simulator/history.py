"""Rows with a past: when each came into the production database, and what changed later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

Columns = Mapping[str, object]


@dataclass(frozen=True)
class Update:
    """New values for some columns of some rows, from one month of the range on."""

    since: int
    rows: np.ndarray
    columns: Columns


@dataclass
class History:
    """One production table over the months of the range.

    ``since`` is the month (0 is the first) in which a row appears; months before the range count as 0.
    ``render`` yields the columns (texts, numbers, cents for money; a scalar stands for all) of rows.
    """

    table: str
    since: np.ndarray
    render: Callable[[np.ndarray], Columns]
    updates: list[Update] = field(default_factory=list)

    @classmethod
    def of(cls, table: str, since: np.ndarray | int, columns: Mapping[str, np.ndarray]) -> History:
        """Return a history over columns that are already there."""
        count = len(next(iter(columns.values())))
        whole = {name: np.asarray(values) for name, values in columns.items()}
        return cls(
            table,
            np.broadcast_to(np.asarray(since), (count,)),
            lambda rows: {name: values[rows] for name, values in whole.items()},
        )

    def update(self, since: int, rows: Iterable[int] | np.ndarray, **columns: object) -> None:
        """Change columns of rows from month ``since`` on."""
        places = np.asarray(rows, dtype=np.int64)
        if len(places):
            self.updates.append(Update(since, places, columns))

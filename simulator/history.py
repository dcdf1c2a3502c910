"""Rows with a past: when each came into the production database, and what changed later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

Scalar = str | int | None
Columns = Mapping[str, np.ndarray | Scalar]


def or_none(condition: np.ndarray, values: np.ndarray | str) -> np.ndarray:
    """Return ``values`` where the condition holds, else ``None``."""
    return np.where(condition, values, np.array(None, dtype=object))


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

    def update(self, since: int, rows: Iterable[int] | np.ndarray, **columns: np.ndarray | Scalar) -> None:
        """Change columns of rows from month ``since`` on."""
        places = np.asarray(rows, dtype=np.int64)
        if len(places):
            self.updates.append(Update(since, places, columns))

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


def _as_objects(values: np.ndarray | Scalar | list[Scalar], size: int) -> np.ndarray:
    column = np.empty(size, dtype=object)
    column[:] = values
    return column


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

    def append(self, rows: list[dict[str, Scalar]]) -> None:
        """Add rows behind all others; each says with ``since`` from which month it is there."""
        if not rows:
            return
        count, rendered = len(self.since), self.render(np.arange(len(self.since)))
        whole = {
            name: np.concatenate(
                [_as_objects(values, count), _as_objects([r[name] for r in rows], len(rows))]
            )
            for name, values in rendered.items()
        }
        self.since = np.concatenate([self.since, [row["since"] for row in rows]]).astype(np.int64)
        self.render = lambda places: {name: values[places] for name, values in whole.items()}

    def update(self, since: int, rows: Iterable[int] | np.ndarray, **columns: np.ndarray | Scalar) -> None:
        """Change columns of rows from month ``since`` on."""
        places = np.asarray(rows, dtype=np.int64)
        if len(places):
            self.updates.append(Update(since, places, columns))

"""The months of a simulation, and its independent streams of randomness."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from simulator import clock


@dataclass(frozen=True)
class Span:
    """The consecutive months simulated, and the seed."""

    months: tuple[str, ...]
    seed: int

    @property
    def first(self) -> int:
        """Number of the first month."""
        return clock.month_number(self.months[0])

    @property
    def count(self) -> int:
        """How many months."""
        return len(self.months)

    @property
    def last(self) -> int:
        """Number of the last month."""
        return self.first + self.count - 1

    @property
    def numbers(self) -> range:
        """Numbers of all months."""
        return range(self.first, self.last + 1)

    def index(self, months: np.ndarray | int) -> np.ndarray:
        """Return places of months in the range; months before it count as the first."""
        return np.maximum(np.asarray(months) - self.first, 0)

    def stream(self, name: str) -> np.random.Generator:
        """Return the random stream of one part, independent of how much the other parts draw."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

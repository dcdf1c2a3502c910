"""What is counted of rows while they are read: their checksums and their watermark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import eq

from ingestion.production.changes.checksums import Checksums
from ingestion.production.changes.watermark import Watermark
from ingestion.production.source.row_stream import HANDLED, Batch


@dataclass
class Tally:
    """Checksums and watermark of the rows that are read.

    A row's number among the rows of its key is found from its neighbours where rows are read in key order
    (``repeated`` is None then), else by counting the keys known to be repeated. Without ``checksums`` it is
    not needed.
    """

    watermark: Watermark
    checksums: Checksums | None = field(default_factory=Checksums)
    repeated: frozenset[str] | None = None
    _previous: str | None = None
    _occurrence: int = 1
    _counted: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Batch) -> None:
        """Take a batch into account."""
        if HANDLED in batch.fields:
            self.watermark.observe(batch.fields[HANDLED])
        if self.checksums is None:
            return
        if self.repeated is None:
            occurrences = self._by_neighbours(batch.keys, self.checksums)
        elif self.repeated.isdisjoint(batch.keys):
            occurrences = None
        else:
            occurrences = [self._by_counting(key, self.repeated) for key in batch.keys]
        self.checksums.add(batch.buckets, batch.lines, occurrences)

    def _by_counting(self, key: str, repeated: frozenset[str]) -> int:
        if key not in repeated:
            return 1
        self._counted[key] += 1
        return self._counted[key]

    def _by_neighbours(self, keys: Sequence[str], checksums: Checksums) -> list[int] | None:
        if not any(map(eq, keys, chain([self._previous], keys))):
            self._previous, self._occurrence = keys[-1], 1
            return None
        return [self._after_previous(key, checksums) for key in keys]

    def _after_previous(self, key: str, checksums: Checksums) -> int:
        self._occurrence = self._occurrence + 1 if key == self._previous else 1
        if self._occurrence > 1:
            checksums.note_repeated(key)
        self._previous = key
        return self._occurrence

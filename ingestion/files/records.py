"""Records as readers yield them: one by one, or many as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

Values = Mapping[str, str | None]
# A batch ends at so many records, or at so many characters: a few records may be very large.
BATCH, HEAVIEST = 10_000, 4 * 2**20


@dataclass(frozen=True)
class Record:
    """One record as it is in the file; ``fault`` is its row reason when it has no values."""

    line: int
    raw: str
    values: Values | None
    fault: str = ""


def in_batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Yield records in batches that memory holds, however large the records are."""
    batch: list[Record] = []
    weight = 0
    for record in records:
        batch.append(record)
        weight += len(record.raw) + sum(len(value or "") for value in (record.values or {}).values())
        if len(batch) == BATCH or weight >= HEAVIEST:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


@dataclass(frozen=True)
class Columns:
    """Many records of one shape: the line of each, and each field of the format as one array of text.

    ``text`` holds the records as they are in the file, from ``starts`` to ``ends``.
    """

    lines: np.ndarray
    fields: dict[str, pa.StringArray]
    text: bytes
    starts: np.ndarray
    ends: np.ndarray

    def records(self, places: np.ndarray) -> list[Record]:
        """Return some of the records one by one."""
        chosen = pa.array(places)
        values = {name: column.take(chosen).to_pylist() for name, column in self.fields.items()}
        rows = zip(*values.values(), strict=True)
        return [
            Record(
                int(self.lines[place]),
                self.text[self.starts[place] : self.ends[place]].decode(),
                values=dict(zip(values, row, strict=True)),
            )
            for place, row in zip(places, rows, strict=True)
        ]

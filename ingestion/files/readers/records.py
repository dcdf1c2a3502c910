"""Records as readers yield them: row by row, or many rows as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from ingestion.files.contract import Format, Values
from ingestion.files.readers.statements import Statement

BATCH = 10_000


@dataclass(frozen=True)
class Record:
    """One record as it stands in the file; ``fault`` is its row reason when it has no values."""

    line: int
    raw: str
    values: Values | None
    fault: str = ""


@dataclass(frozen=True)
class Columns:
    """Many records of one shape: the line of each, and each field of the format as one array of text.

    ``text`` holds the records as they stand in the file, from ``starts`` to ``ends``.
    """

    lines: np.ndarray
    fields: dict[str, pa.StringArray]
    text: bytes
    starts: np.ndarray
    ends: np.ndarray

    def records(self, places: np.ndarray) -> list[Record]:
        """Return some of the records row by row."""
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


class Reader:
    """Reads the records of one file, in batches, in its order.

    ``normalised`` (kinds of harmless deviation put right), ``is_blank`` (nothing but white space) and
    ``statements`` (of formats that state balances) hold once iteration has ended.
    Raises RefusedError, whatever the bytes are, and nothing else.
    """

    normalised: int = 0
    is_blank: bool = False
    statements: Sequence[Statement] = ()

    def __init__(self, handle: BinaryIO, *, form: Format, encoding: str) -> None:
        """Read ``handle`` from where it stands; closing it is the caller's."""
        self._handle = handle
        self._form = form
        self._encoding = encoding

    def __iter__(self) -> Iterator[Sequence[Record] | Columns]:
        """Yield batches, in file order."""
        raise NotImplementedError

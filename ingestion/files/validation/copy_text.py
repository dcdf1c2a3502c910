"""Rows as PostgreSQL's COPY text: tab-separated, a null as a backslash and N."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files.contract import LandingRow
from ingestion.files.records import Columns

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPE = str.maketrans(_ESCAPES)


def of_rows(rows: Iterable[tuple[int, LandingRow]], *, file_id: str) -> bytes:
    """Return rows, each with its file and line after its values."""
    return "".join(
        "\t".join(r"\N" if value is None else value.translate(_ESCAPE) for value in values)
        + f"\t{file_id}\t{line}\n"
        for line, values in rows
    ).encode()


def of_columns(columns: Columns, places: np.ndarray, names: Sequence[str], *, file_id: str) -> memoryview:
    """Return some records as they are, each with its file and line after its values."""
    lines = columns.lines
    fields = [columns.fields[name] for name in names]
    if len(places) < len(lines):
        lines = lines[places]
        chosen = pa.array(places)
        fields = [field.take(chosen) for field in fields]
    if b"\\" in columns.text or b"\t" in columns.text:
        fields = [_escaped(field) for field in fields]
    numbers = pc.binary_join_element_wise(pc.cast(pa.array(lines), pa.string()), "", "\n")
    rows = pc.binary_join_element_wise(*fields, pa.scalar(file_id), numbers, "\t")
    _, offsets, data = rows.buffers()
    ends = np.frombuffer(offsets, np.int32)
    return memoryview(data)[ends[rows.offset] : ends[rows.offset + len(rows)]]


def _escaped(field: pa.StringArray) -> pa.StringArray:
    for character in ("\\", "\t"):
        field = pc.replace_substring(field, character, _ESCAPES[character])
    return field

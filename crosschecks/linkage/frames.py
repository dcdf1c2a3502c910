"""The records the engine compares, as Arrow and Parquet: one shape for linking and for training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crosschecks.linkage.records import cuts, masks, sound

if TYPE_CHECKING:
    import pyarrow as pa

# Person id; name, number, birth and sex as compared; whether the number is valid; whether he is relinked.
Record = tuple[str, str | None, str | None, str | None, str | None, bool, bool]


def schema() -> pa.Schema:
    """Return the columns of a record, those included that only Python works out of a name."""
    import pyarrow as pa

    texts = pa.list_(pa.string())
    return pa.schema(
        [
            ("person_id", pa.string()), ("name", pa.string()), ("sound", pa.string()), ("masks", texts),
            ("cuts", texts), ("number", pa.string()), ("birth", pa.string()), ("sex", pa.string()),
            ("is_valid", pa.bool_()), ("is_relinked", pa.bool_()),
        ]
    )  # fmt: skip


def record_batch(rows: Sequence[Record]) -> pa.RecordBatch:
    """Return records with their sounds, masks and cuts."""
    import pyarrow as pa

    ids, names, numbers, births, sexes, valid, relinked = zip(*rows, strict=True)
    columns = [
        ids, names, [name and sound(name) for name in names], [masks(name or "") for name in names],
        [cuts(name or "") for name in names], numbers, births, sexes, valid, relinked,
    ]  # fmt: skip
    kinds = schema()
    return pa.record_batch(
        [pa.array(column, kind) for column, kind in zip(columns, kinds.types, strict=True)], schema=kinds
    )


def write_frequencies(path: Path, classes: Mapping[str, int], *, population: int) -> None:
    """Write the share of persons that bear each name, as Splink's lookup of term frequencies.

    ``classes`` holds for each name the power of two that its bearers do not exceed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    shares = [2.0**frequency / population for frequency in classes.values()]
    table = pa.table(
        {"name": pa.array(list(classes), pa.string()), "tf_name": pa.array(shares, pa.float64())}
    )
    pq.write_table(table, path)

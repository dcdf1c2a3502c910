"""Rows written as CSV, JSON or Parquet."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, BinaryIO, Literal

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = ("csv", "json", "parquet")
Value = str | int | Decimal | date | None
Kind = Literal["text", "integer", "decimal", "day"]

_BOM = b"\xef\xbb\xbf"
# What Excel would compute, and digits it would round to fifteen.
_UNSAFE_IN_EXCEL = re.compile(r"[=+\-@\t\r＝＋－＠].*|[0-9]{16,}", re.DOTALL)
# One type for all months of a column: decimals of rates, and of everything else.
_PRECISION = 38
_SCALES = {"rate": 20, "target": 20, "score": 20}
_OTHER_SCALE = 6
_BATCH = 50_000


def write(rows: Iterator[Sequence[Value]], *, columns: Sequence[str], as_: str, to: BinaryIO) -> int:
    """Write rows as ``csv`` or ``json``, UTF-8, null as empty; return how many."""
    plain = ([_plain(value) for value in row] for row in rows)
    if as_ == "csv":
        return _write_csv(plain, columns, to)
    records = [dict(zip(columns, row, strict=True)) for row in plain]
    to.write(json.dumps(records, ensure_ascii=False, indent=1).encode() + b"\n")
    return len(records)


def write_for_excel(rows: Iterator[Sequence[Value]], *, columns: Sequence[str], to: BinaryIO) -> int:
    """Write rows as CSV that Excel reads as UTF-8; return how many.

    A text that Excel would compute, or whose digits it would round, gets an apostrophe in front.
    """
    to.write(_BOM)
    return _write_csv(([_shown(value) for value in row] for row in rows), columns, to)


def write_parquet(rows: Iterator[Sequence[Value]], *, kinds: Mapping[str, Kind], to: BinaryIO) -> int:
    """Write rows as Parquet with the types of their columns; return how many.

    Shape:  whole numbers as int64, days as date32, decimals as decimal128(38, 20) for rates and (38, 6) for
            others, everything else, months too, as text. What has more decimals is rounded half up.
    """
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(name, _type(name, kind)) for name, kind in kinds.items()])
    count = 0
    with parquet.ParquetWriter(to, schema) as writer:
        while batch := list(itertools.islice(rows, _BATCH)):
            arrays = [
                pa.array([_fitting(value, field.type) for value in values], field.type)
                for field, values in zip(schema, zip(*batch, strict=True), strict=True)
            ]
            writer.write_table(pa.table(arrays, schema=schema))
            count += len(batch)
    return count


def _type(name: str, kind: Kind) -> pa.DataType:
    import pyarrow as pa

    if kind == "decimal":
        return pa.decimal128(_PRECISION, _SCALES.get(name, _OTHER_SCALE))
    return {"integer": pa.int64(), "day": pa.date32(), "text": pa.string()}[kind]


def _fitting(value: Value, kind: pa.DataType) -> Value:
    if isinstance(value, Decimal):
        return value.quantize(
            Decimal(1).scaleb(-kind.scale), rounding=ROUND_HALF_UP, context=Context(prec=_PRECISION)
        )
    return value


def _plain(value: Value) -> str | int | None:
    """Decimals as plain digits, days as YYYY-MM-DD; integers stay integers."""
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def _shown(value: Value) -> str | int | None:
    if isinstance(value, str) and _UNSAFE_IN_EXCEL.fullmatch(value):
        return f"'{value}"
    return _plain(value)


def _write_csv(rows: Iterator[list[str | int | None]], columns: Sequence[str], to: BinaryIO) -> int:
    text = io.TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    text.flush()
    text.detach()
    return count

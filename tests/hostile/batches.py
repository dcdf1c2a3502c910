"""A month's batch of the production database, as SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from tests.hostile.drawing import Row
from tests.oracle.catalogue import TABLES


def write_batch(folder: Path, month: str, tables: Mapping[str, Sequence[Row]]) -> None:
    """Write every table of the catalogue; what a row does not name is null, what no table names is empty."""
    with closing(sqlite3.connect(folder / f"production-{month}.db")) as database, database:
        for table, spec in TABLES.items():
            database.execute(f"create table {table} ({', '.join(spec.columns)})")
            marks = ", ".join("?" for _ in spec.columns)
            database.executemany(
                f"insert into {table} values ({marks})",
                [tuple(row.get(column) for column in spec.columns) for row in tables.get(table, [])],
            )

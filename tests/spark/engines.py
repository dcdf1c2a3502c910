"""One landed city on two engines: built on PostgreSQL, handed over as Parquet, built on Spark, read back."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from pipeline.dbt_runner import project_folder

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("build_on_spark.py")
# Build state: each engine has its own, because only PostgreSQL builds incrementally.
ITS_OWN_COLUMNS = {"built_months": {"staged", "fingerprint", "state_id", "former_state_id"}}
ITS_OWN_TABLES = {"stg_production__staged_tables", "stg_production__touched_keys", "kept_tables"}
TYPES = {"int8": pa.int64(), "int4": pa.int32(), "bool": pa.bool_(), "date": pa.date32()}
Rows = Counter[tuple]


@dataclass(frozen=True)
class Engines:
    """The same landed rows, built in the same order of months on both engines."""

    warehouse: Warehouse
    folder: Path

    def tables(self, layer: str) -> tuple[set[str], set[str]]:
        """Return the tables and views of a layer, on PostgreSQL and on Spark."""
        with self.warehouse.connect() as connection:
            names = connection.execute(
                "select table_name from information_schema.tables where table_schema = %s", (layer,)
            ).fetchall()
        built = {path.name for path in (self.folder / "built" / layer).iterdir()}
        return {name for (name,) in names} - ITS_OWN_TABLES, built - ITS_OWN_TABLES

    def rows(self, layer: str, table: str) -> tuple[Rows, Rows]:
        """Return how often a table has each row, on PostgreSQL and on Spark."""
        held = pq.read_table(self.folder / "built" / layer / table)
        columns = sorted(set(held.column_names) - ITS_OWN_COLUMNS.get(table, set()))
        with self.warehouse.connect() as connection:
            query = sql.SQL("select {} from {}").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(layer, table)
            )
            on_postgresql = Counter(connection.execute(query).fetchall())
        on_spark = Counter(zip(*(held[column].to_pylist() for column in columns), strict=True))
        return on_postgresql, on_spark


def build_on_spark(
    settings: Settings, warehouse: Warehouse, *, layers: Sequence[str], months: Sequence[str], folder: Path
) -> None:
    """Hand the landed rows of a warehouse over and build the layers of the months from them, in order."""
    _hand_over(warehouse, folder / "landed")
    with warehouse.connect() as connection:
        (version,) = connection.execute("select site_version from site.versions").fetchone()
    order = {
        "project": str(project_folder()),
        "layers": list(layers),
        "months": [
            {"month": month, "as_of": last_day(month).isoformat(), "site_version": version}
            for month in months
        ],
    }
    (folder / "order.json").write_text(json.dumps(order))
    done = subprocess.run(
        [ROOT / ".venv-spark" / "bin" / "python", PROGRAM, folder],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def _hand_over(warehouse: Warehouse, folder: Path) -> None:
    """Write what the models read as Parquet: landed production rows, extracts, the site's parameters."""
    with warehouse.connect() as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_schema = 'site'"
            " or table_schema = 'landing' and table_name like 'production%%'"
        ).fetchall()
        for schema, table in tables:
            (folder / schema).mkdir(parents=True, exist_ok=True)
            pq.write_table(_read(connection, schema, table), folder / schema / f"{table}.parquet")


def _read(connection: object, schema: str, table: str) -> pa.Table:
    """Read a table; what is neither a whole number, a truth value nor a day comes as text."""
    columns = connection.execute(
        "select column_name, udt_name from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        (schema, table),
    ).fetchall()
    chosen = [
        sql.SQL("{}" if kind in TYPES else "cast({} as text)").format(sql.Identifier(name))
        for name, kind in columns
    ]
    rows = connection.execute(
        sql.SQL("select {} from {}").format(sql.SQL(", ").join(chosen), sql.Identifier(schema, table))
    ).fetchall()
    return pa.table(
        {
            name: pa.array([row[position] for row in rows], TYPES.get(kind, pa.string()))
            for position, (name, kind) in enumerate(columns)
        }
    )

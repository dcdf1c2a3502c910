"""The engines Splink runs on: DuckDB in this process, or Spark for registers one machine cannot hold."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from fundwatch.errors import SettingInvalid

if TYPE_CHECKING:
    from splink.internals.database_api import DatabaseAPI
    from splink.internals.splink_dataframe import SplinkDataFrame

DUCKDB: Final = "duckdb"
MEMORY: Final = "2GB"
"""What DuckDB may hold in memory; what is beyond it spills to a folder that is removed afterwards."""


class Engine(Protocol):
    """Where Splink's SQL runs."""

    folder: Path
    api: DatabaseAPI[Any]

    def read(self, path: Path, table: str) -> SplinkDataFrame:
        """Return a Parquet file as a table of the engine."""

    def write(self, frame: SplinkDataFrame, columns: str, path: Path) -> None:
        """Write columns of a table as Parquet: a file, or a folder of files."""

    def select(self, table: str, query: str) -> SplinkDataFrame:
        """Return the result of a query as a table of the engine."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""

    def close(self) -> None:
        """End what was started."""


@contextmanager
def open_engine(name: str) -> Iterator[Engine]:
    """Open an engine with a private folder for its files; both are gone afterwards.

    Raises: SettingInvalid when Spark is asked for and not installed.
    """
    with tempfile.TemporaryDirectory(prefix="fundwatch-linkage-") as folder:
        engine = _DuckDB(Path(folder)) if name == DUCKDB else _Spark(Path(folder))
        try:
            yield engine
        finally:
            engine.close()


class _DuckDB:
    """DuckDB in memory, bounded, spilling to the private folder."""

    def __init__(self, folder: Path) -> None:
        import duckdb
        from splink import DuckDBAPI

        self.folder = folder
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": MEMORY,
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        self.api: DatabaseAPI[Any] = DuckDBAPI(connection=self._connection)

    def read(self, path: Path, table: str) -> SplinkDataFrame:
        name = _text(path)
        self._connection.execute(f"create table {table} as select * from read_parquet({name})")
        return self.api.register(table)

    def write(self, frame: SplinkDataFrame, columns: str, path: Path) -> None:
        self._connection.execute(
            f"copy (select {columns} from {frame.physical_name}) to {_text(path)} (format parquet)"
        )

    def select(self, table: str, query: str) -> SplinkDataFrame:
        self._connection.execute(f"create table {table} as {query}")
        return self.api.register(table)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def close(self) -> None:
        self._connection.close()


class _Spark:
    """A Spark session of this machine, or the one that the environment configures (spark-defaults.conf)."""

    def __init__(self, folder: Path) -> None:
        try:
            from pyspark.sql import SparkSession
            from splink import SparkAPI
            from splink.internals.spark.jar_location import similarity_jar_location
        except ImportError:
            raise SettingInvalid(
                "the setting FUNDWATCH_LINKAGE_ENGINE is spark, and pyspark is not installed",
                next_step="Install requirements/spark.txt beside Fundwatch, or set it to duckdb",
            ) from None
        self.folder = folder
        self._session = (
            SparkSession.builder.appName("fundwatch linkage")
            .config("spark.jars", similarity_jar_location())
            .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )
        self._session.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
        self.api: DatabaseAPI[Any] = SparkAPI(spark_session=self._session)

    def read(self, path: Path, table: str) -> SplinkDataFrame:
        return self.api.register(self._session.read.parquet(str(path)), table_name=table)

    def write(self, frame: SplinkDataFrame, columns: str, path: Path) -> None:
        query = f"select {columns} from {frame.physical_name}"
        self._session.sql(query).write.parquet(str(path))

    def select(self, table: str, query: str) -> SplinkDataFrame:
        return self.api.register(self._session.sql(query), table_name=table)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._session.sql(query).collect()]

    def close(self) -> None:
        self._session.stop()


def _text(path: Path) -> str:
    """Return a path as a SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"

"""Builds the dbt project on Spark, in the environment of requirements/spark.txt; a program of its own.

Reads a folder: ``landed/<schema>/<table>.parquet`` and ``order.json`` (the dbt project's folder, the layers,
and the variables of each month in order). Writes ``built/<schema>/<table>/*.parquet``, and everything Spark
and dbt leave behind, into the same folder.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from dbt.adapters.spark import session
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession


class AnsiConnection(session.Connection):
    """A connection that leaves ANSI mode on, which the adapter turns off: what does not parse must raise."""

    def __init__(self, **_settings: object) -> None:
        super().__init__()


def start_spark(folder: Path) -> SparkSession:
    """Start Spark on this machine; the adapter takes the session it finds, without Hive or its metastore.

    Hundreds of statements on a few rows each: translating them to machine code costs more than running them.
    """
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.local.dir", str(folder / "scratch"))
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.ansi.doubleQuotedIdentifiers", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )


def land(spark: SparkSession, folder: Path) -> None:
    """Make a table of each landed file."""
    for file in sorted((folder / "landed").glob("*/*.parquet")):
        schema, table = file.parent.name, file.stem
        spark.sql(f"create schema if not exists {schema}")
        spark.sql(f"create table {schema}.{table} using parquet location '{file}'")


def build(folder: Path, order: dict) -> None:
    """Build every layer for each month; the first failure ends it."""
    common = [
        "--project-dir", order["project"], "--profiles-dir", order["project"], "--target", "spark",
        "--target-path", str(folder / "dbt"), "--log-path", str(folder / "dbt"), "--quiet",
        "--no-send-anonymous-usage-stats", "--no-version-check", "--no-partial-parse", "--no-use-colors",
    ]  # fmt: skip
    selection = [f"config.schema:{layer}" for layer in order["layers"]]
    manifest = None
    for variables in order["months"]:
        given = [*common, "--vars", json.dumps(variables)]
        manifest = manifest or dbtRunner().invoke(["parse", *given]).result
        done = dbtRunner(manifest=manifest).invoke(
            ["build", "--select", *selection, "--exclude-resource-type", "unit_test", "test", *given]
        )
        if not done.success:
            raise SystemExit(f"dbt failed on Spark: {done.exception or _failures(done.result)}")


def _failures(results: object) -> str:
    return "; ".join(
        f"{result.node.name}: {result.message}"
        for result in results
        if str(result.status) in ("error", "fail")
    )


def write_down(spark: SparkSession, folder: Path, layers: list[str]) -> None:
    """Write each table and view of the layers as Parquet."""
    for layer in layers:
        for table in spark.catalog.listTables(layer):
            if not table.isTemporary:
                spark.table(f"{layer}.{table.name}").write.parquet(str(folder / "built" / layer / table.name))


def main(folder: Path) -> None:
    """Do as ``order.json`` of the folder says."""
    os.chdir(folder)
    order = json.loads((folder / "order.json").read_text())
    session.Connection = AnsiConnection
    spark = start_spark(folder)
    try:
        land(spark, folder)
        build(folder, order)
        write_down(spark, folder, order["layers"])
    finally:
        spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

"""Ledgers and statistics through dbt, against the same SQL by hand, and against DuckDB over Parquet."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import cast

import duckdb
import psycopg
import sqlglot
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunnerResult
from dbt.contracts.graph.nodes import ModelNode
from psycopg import sql
from sqlglot import exp

from benchmarks.findings import Finding, Section
from benchmarks.generated_city import (
    MONTH,
    NEXT_MONTH,
    PERSONS,
    change_contributions,
    count_contributions,
    land_city,
)
from benchmarks.landing import Bench, url_of
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from fundwatch.site import load_site
from pipeline import dbt_runner

BELOW = ("staging_site", "staging_production", "business_ledger")
STATISTICS = "statistical_ledger"
LAYERS = (*BELOW, STATISTICS)
_HAND = "by_hand"


@dataclass(frozen=True)
class Project:
    """A warehouse with a landed city, and dbt upon it."""

    warehouse: Warehouse
    settings: Settings
    site_version: str
    times: dict[str, float] = field(default_factory=dict)
    """Seconds each model took when it was last built."""

    def run(self, layer: str, *, month: str = MONTH, select: str = "") -> float:
        """Build the models of a layer, or those selected of it, without tests; return the seconds.

        Models that take a second or more are printed, the slowest first.
        """
        started = time.monotonic()
        built = self._invoke("run", layer, month=month, select=select)
        seconds = time.monotonic() - started
        self.times.update({result.node.name: result.execution_time for result in built.results})
        for result in sorted(built.results, key=lambda result: -result.execution_time):
            if result.execution_time >= 1:
                print(f"    {result.node.name}: {result.execution_time:.1f} s", flush=True)
        return seconds

    def seed(self) -> None:
        """Load the code lists."""
        for layer in ("staging_site", STATISTICS):
            self._invoke("seed", layer, month=MONTH)

    def test(self, layer: str, *, month: str = MONTH) -> float:
        """Test a layer's invariants; return the seconds."""
        started = time.monotonic()
        self._invoke("test", layer, month=month, extra=["--exclude-resource-type", "unit_test"])
        return time.monotonic() - started

    def empty(self) -> float:
        """Return what an invocation costs that selects nothing: dbt's own start-up."""
        return self.run(STATISTICS, select="tag:nothing")

    def compiled(self, layer: str, *, select: str = "") -> dict[str, str]:
        """Return the SQL of a layer's models, by relation, in the order in which they were built."""
        models = [result.node for result in self._invoke("run", layer, month=MONTH, select=select).results]
        return {
            str(model.relation_name).replace('"', "").partition(".")[2]: str(model.compiled_code)
            for model in models
            if isinstance(model, ModelNode)
        }

    def _invoke(
        self, command: str, layer: str, *, month: str, select: str = "", extra: Sequence[str] = ()
    ) -> RunExecutionResult:
        variables = {"month": month, "as_of": last_day(month).isoformat(), "site_version": self.site_version}
        result = dbt_runner.run(
            self.warehouse, self.settings, schema=layer,
            arguments=[
                command, "--select", select or f"config.schema:{layer}", *extra, "--vars", repr(variables),
            ],
        )  # fmt: skip
        if not result.success:
            raise RuntimeError(f"{command} {layer} failed: {result.exception or _failures(result)}")
        return cast("RunExecutionResult", result.result)


def _failures(result: dbtRunnerResult) -> str:
    models = result.result.results if isinstance(result.result, RunExecutionResult) else ()
    return "; ".join(str(model.message) for model in models if str(model.status) in ("error", "fail"))


def measure(folder: Path, *, persons: int = PERSONS) -> Section:
    """Measure a full build, a build of the month after in which 1 % changed, and DuckDB."""
    with Bench(folder) as bench:
        return _measured(bench, folder, persons=persons)


def _measured(bench: Bench, folder: Path, *, persons: int) -> Section:
    project = landed_project(bench, persons=persons)
    with project.warehouse.connect() as connection:
        contributions = count_contributions(connection)
    empty = project.empty()
    full = _each("through dbt", lambda layer: project.run(layer) - empty)
    again = _each("again", lambda layer: project.run(layer) - empty)
    changed = _changed(project, MONTH)
    later = _each("1 % changed", lambda layer: project.run(layer) - empty)
    theirs = _duckdb(project, folder)  # what was moved on equals what DuckDB makes of all
    by_hand = _each("by hand", lambda layer: _by_hand(project, layer))
    tests = sum(project.test(layer) for layer in ("business_ledger", STATISTICS)) - 2 * empty
    _changed(project, NEXT_MONTH)
    after = _each("the month after", lambda layer: project.run(layer, month=NEXT_MONTH) - empty)
    whole, statistics = sum(full.values()), full[STATISTICS]
    return Section(
        f"Ledgers and statistics: {persons:,} persons, {contributions:,} contributions",
        "Models alone, in seconds, less an invocation of dbt that selects nothing; `by hand` runs each"
        " model's compiled SQL as `create table as`. The changed build is of the same month, of which another"
        f" extract brought {changed:,} contributions with other amounts, strewn evenly; it follows the full"
        " build, whose pages the system still holds in part. Strewn like that, these rows lie on a quarter of"
        " the pages of the staged table and of the ledger, and on nearly every leaf of their indexes, which"
        " are read and written again. The month after brought as many."
        " DuckDB runs the same statistical SQL, transpiled, over the ledgers in Parquet; equal results are"
        " checked.",
        [
            *(
                Finding(
                    f"{layer}: through dbt, by hand, nothing changed, 1 % changed, the month after, s",
                    ", ".join(f"{leg[layer]:.1f}" for leg in (full, by_hand, again, later, after)),
                )
                for layer in LAYERS
            ),
            Finding("tests of ledgers and statistics, s", f"{tests:.1f}"),
            Finding.ratio("full build / by hand", whole, sum(by_hand.values()), most=1.25),
            Finding.ratio("build with 1 % changed / full build", sum(later.values()), whole, most=0.06),
            Finding("statistics in DuckDB over Parquet, s", f"{theirs:.1f}"),
            Finding.ratio("full statistics / DuckDB", statistics, theirs, most=6),
            Finding.ratio("statistics with 1 % changed / DuckDB", later[STATISTICS], theirs, most=1),
            Finding("statistics of the month after / DuckDB", f"{after[STATISTICS] / theirs:.2f}"),
        ],
    )


def _changed(project: Project, month: str) -> int:
    with project.warehouse.connect() as connection:
        return change_contributions(connection, one_in=100, month=month)


def _each(leg: str, run: Callable[[str], float]) -> dict[str, float]:
    """Run a leg for each layer in turn; return its seconds."""
    seconds = {}
    for layer in LAYERS:
        seconds[layer] = run(layer)
        print(f"  {leg}, {layer}: {seconds[layer]:.2f} s", flush=True)
    return seconds


def landed_project(bench: Bench, *, persons: int) -> Project:
    """Return a warehouse in which a generated city is landed, and dbt upon it."""
    settings = bench.fresh()
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        land_city(connection, persons=persons)
    project = Project(warehouse, settings, load_site(warehouse, settings))
    project.seed()
    return project


def _by_hand(project: Project, layer: str) -> float:
    """Run a layer's SQL, model by model, as `create table as`; return the seconds. Nothing of it is kept."""
    statements = project.compiled(layer)
    with psycopg.connect(url_of(project.settings), autocommit=True) as connection:
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(_HAND)))
        connection.execute("set work_mem = '256MB'")  # as ctas.sql has it
        started = time.monotonic()
        for relation, code in statements.items():
            table = sql.Identifier(_HAND, relation.replace(".", "__"))
            connection.execute(sql.SQL("create table {} as ").format(table).as_string() + code)
            connection.execute(sql.SQL("analyze {}").format(table))
        seconds = time.monotonic() - started
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(_HAND)))
    return seconds


def _duckdb(project: Project, folder: Path) -> float:
    """Run the statistical SQL in DuckDB over the ledgers in Parquet; return the seconds, results compared."""
    statements = project.compiled(STATISTICS)
    duck = duckdb.connect()
    _give_ledgers(project, duck, folder, statements)
    started = time.monotonic()
    for relation, code in statements.items():
        duck.execute(f"create or replace table {relation} as {_in_duckdb(code)}")
    seconds = time.monotonic() - started
    query = (
        "select division, scheme, breakdown, indicator, value from statistical_ledger.indicators"
        f" where month = '{MONTH}'"
    )
    ours = project.warehouse.connect().execute(query).fetchall()
    if _comparable(duck.execute(query).fetchall()) != _comparable(ours):
        raise RuntimeError("DuckDB and the warehouse do not agree")
    return seconds


def _comparable(rows: list[tuple]) -> list[tuple]:
    return sorted((*row[:4], "" if row[4] is None else f"{Decimal(row[4]):.2f}") for row in rows)


def _in_duckdb(code: str) -> str:
    return _tree(code).sql(dialect="duckdb").replace("DECIMAL(60, 24)", "DECIMAL(38, 12)")


def _tree(code: str) -> exp.Expr:
    """Parse a model's SQL; its tables are known by schema and name."""
    tree = sqlglot.parse_one(code.replace('"', ""), dialect="postgres")
    for table in tree.find_all(exp.Table):
        table.set("catalog", None)
    return tree


def _give_ledgers(
    project: Project, duck: duckdb.DuckDBPyConnection, folder: Path, statements: dict[str, str]
) -> None:
    """Put what the statistics read, and do not make, before DuckDB: as Parquet files."""
    read = {
        name: {f"{table.db}.{table.name}" for table in _tree(code).find_all(exp.Table) if table.db}
        for name, code in statements.items()
    }
    everything = set(statements).union(*read.values())
    for schema in {name.partition(".")[0] for name in everything}:
        duck.execute(f"create schema if not exists {schema}")
    for name in sorted(everything - set(statements)):
        _give(project, duck, folder, name)
    for name in sorted(name for name, tables in read.items() if name in tables):
        _give(project, duck, folder, name, rows=False)


def _give(
    project: Project, duck: duckdb.DuckDBPyConnection, folder: Path, name: str, *, rows: bool = True
) -> None:
    """Copy a relation into Parquet, its columns of the same types; without rows, into a table."""
    csv, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
    with project.warehouse.connect() as connection, csv.open("wb") as handle:
        columns = connection.execute(
            "select column_name, case data_type when 'numeric' then 'decimal(18, 2)' else data_type end"
            " from information_schema.columns where table_schema || '.' || table_name = %s"
            " order by ordinal_position",
            (name,),
        ).fetchall()
        with connection.cursor().copy(
            f"copy (select * from {name} where {rows}) to stdout (format csv)"
        ) as copy:
            for block in copy:
                handle.write(block)
    types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns)
    duck.execute(
        f"copy (select * from read_csv('{csv}', auto_detect = false, header = false, delim = ',',"
        f" quote = '\"', allow_quoted_nulls = false, columns = {{{types}}})) to '{parquet}' (format parquet)"
    )
    csv.unlink()
    duck.execute(f"create {'view' if rows else 'table'} {name} as select * from '{parquet}'")

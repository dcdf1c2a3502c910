"""Tracing one cell down to its rows, on ledgers as large as a city of a million insured persons."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import psycopg

from benchmarks.findings import Finding, Section
from benchmarks.generated_city import PERSONS
from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from reporting import tracing
from reporting.tracing import indexes

MONTH, CITY, COUNTY, COUNTIES = "2024-06", "230600", "230602", 20
# Cells of one county and scheme: what has to answer within the bar; the city's are shown beside them.
CELLS = (
    "insured_workers", "insured_persons", "contributing_persons", "contributions_due",
    "contributions_received_current", "contributions_received_ytd", "collection_rate", "average_base",
    "arrears",
    "benefits_paid", "average_benefit", "beneficiaries_paid_ytd", "entered",
)  # fmt: skip
_STATEMENTS = Path(__file__).with_name("trace.sql")


def measure(folder: Path) -> Section:
    """Make the ledgers, index them as publishing does, and trace cells of a county and of the city."""
    server = EmbeddedPostgres(folder / "postgres")
    try:
        warehouse = open_warehouse(Settings(home=folder, database_url=server.start()))
        _make(warehouse)
        started = time.monotonic()
        created = indexes.prepare(warehouse)
        indexed = time.monotonic() - started
        with warehouse.connect(autocommit=True) as connection:
            connection.execute("vacuum analyze")
        findings = [
            Finding(f"{created} indexes, created once with the first publication", f"{indexed:.1f} s")
        ]
        findings += [_traced(warehouse, name, COUNTY, most=1.0) for name in CELLS]
        findings += [_traced(warehouse, name, CITY) for name in ("insured_workers", "contributions_due")]
    finally:
        server.stop(immediately=True)
    return Section(
        "Tracing a figure",
        f"{PERSONS:,} persons, {PERSONS * 12:,} contributions, {COUNTIES} counties; the median of five traces"
        " of one cell, its rows counted and added up, the first ten with their lines.",
        findings,
    )


def _make(warehouse: Warehouse) -> None:
    text = _STATEMENTS.read_text(encoding="utf-8")
    for name, value in (("persons", PERSONS), ("counties", COUNTIES)):
        text = text.replace(f":{name}", str(value))
    with warehouse.connect(autocommit=True) as connection:
        for statement in text.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        _fill_catalogue(connection)


def _fill_catalogue(connection: psycopg.Connection) -> None:
    seeds = Path(__file__).parent.parent / "dbt_project" / "seeds" / "statistical_ledger"
    wanted = {
        "indicator_catalogue": (
            "indicator, kind, unit, measure, denominator, factor, is_pension_only, label_zh, label_en,"
            " formula_zh, formula_en"
        ),
        "indicator_sums": "measure, part",
    }
    for table, columns in wanted.items():
        text = (seeds / f"{table}.csv").read_text(encoding="utf-8")
        header = text.partition("\n")[0]
        listed = ", ".join(f"{name} text" for name in header.split(","))
        connection.execute(f"create temporary table seed ({listed})")
        with connection.cursor().copy("copy seed from stdin (format csv, header)") as copy:
            copy.write(text)
        typed = columns.replace("factor", "factor::integer").replace(
            "is_pension_only", "is_pension_only::boolean"
        )
        connection.execute(
            f"insert into statistical_ledger.{table} ({columns}) select {typed} from seed"  # noqa: S608 - ours
        )
        connection.execute("drop table seed")


def _traced(warehouse: Warehouse, indicator: str, division: str, *, most: float | None = None) -> Finding:
    with warehouse.connect(autocommit=True) as connection:
        connection.execute(
            "insert into statistical_ledger.indicators values (%s, %s, '110', '', %s, 0)",
            (MONTH, division, indicator),
        )
        traced = tracing.trace(warehouse, indicator=indicator, month=MONTH, division=division, scheme="110")
        connection.execute(
            "update statistical_ledger.indicators set value = %s where division = %s and indicator = %s",
            (traced.recomputed, division, indicator),
        )
    seconds = []
    for _ in range(5):
        started = time.monotonic()
        traced = tracing.trace(warehouse, indicator=indicator, month=MONTH, division=division, scheme="110")
        seconds.append(time.monotonic() - started)
    rows = sum(part.rows for part in traced.parts)
    took = statistics.median(seconds)
    what = f"{indicator}, {'the city' if division == CITY else 'a county'}, {rows:,} rows behind it"
    if most is None:
        return Finding(what, f"{took:.2f} s")
    return Finding(what, f"{took:.2f} s", f"under {most:g} s", took < most)

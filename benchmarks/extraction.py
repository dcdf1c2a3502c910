"""Extracting a large table of contributions: first, unchanged, with the checksum, against a raw COPY."""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from benchmarks.findings import Finding, Section
from benchmarks.landing import Bench, url_of
from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from ingestion.production import land_production
from ingestion.site_for_landing import read_landing_site
from ingestion.summary import TableLanded

ROWS = 5_000_000
_TIMES = 5
_MEMORY_ROWS = (1_000_000, 10_000_000)
_MOST_MEMORY = 512
_FIRST = "2024-06"
_REPEATED_EVERY = 5_000
_COLUMNS = [column.name for column in TABLES["AC43"].columns]
_MONEY = {"AAC040", "AAE180", "AAE020", "AAE022", "AAE080", "AAE082"}
_CHILD = """
import sys
from pathlib import Path
from benchmarks.extraction import extract
from benchmarks.findings import peak_memory
from fundwatch.settings import Settings
home, database, production, *months = sys.argv[1:]
for month in months:
    extract(Settings(home=Path(home), database_url=database, production_url=production), month, verify=True)
print(peak_memory())
"""


def measure(
    folder: Path,
    *,
    rows: int = ROWS,
    times: int = _TIMES,
    memory: Sequence[int] = _MEMORY_ROWS,
    others: bool = True,
) -> Section:
    """Measure on a PostgreSQL source of ``rows`` AC43 rows, and beside it (``others``) on a SQLite one.

    The source is a second database of the warehouse's server. ``folder`` has room for four copies of it.
    ``memory`` are the sizes peak memory is measured at.
    """
    with Bench(folder) as bench:
        findings = _findings(bench, write_postgres(bench, rows=rows), "PostgreSQL", rows, times)
        if others:
            findings += _findings(bench, write_sqlite(folder / "source.db", rows=rows), "SQLite", rows, times)
        findings += [_memory(bench, size) for size in memory]
    return Section(
        "Extracting the production database",
        f"AC43 in a second database of the same server, medians of {times}, side by side; equal rows landed."
        " SQLite has no hash: its rows are hashed here.",
        findings,
    )


def _findings(bench: Bench, source: str, engine: str, rows: int, times: int) -> list[Finding]:
    seconds = _seconds(bench, source, times=times)
    raw = f"{seconds['first'] / seconds['raw']:.1f}"
    return [
        Finding(f"{engine}: first extraction of {rows:,} rows", f"{seconds['first']:.1f} s"),
        Finding(f"{engine}: raw COPY of what landed to a second table", f"{seconds['raw']:.1f} s"),
        Finding(f"{engine}: first extraction ÷ raw COPY", raw),
        Finding.ratio(f"{engine}: unchanged ÷ first", seconds["unchanged"], seconds["first"], most=0.08),
        Finding.ratio(f"{engine}: with checksum ÷ first", seconds["checksum"], seconds["first"], most=0.6),
    ]


def write_sqlite(path: Path, *, rows: int) -> str:
    """Write a production database with ``rows`` contributions; return its URL."""
    path.unlink(missing_ok=True)
    kinds = ", ".join(f"{name} {'numeric' if name in _MONEY else 'text'}" for name in _COLUMNS)
    with sqlite3.connect(path) as database:
        database.execute("pragma journal_mode = off")
        database.execute("pragma synchronous = off")
        database.execute(f"create table AC43 ({kinds})")
        marks = ", ".join("?" for _ in _COLUMNS)
        insert = f"insert into AC43 values ({marks})"  # noqa: S608 (question marks only)
        database.executemany(insert, _contributions(rows))
    database.close()
    return f"sqlite:///{path}"


def write_postgres(bench: Bench, *, rows: int) -> str:
    """Write the same into a database of its own on the server; return its URL."""
    server = bench.fresh_url()
    url = make_url(server).set(database="core").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database if exists core")
        connection.execute("create database core template template0")
    kinds = ", ".join(f"{name} {'numeric(16,2)' if name in _MONEY else 'varchar(40)'}" for name in _COLUMNS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(f"create table ac43 ({kinds})"))
        with connection.cursor().copy("copy ac43 from stdin") as copy:
            for row in _contributions(rows):
                copy.write_row(row)
        connection.execute("vacuum analyze ac43")
    return url


def _contributions(rows: int) -> Iterator[tuple]:
    """Return two years of contributions: 24 months of each person, one in 5 000 written twice."""
    rng = random.Random(7)  # noqa: S311 (generated data)
    for number in range(rows):
        if number % 24 == 0:
            wage = rng.randrange(300_000, 2_000_000) / 100
        index = number % 24
        month, day = f"{2022 + (index + 6) // 12}{(index + 6) % 12 + 1:02d}", rng.randrange(5, 29)
        shares = (round(wage * 0.16, 2), round(wage * 0.08, 2))
        yield (
            str(700_000_000 + number - (number % _REPEATED_EVERY == 1)), f"2306{number // 24:08d}",
            f"2306{number % 20_011:08d}", "110", month, month, None, None, "10", wage, wage, *shares, *shares,
            "1", f"{month}{day:02d}", f"{month}{day:02d}", None, None, None,
        )  # fmt: skip


def extract(settings: Settings, month: str, *, verify: bool) -> TableLanded:
    """Land the production database as a month; return what became of AC43."""
    warehouse = open_warehouse(settings)
    site = read_landing_site(warehouse, settings)
    tables = land_production(warehouse, settings, month=month, site=site, verify=verify)
    return next(table for table in tables if table.table == "AC43")


def _seconds(bench: Bench, source: str, *, times: int) -> dict[str, float]:
    """Extract into a new warehouse, then again as two later months, then copy what landed; take medians."""
    seconds_of: dict[str, list[float]] = {}
    for _ in range(times):
        settings = replace(bench.fresh(), production_url=source)
        seconds = {"first": _timed(settings, _FIRST, verify=True, all_land=True)}
        with psycopg.connect(url_of(settings), autocommit=True) as connection:
            # What the server does by itself within minutes.
            connection.execute("vacuum analyze landing.production__ac43")
        seconds["unchanged"] = _timed(settings, "2024-07", verify=False, all_land=False)
        seconds["checksum"] = _timed(settings, "2024-08", verify=True, all_land=False)
        seconds["raw"] = _raw(settings)
        for name, taken in seconds.items():
            seconds_of.setdefault(name, []).append(taken)
            print(f"  {name}: {taken:.2f} s", flush=True)
    return {name: statistics.median(all_taken) for name, all_taken in seconds_of.items()}


def _timed(settings: Settings, month: str, *, verify: bool, all_land: bool) -> float:
    started = time.monotonic()
    result = extract(settings, month, verify=verify)
    seconds = time.monotonic() - started
    if result.landed != (result.source_rows if all_land else 0) or result.closed:
        raise RuntimeError("what landed is not what the source holds")
    return seconds


def _raw(settings: Settings) -> float:
    """Copy the landed rows into an empty table like it, through this process."""
    table = "landing.production__ac43"
    with psycopg.connect(url_of(settings)) as reader, psycopg.connect(url_of(settings)) as writer:
        writer.execute(f"create table copied (like {table} including indexes)")
        started = time.monotonic()
        with (
            reader.cursor().copy(f"copy {table} to stdout (format text)") as rows,
            writer.cursor().copy("copy copied from stdin") as into,
        ):
            for row in rows:
                into.write(row)
        seconds = time.monotonic() - started
        writer.rollback()
    return seconds


def _memory(bench: Bench, rows: int) -> Finding:
    """Measure the peak memory of a process that extracts from PostgreSQL, and again with the checksum."""
    source, settings = write_postgres(bench, rows=rows), bench.fresh()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(settings.home), url_of(settings), source, _FIRST, "2024-07"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    peak = int(done.stdout)
    bar = f"under {_MOST_MEMORY} MiB"
    return Finding(f"peak memory, {rows:,} rows", f"{peak} MiB", bar, peak < _MOST_MEMORY)


def main(arguments: list[str] | None = None) -> None:
    """Measure at another size and print the findings: ``python -m benchmarks.extraction --rows 500000``."""
    asked = argparse.ArgumentParser(description="Measure extraction; nothing is written to the page.")
    asked.add_argument("--rows", type=int, default=ROWS)
    asked.add_argument("--times", type=int, default=_TIMES)
    asked.add_argument("--memory", type=int, nargs="*", default=_MEMORY_ROWS, help="sizes to measure it at")
    asked.add_argument("--postgres-only", action="store_true", help="leave SQLite out")
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fundwatch-bench-") as folder:
        section = measure(
            Path(folder), rows=given.rows, times=given.times, memory=given.memory,
            others=not given.postgres_only,
        )  # fmt: skip
    print("\n".join(section.lines()))


if __name__ == "__main__":
    main()

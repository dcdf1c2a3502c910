"""Linking persons against a bare Splink script with the same settings, and against recordlinkage."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from psycopg import sql

from benchmarks.findings import Finding, Section
from benchmarks.landing import Bench, url_of
from benchmarks.linkage import generated_register
from benchmarks.linkage.generated_register import MONTH, NEXT_MONTH, Row, hold, persons
from crosschecks.linkage import register
from fundwatch.database.warehouse import Warehouse, open_warehouse

_SMALL, _LARGE = 100_000, 1_000_000
_MOST_MEMORY = 4096
_ONE_IN = 100
_STORED = ("linkage_persons", "linkage_names", "linkage_state", "linkage_pairs", "linked_pairs")


def measure(folder: Path) -> Section:
    """Measure 100 thousand persons beside both, a million beside Splink, and one in a hundred more."""
    with Bench(folder) as bench:
        findings = [*_measured(bench, _SMALL, is_small=True), *_measured(bench, _LARGE, is_small=False)]
    return Section(
        "Linking persons",
        "Ours is the whole of the step's linkage: who changed, names folded, candidates, Splink on DuckDB,"
        " decisions, all of it kept for the next run. The bare script reads the same persons, folds their"
        " names with the same function, and lets Splink predict with the same settings on DuckDB;"
        " recordlinkage compares the same blocks. One person in fifty is registered twice, one in a hundred"
        " has no number. Each leg is a process of its own, its imports not counted; seconds of CPU, the"
        " database's included (of wall clock); quotients are of CPU, which others on the machine do not"
        " lengthen. Pairs and probabilities equal the bare script's before anything is divided. 1 % more are"
        " those of the month after; what is kept then equals linking everybody anew.",
        findings,
    )


def _measured(bench: Bench, count: int, *, is_small: bool) -> list[Finding]:
    settings = bench.fresh()
    warehouse = open_warehouse(settings)
    register.prepare(warehouse)
    generated_register.prepare(warehouse)
    rows = hold(warehouse, persons(count))
    what = f"{rows:,} persons"
    home, url = str(bench.folder), url_of(settings)
    legs = {leg: _leg(leg, home, url) for leg in ("ours", "splink", *(["recordlinkage"] if is_small else []))}
    ours = legs["ours"]
    if ours["pairs"] != legs["splink"]["pairs"]:
        raise RuntimeError("the bare script scored other pairs")
    findings = [
        *(Finding(f"{what}: {leg}, s", f"{of['cpu']:.1f} ({of['seconds']:.1f})") for leg, of in legs.items()),
        Finding(f"{what}: pairs scored, for review or linked", f"{len(ours['pairs']):,}"),
        Finding.ratio(f"{what}: ours / bare Splink", ours["cpu"], legs["splink"]["cpu"], most=1.2),
    ]
    if is_small:
        theirs = legs["recordlinkage"]
        findings += [
            Finding(
                f"{what}: pairs recordlinkage compared", f"{theirs['compared']:,}",
            ),
            _at_least(f"{what}: recordlinkage / ours", theirs["cpu"] / ours["cpu"], 10),
        ]  # fmt: skip
    more = persons(count // _ONE_IN, seed=8, prefix="N")
    return [*findings, *_increment(warehouse, what, home, url, more), _memory(what, ours)]


def _increment(warehouse: Warehouse, what: str, home: str, url: str, more: Iterator[Row]) -> list[Finding]:
    """Add persons in the month after and link again; what is kept equals linking everybody."""
    hold(warehouse, more, month=NEXT_MONTH)
    again = _leg("ours", home, url, month=NEXT_MONTH)
    kept = _stored(warehouse)
    with warehouse.connect(layer="crosschecks") as connection:
        connection.execute(f"truncate {', '.join(f'crosschecks.{table}' for table in _STORED)}")
    anew = _leg("ours", home, url, month=NEXT_MONTH)
    if _stored(warehouse) != kept:
        raise RuntimeError("linking the new persons gave something else than linking everybody")
    return [
        Finding(f"{what}: 1 % more, linked again, s", f"{again['cpu']:.1f} ({again['seconds']:.1f})"),
        Finding(f"{what}: all of them anew, s", f"{anew['cpu']:.1f} ({anew['seconds']:.1f})"),
        Finding.ratio(f"{what}: 1 % more / everybody anew", again["cpu"], anew["cpu"], most=0.1),
    ]


def _stored(warehouse: Warehouse) -> list[tuple]:
    """Return, per table, how many rows it holds and a sum over them."""
    with warehouse.connect() as connection:
        return [
            connection.execute(
                sql.SQL(
                    "select count(*), sum(hashtextextended(cast(held as text), 0)) from {} as held"
                ).format(sql.Identifier("crosschecks", table))
            ).fetchone()
            or ()
            for table in _STORED
        ]


def _memory(what: str, ours: dict) -> Finding:
    return Finding(
        f"{what}: peak memory, MiB", f"{ours['memory']:,}", f"under {_MOST_MEMORY:,}",
        ours["memory"] < _MOST_MEMORY,
    )  # fmt: skip


def _at_least(what: str, quotient: float, least: float) -> Finding:
    return Finding(what, f"{quotient:.1f}", f"at least {least:g}", quotient >= least)


def _leg(leg: str, home: str, url: str, *, month: str = MONTH) -> dict:
    """Run one leg in a process of its own; return what it found and what it took."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.linkage.legs", leg, home, url, month],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    measured = json.loads(done.stdout.splitlines()[-1])
    print(
        f"  {leg}: {measured['seconds']:.2f} s, {measured['cpu']:.2f} s of CPU, {measured['memory']} MiB",
        flush=True,
    )
    return dict(measured)

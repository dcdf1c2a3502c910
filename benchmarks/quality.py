"""Measuring the quality of five million contributions.

Against a scan by hand, against Great Expectations once per division, and after a hundredth of them changed.
"""

from __future__ import annotations

import csv
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks.findings import Finding, Section, medians
from benchmarks.generated_city import MONTH, NEXT_MONTH, change_contributions, count_contributions, land_city
from benchmarks.landing import Bench
from expectations import measure as measure_month
from expectations.prepared.relation import drop_all, index_keys, prepared_query, relation_of
from expectations.prepared.scan import add_repeats, tally
from expectations.prepared.tallies import WHOLE, Tally, total
from expectations.reference.codes import coded_columns, prepare_codes
from expectations.reference.facts import EMPLOYERS, PERSONS, current
from expectations.reference.lookups import build_facts
from expectations.reference.parameters import build_divisions, build_parameters, record_months
from expectations.rules import rules_of
from expectations.site_parameters import SiteParameters, read_site_parameters
from expectations.sql import landed
from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from fundwatch.site import load_site

_TABLE = "AC43"
_RELATION = f"quality.{relation_of(_TABLE)}"
_COUNTIES = 20
# Due by the rates of the example site; one in a hundred has a base under the floor, one in a hundred a wrong
# charge.
_BASE = "(case when n % 100 = 7 then 1000 else 4500 + n % 9000 end)"
_CONTRIBUTIONS = {
    "aac040": f"{_BASE}::text",
    "aae180": f"{_BASE}::text",
    **{
        column: f"round({_BASE} * case when s = '110' then {rate} else {medical} end"
        f" + case when n % 100 = 11 then 1 else 0 end, 2)::text"
        for column, rate, medical in (
            ("aae020", "0.16", "0.065"), ("aae022", "0.08", "0.02"),
            ("aae080", "0.16", "0.065"), ("aae082", "0.08", "0.02"),
        )
    },
}  # fmt: skip


def measure(folder: Path, *, persons: int = 416_667, times: int = 3) -> Section:
    """Measure on a city of so many persons, each with twelve contributions, in twenty counties."""
    with Bench(folder) as bench:
        settings = bench.fresh()
        warehouse, version = _landed(settings, persons=persons)
        with warehouse.connect() as connection:
            rows = count_contributions(connection)
            site = read_site_parameters(connection, version)
            _prepare(connection, site)
            connection.commit()
        findings = _scans(warehouse, rows, times=times)
        findings.append(_by_division(warehouse))
        findings += _months(warehouse, version)
    return Section(
        "Measuring quality",
        f"{rows:,} contributions (AC43) with all their rules in {_COUNTIES} counties; medians of {times}, the"
        " months once each. By hand is one statement that cleans, types, places, judges and counts the same"
        " rows and keeps nothing, and one that counts repeated keys. Great Expectations reads rows that are"
        " prepared already. The import of Great Expectations is in none of the figures.",
        findings,
    )


def _landed(settings: Settings, *, persons: int) -> tuple[Warehouse, str]:
    """Land a city on the example site's parameters, with twenty counties."""
    site = settings.site_folder
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(Path(__file__).parents[1] / "fundwatch" / "example_site", site)
    with (site / "divisions.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("division", "name_zh", "name_en", "level", "parent"))
        writer.writerows(
            [("230000", "省", "Province", "province", ""), ("230600", "市", "City", "city", "230000")]
        )
        for number in range(1, _COUNTIES + 1):
            writer.writerow((f"2306{number:02d}", f"县{number}", f"County {number}", "county", "230600"))
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        land_city(connection, persons=persons, contributions=_CONTRIBUTIONS)
        connection.execute(
            "insert into landing.production__ac83"
            " (aaz220, aaa036, aae019, aae036, _file_id, _row, _valid_from)"
            " select aaz220, '101', aae019, aae036, 'extract-AC83', _row, _valid_from"
            " from landing.production__ac82"
        )
    with warehouse.connect(autocommit=True) as connection:
        connection.execute("vacuum analyze landing.production__ac43")
    return warehouse, load_site(warehouse, settings)


def _prepare(connection: psycopg.Connection, site: SiteParameters) -> None:
    """Make what both sides look up: persons, employers, enrolments, limits, rates."""
    drop_all(connection)
    prepare_codes(connection, site=site, month=MONTH)
    build_divisions(connection, site)
    build_facts(connection, month=MONTH)
    record_months(connection, rows=current(MONTH))
    build_parameters(connection, site=site)


def _scans(warehouse: Warehouse, rows: int, *, times: int) -> list[Finding]:
    counts: dict[str, Tally] = {}

    def leg(name: str, work: Callable[[psycopg.Connection], Tally]) -> Callable[[], float]:
        def run() -> float:
            with warehouse.connect() as connection:
                connection.execute("set local enable_mergejoin = off")
                started = time.monotonic()
                counts[name] = work(connection)
                connection.commit()
                return time.monotonic() - started

        return run

    seconds = medians({"ours": leg("ours", _ours), "by hand": leg("by hand", _by_hand)}, times=times)
    if counts["ours"] != counts["by hand"]:
        raise RuntimeError("the scan by hand counts otherwise")
    failed = total(counts["ours"])["anomalous_rows"]
    return [
        Finding(f"by hand, {rows:,} rows, s", f"{seconds['by hand']:.2f}"),
        Finding(f"ours, {failed:,} rows anomalous, s", f"{seconds['ours']:.2f}"),
        Finding.ratio("ours / by hand", seconds["ours"], seconds["by hand"], most=1.3),
    ]  # fmt: skip


def _query(connection: psycopg.Connection) -> str:
    return prepared_query(_TABLE, coded=coded_columns(connection, TABLES[_TABLE]), month=MONTH)


def _ours(connection: psycopg.Connection) -> Tally:
    connection.execute(f"drop table if exists {_RELATION}")
    connection.execute(f"create unlogged table {_RELATION} as {_query(connection)}")
    index_keys(connection, _RELATION)
    counts = tally(connection, table=_TABLE, relation=_RELATION)
    add_repeats(connection, counts, table=_TABLE, relation=_RELATION)
    return counts


def _by_hand(connection: psycopg.Connection) -> Tally:
    """Count the same from the landed rows: all in one scan, and repeated keys in another."""
    counts = tally(connection, table=_TABLE, relation=f"({_query(connection)}) as prepared")
    connection.execute("set local work_mem = '256MB'")
    repeated = connection.execute(
        f"""
        with placed as (
            select
                case when person.has_division then person.county
                    when employer.has_division then employer.county end as county,
                {_cleaned("AAZ223")} as key
            from landing.production__ac43 as landed
            left join {PERSONS} as person on person.aac001 = {_cleaned("AAC001")}
            left join {EMPLOYERS} as employer on employer.aab001 = {_cleaned("AAB001")}
            where {current(MONTH)}
        ),
        keys as (select county, key, count(*) as occurrences from placed group by county, key)
        select coalesce(county, ''), sum(occurrences - 1)::bigint from keys group by county
        union all
        select '{WHOLE}', sum(occurrences - 1)::bigint
        from (select sum(occurrences) as occurrences from keys group by key) as every
        """
    )
    for county, rows in repeated:
        if rows or county == WHOLE:
            counts.setdefault(county, {})["repeated_rows"] = rows
    return counts


def _cleaned(column: str) -> str:
    (spec,) = (spec for spec in TABLES[_TABLE].columns if spec.name == column)
    return landed(spec).replace(column.lower(), f"landed.{column.lower()}")


def _by_division(warehouse: Warehouse) -> Finding:
    """Let Great Expectations count the prepared rows once per division, and scan them by division."""
    from expectations.gx.validator import Validator

    rules = rules_of(_TABLE, MONTH)
    with warehouse.connect(autocommit=True) as connection:
        started = time.monotonic()
        for number in range(1, _COUNTIES + 1):
            connection.execute(
                f"create or replace view quality.one_{number} as select * from {_RELATION}"
                f" where county = '2306{number:02d}'"
            )
            validator = Validator(connection, warehouse.parts)
            validator.validate(table=_TABLE, rules=rules, relation=f"one_{number}")
            validator.close()
        theirs = time.monotonic() - started
        for number in range(1, _COUNTIES + 1):
            connection.execute(f"drop view quality.one_{number}")
    with warehouse.connect() as connection:
        started = time.monotonic()
        tally(connection, table=_TABLE, relation=_RELATION)
        ours = time.monotonic() - started
    return Finding(
        f"Great Expectations once per division ({theirs:.1f} s) / counting by division ({ours:.1f} s)",
        f"{theirs / ours:.1f}",
        "at least 3",
        theirs >= 3 * ours,
    )


def _months(warehouse: Warehouse, version: str) -> list[Finding]:
    """Measure the whole city, then by what changed: the month read again, and the month after."""

    def run(month: str, *, whole: bool = False) -> float:
        started = time.monotonic()
        measure_month(warehouse, month=month, as_of=f"{month}-28", site_version=version, whole=whole)
        return time.monotonic() - started

    def changed(month: str) -> float:
        with warehouse.connect() as connection:
            change_contributions(connection, one_in=100, month=month)
        return run(month)

    first = run(MONTH, whole=True)
    moved = changed(MONTH)
    again = run(MONTH)
    kept = _results(warehouse, MONTH)
    anew = run(MONTH, whole=True)
    if kept != _results(warehouse, MONTH):
        raise RuntimeError("what was moved differs from what is measured whole")
    after = changed(NEXT_MONTH)
    return [
        Finding("the whole city the first time, every row judged by Great Expectations, s", f"{first:.1f}"),
        Finding("the whole city once more, every row, s", f"{anew:.1f}"),
        Finding("by what changed: 1 % of contributions, read again in the month, s", f"{moved:.1f}"),
        Finding.ratio("by what changed / every row", moved, anew, most=0.10),
        Finding("measured again, nothing changed, s", f"{again:.1f}"),
        Finding("the month after, in which 1 % changed, s", f"{after:.1f}"),
    ]


def _results(warehouse: Warehouse, month: str) -> list[list[tuple]]:
    with warehouse.connect() as connection:
        return [
            sorted(connection.execute(query.format("where month = %s"), (month,)).fetchall())
            for query in (
                "select division, table_name, metric, numerator, denominator from quality.scorecard {}",
                "select division, table_name, rule_id, checked, failed from quality.rule_results {}",
                "select count(*), sum(hashtextextended(issue_id, source_row)) from quality.rectification {}",
            )
        ]

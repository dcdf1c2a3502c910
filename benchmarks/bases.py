"""Contribution bases through dbt against the same SQL by hand, and months in which 1 % changed."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from benchmarks import base_sheets
from benchmarks.findings import Finding, Section, worked
from benchmarks.generated_city import (
    MONTH,
    NEXT_MONTH,
    PERSONS,
    change_contributions,
    count_contributions,
    land_rows,
)
from benchmarks.landing import Bench, url_of
from benchmarks.ledgers import BELOW, Project
from benchmarks.rules.comparison import by_hand
from benchmarks.rules.generated_checks import ROWS, write_parameters
from fundwatch.database.warehouse import open_warehouse
from fundwatch.site import load_site

LAYER = "bases"
_FEEDS = ("staging_tax", "staging_declaration")
# All but what says whose bases are verified, which is of the build and not of the month.
_MODELS = "bases.ground bases.verified bases.exceptions bases.form"
_EXPORTS = ("bases", "base_exceptions", "bases_left_out", "unit_declarations", "unit_documents", "base_cells")
_EMPLOYER: LiteralString = "substring(aab001, 2)::integer"
# A fifth of the employers has pensioners alone, and no contributions: of the others these have 1 % of them.
_EMPLOYERS_OF_1_PERCENT = 125
# As join_by_hash sets for every model of the schema.
_AS_BUILT: LiteralString = (
    "set enable_nestloop = off; set enable_mergejoin = off; set hash_mem_multiplier = 4"
)
# Every second employer is under dual base; one in a hundred persons declares another wage than he pays on.
_AB02 = {
    "aab001": "'E' || n", "aae140": "s", "aab051": "'1'",
    "aab033": "case when n % 2 = 0 then '01' else '02' end",
}  # fmt: skip
_ROWS = {
    **ROWS,
    "AB02": ("generate_series(1, {persons} / 50) as n, unnest(array['110', '310']) as s", _AB02),
}
_UNITS: LiteralString = """
    insert into landing.production__ab07 (
        aab001, aae140, aae003, aae002, aab119, aab120, aae020, aae080, aae078, aae036, _file_id, _row,
        _valid_from
    )
    select
        aab001, aae140, aae003, aae003, count(*)::text, sum(aae180::numeric)::text,
        round(sum(aae180::numeric) * 0.16, 2)::text, round(sum(aae180::numeric) * 0.16, 2)::text, '1',
        '20240630', 'extract-AB07', row_number() over (), %(month)s
    from landing.production__ac43
    where substring(aab001, 2)::integer %% 2 = 0
    group by aab001, aae140, aae003
"""
_COUNTED: LiteralString = (
    "update ops.extracts set source_rows = (select count(*) from landing.production__ab07)"
    " where table_name = 'AB07'"
)
_DECLARED: tuple[LiteralString, ...] = (
    """
    create temporary table wages on commit drop as
    select
        landed.aab001 as unit_id, persons.aac002 as id_number, landed.aac001, min(landed.aae180)::numeric
        + case when persons._row % 100 = 0 then 500 else 0 end as wage
    from landing.production__ac43 as landed
    inner join landing.production__ac01 as persons on landed.aac001 = persons.aac001
    where landed.aae140 = '110'
    group by landed.aab001, persons.aac002, landed.aac001, persons._row
    """,
    """
    insert into landing.declaration__person (
        unit_id, id_number, name, wage_year, months, wage_total, status, proof_no, division, _file_id, _row
    )
    select
        unit_id, id_number, '某', years.year, '12', (wage * 12)::text, 'insured', '', '230601', 'persons',
        row_number() over ()
    from wages cross join (values ('2022'), ('2023')) as years (year)
    """,
    """
    insert into landing.declaration__unit (
        unit_id, credit_code, wage_year, months, employees, wage_bill, declared_on, division, _file_id, _row
    )
    select
        unit_id, '', years.year, '12', count(*)::text, (sum(wage) * 12)::text, '2023-02-10', '230601',
        'units', row_number() over ()
    from wages cross join (values ('2022'), ('2023')) as years (year)
    group by unit_id, years.year
    """,
    """
    insert into ops.files (file_id, feed, format, division, month, sequence, name, state, rows_loaded)
    values
        ('persons', 'declaration', 'base-person-csv/1', '230601', %(month)s, 1, 'persons', 'loaded', 1),
        ('units', 'declaration', 'base-declaration-csv/1', '230601', %(month)s, 1, 'units', 'loaded', 1)
    """,
)


def measure(folder: Path, *, persons: int = PERSONS) -> Section:
    """Measure bases and exceptions of a month, the same SQL by hand, and the month after with 1 % changed."""
    with Bench(folder) as bench:
        return _measured(bench, persons=persons)


def _measured(bench: Bench, *, persons: int) -> Section:
    project, contributions = _landed(bench, persons=persons)
    for layer in (*BELOW, *_FEEDS):
        print(f"  {layer}: {project.run(layer):.1f} s", flush=True)
    empty = project.empty()
    full = _verified(project, empty, MONTH)
    hand = by_hand(project, LAYER, select=_MODELS, settings=_AS_BUILT)
    workbook = base_sheets.measure(project.settings, bench.folder)
    bases, exceptions = (_rows(project, name)[0] for name in ("bases", "base_exceptions"))
    unchanged = _verified(project, empty, MONTH)
    corrected = _changed(project, MONTH, rows=_EMPLOYER, one_in=_EMPLOYERS_OF_1_PERCENT)
    of_employers = _verified(project, empty, MONTH)
    changed = _changed(project, MONTH, sequence=3)
    strewn = _verified(project, empty, MONTH)
    affected = _compare_with_full(project)
    _changed(project, NEXT_MONTH)
    after = _verified(project, empty, NEXT_MONTH)
    return Section(
        f"Contribution bases: {persons:,} persons, {contributions:,} contributions",
        "Every model of the schema bases, less an invocation of dbt that selects nothing: seconds by the"
        " clock, and of CPU, of dbt and the server, which other work changes little. `By hand`"
        f" runs each model's compiled SQL as `create table as`, with equal rows. {persons // 50:,}"
        f" employers, every second under dual base, gave {bases:,} bases and {exceptions:,} exceptions."
        f" Another extract of the month corrected {corrected:,} contributions, all those of one employer"
        f" in {_EMPLOYERS_OF_1_PERCENT}; a third one {changed:,}, strewn evenly, of {affected:,} persons."
        " Then every row"
        " was compared with a full verification. Strewn like that, 1 % of the contributions are of an"
        " eighth of those who contribute and of most employers, whose own bases rest on everybody's rows:"
        " it cannot come to a tenth. In the month after everybody is verified anew. The workbook has 500"
        " sheets of units, read from the warehouse; bare xlsxwriter writes the same cells without"
        " formats.",
        [
            Finding("bases and exceptions, s, of CPU", f"{full}"),
            Finding("the same SQL by hand, s", f"{hand:.1f}"),
            Finding.ratio("bases and exceptions / by hand", full.seconds, hand, most=1.5),
            Finding("the same month, nothing changed, s, of CPU", f"{unchanged}"),
            Finding("the same month, 1 % corrected, whole employers, s, of CPU", f"{of_employers}"),
            Finding("the same month, 1 % changed, strewn, s, of CPU", f"{strewn}"),
            Finding("the month after, 1 % changed, s, of CPU", f"{after}"),
            Finding.ratio("1 % corrected, whole employers / full, CPU", of_employers.cpu, full.cpu, most=0.1),
            Finding.ratio("1 % changed, strewn / full, CPU", strewn.cpu, full.cpu, most=0.1),
            Finding.ratio("the month after / full, CPU", after.cpu, full.cpu, most=0.1),
            *workbook,
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class _Spent:
    """What a verification took by the clock, and of CPU, dbt's own included."""

    seconds: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f}, {self.cpu:.1f}"


def _changed(
    project: Project, month: str, *, rows: LiteralString = "_row", one_in: int = 100, sequence: int = 2
) -> int:
    """Land an extract of a month in which 1 % of the contributions changed, and build what bases read."""
    with project.warehouse.connect() as connection:
        changed = change_contributions(connection, one_in=one_in, month=month, rows=rows, sequence=sequence)
    for layer in (*BELOW, *_FEEDS):
        project.run(layer, month=month)
    return changed


def _verified(project: Project, empty: float, month: str) -> _Spent:
    url = url_of(project.settings)
    started, before = time.monotonic(), worked(url)
    project.run(LAYER, month=month)
    spent = _Spent(time.monotonic() - started - empty, worked(url) - before)
    print(f"  bases of {month}: {spent} s", flush=True)
    return spent


def _compare_with_full(project: Project) -> int:
    """Verify the month in full; return how many persons the last verification was of.

    Raises: RuntimeError when the last one was of everything, or left other rows.
    """
    with project.warehouse.connect() as connection:
        subjects: dict[str, int] = dict(
            connection.execute("select subject, count(*) from bases.affected_subjects group by 1").fetchall()
        )
        connection.execute("delete from bases.verified_months")
    refreshed = [_rows(project, name) for name in _EXPORTS]
    project.run(LAYER)
    if "everything" in subjects or refreshed != [_rows(project, name) for name in _EXPORTS]:
        raise RuntimeError("what was verified again alone is not what a full verification gives")
    return subjects["person"]


def _rows(project: Project, name: str) -> tuple:
    query = sql.SQL("select count(*), sum(hashtextextended(cast(held as text), 0)) from bases.{} as held")
    with project.warehouse.connect() as connection:
        return connection.execute(query.format(sql.Identifier(name))).fetchone() or ()


def _landed(bench: Bench, *, persons: int) -> tuple[Project, int]:
    settings = bench.fresh()
    site = settings.home / "city" / "site"
    write_parameters(site)
    example = files("fundwatch").joinpath("example_site")
    for name in ("base_rules", "base_documents"):
        with (
            example.joinpath(f"{name}.csv").open("rb") as source,
            (site / f"{name}.csv").open("wb") as target,
        ):
            shutil.copyfileobj(source, target)
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        land_rows(connection, _ROWS, persons=persons)
        connection.execute(_UNITS, {"month": MONTH})
        connection.execute(_COUNTED)
        _declare(connection)
        contributions = count_contributions(connection)
        connection.commit()
        connection.execute("analyze")
    project = Project(warehouse, settings, load_site(warehouse, settings))
    project.seed()
    return project, contributions


def _declare(connection: psycopg.Connection) -> None:
    for statement in _DECLARED:
        connection.execute(statement, {"month": MONTH} if "%(month)s" in statement else None)

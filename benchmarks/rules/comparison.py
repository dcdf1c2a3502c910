"""The rules of the cross-checks through dbt against the same SQL by hand, and months in which 1 % changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from benchmarks.findings import Finding, Section, Taken, taken
from benchmarks.generated_city import MONTH, NEXT_MONTH, PERSONS, change_contributions
from benchmarks.landing import Bench, url_of
from benchmarks.ledgers import BELOW, Project
from benchmarks.rules.deaths import measure_deaths
from benchmarks.rules.generated_checks import change_persons, land_checked_city, write_parameters
from crosschecks import name_classes
from crosschecks.cases import clearing
from crosschecks.checking import PAIRS
from crosschecks.completing import complete
from crosschecks.linkage import register
from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.site import load_site

LAYER = "crosschecks"
FEEDS = PAIRS[1:-1]
STAGES = ("pairs", "points")
# All but what says whose points are made, which is of the build and not of the month.
_POINTS = " ".join(
    f"crosschecks.points.{name}"
    for name in (
        "contributions", "coverage", "deaths", "identity", "payments", "pensions",
        "cases", "data_errors", "humans", "person_matches",
    )
)  # fmt: skip
_KEPT = ("cases", "data_errors", "review_pairs", "deaths_received", "deceased_persons")
_HAND = "by_hand"
_MINUTES = 3
_DEATHS_AMONG = 1_000_000


def measure(folder: Path, *, persons: int = PERSONS) -> Section:
    """Measure every rule of a month, the same SQL by hand, and months in which 1 % changed."""
    with Bench(folder) as bench:
        return _measured(bench, persons=persons)


def _measured(bench: Bench, *, persons: int) -> Section:
    without_rows = _over_no_rows(bench)
    project, contributions = _landed(bench, persons=persons)
    for layer in BELOW:
        print(f"  {layer}: {project.run(layer):.1f} s", flush=True)
    empty = project.empty()
    full = _checked(project, MONTH)
    hand = sum(by_hand(project, LAYER, select=models) for models in ("crosschecks.pairs", _POINTS))
    tests = project.test(LAYER) - empty
    with project.warehouse.connect() as connection:
        (points,) = connection.execute("select count(*) from crosschecks.cases").fetchone() or (0,)
    unchanged = _checked(project, MONTH)
    with project.warehouse.connect() as connection:
        corrected = change_persons(connection, one_in=100, sequence=2)
    of_persons = _checked_anew(project, MONTH)
    affected = _compare_with_full(project)
    with project.warehouse.connect() as connection:
        changed = change_contributions(connection, one_in=100, month=MONTH, sequence=3)
    strewn = _checked_anew(project, MONTH)
    with project.warehouse.connect() as connection:
        change_contributions(connection, one_in=100, month=NEXT_MONTH)
    after = _checked_anew(project, NEXT_MONTH)
    return Section(
        f"Cross-checks: {persons:,} persons, {contributions:,} contributions",
        "Every model from pairs to cases and the judging of names, less an invocation of dbt that selects"
        " nothing; linkage stands apart. Seconds are of wall clock, those of CPU in parentheses are dbt's and"
        " the database's. `By hand` runs each model's compiled SQL as `create table as`, with equal rows."
        f" {points:,} points came of it. Another extract of the month corrected {corrected:,} rows: all"
        " contributions and payments of one person in a hundred, drawn by a hash. The cases of"
        f" {affected:,} persons were made anew; then every row was compared with a full check. A third"
        f" extract changed {changed:,} contributions, one in a hundred, strewn evenly: they are of an eighth"
        " of those who contribute, whose points rest on all their rows. In the month after everything is"
        " checked: everybody is paid, and the windows of the rules move. Neither has a bar. What no rows at"
        " all take is dbt's own, and no month can take less."
        f" Deaths are matched among {_DEATHS_AMONG:,} persons in a warehouse of their own, medians of five in"
        " turn, CPU first. The hash join is one statement from the persons of the ledger to the events; the"
        " models keep the names, dates and origins that rules need, and classify the names; through dbt they"
        " bear what it does for each, as contract, keys and statistics.",
        [
            Finding(
                "all rules, s", _written(full), f"under {_MINUTES * 60}", full.clock < _MINUTES * 60,
            ),
            Finding("the same SQL by hand, s", f"{hand:.1f}"),
            Finding("tests of the rules' tables, s", f"{tests:.1f}"),
            Finding.ratio("all rules / by hand", full.clock, hand, most=1.5),
            Finding("the same month, nothing changed, s", _written(unchanged)),
            Finding("the same month, 1 % of the persons changed, s", _written(of_persons)),
            Finding("the same month, 1 % of the contributions changed, strewn, s", _written(strewn)),
            Finding("the month after, 1 % of the contributions changed, s", _written(after)),
            Finding("all rules over no rows at all, s", _written(without_rows)),
            Finding.ratio("CPU of 1 % of the persons changed / of full", of_persons.cpu, full.cpu, most=0.1),
            Finding("CPU of 1 % changed, strewn / of full", f"{strewn.cpu / full.cpu:.2f}"),
            Finding("CPU of the month after / of full", f"{after.cpu / full.cpu:.2f}"),
            *measure_deaths(bench, persons=_DEATHS_AMONG),
        ],
    )  # fmt: skip


def _landed(bench: Bench, *, persons: int) -> tuple[Project, int]:
    settings = bench.fresh()
    write_parameters(settings.home / "city" / "site")
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        contributions = land_checked_city(connection, persons=persons)
    project = Project(warehouse, settings, load_site(warehouse, settings))
    project.seed()
    name_classes.prepare(warehouse)
    register.prepare(warehouse)
    return project, contributions


def _over_no_rows(bench: Bench) -> Taken:
    """Return what dbt and the database need to build every model of nothing: no month can take less."""
    project, _ = _landed(bench, persons=0)
    for layer in BELOW:
        project.run(layer)
    return _checked(project, MONTH)


def _checked(project: Project, month: str) -> Taken:
    """Run everything but the linkage for a month; return what it takes, less dbt's own start-up."""
    warehouse, url = project.warehouse, url_of(project.settings)
    clearing.prepare(warehouse, month=month, as_of=last_day(month))
    for layer in FEEDS:
        schema, _, selection = layer.partition(":")
        project.run(schema, month=month, select=selection)

    def stage(name: str) -> Taken:
        built = taken(url, lambda: project.run(LAYER, month=month, select=f"crosschecks.{name}"))
        return built - taken(url, project.empty)

    pairs, judging, points = (
        stage("pairs"),
        taken(url, lambda: name_classes.judge(warehouse)),
        stage("points"),
    )
    complete(warehouse, month=month)
    print(f"  all rules of {month}: {pairs}, {judging}, {points}", flush=True)
    return pairs + judging + points


def _checked_anew(project: Project, month: str) -> Taken:
    """Build what the cross-checks read of an extract that was landed, and check the month."""
    for layer in BELOW:
        project.run(layer, month=month)
    return _checked(project, month)


def _compare_with_full(project: Project) -> int:
    """Check the month in full; return how many persons the last check was of.

    Raises: RuntimeError when the last one was of everything, or left other rows.
    """
    with project.warehouse.connect() as connection:
        query = "select subject, count(*) from crosschecks.rechecked_subjects group by 1"
        subjects: dict[str, int] = dict(connection.execute(query).fetchall())
        rechecked = [_rows(connection, sql.Identifier(LAYER, name)) for name in _KEPT]
        connection.execute("delete from crosschecks.checked_months")
    _checked(project, MONTH)
    with project.warehouse.connect() as connection:
        whole = [_rows(connection, sql.Identifier(LAYER, name)) for name in _KEPT]
    if "everything" in subjects or rechecked != whole:
        raise RuntimeError("what was checked again alone is not what a full check gives")
    return subjects["person"]


def by_hand(project: Project, layer: str, *, select: str = "", settings: LiteralString = "") -> float:
    """Run the SQL of a layer, model by model, as `create table as`; compare the rows; return the seconds.

    ``settings`` are statements that set what the layer's models are built with, so that both plan alike.

    Raises: RuntimeError when a model holds other rows than its SQL gives.
    """
    statements = project.compiled(layer, select=select)
    with psycopg.connect(url_of(project.settings), autocommit=True) as connection:
        if settings:
            connection.execute(settings)
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(_HAND)))
        seconds = 0.0
        for relation, code in statements.items():
            schema, _, name = relation.partition(".")
            table, ours = sql.Identifier(_HAND, name), sql.Identifier(schema, name)
            started = time.monotonic()
            connection.execute(sql.SQL("create table {} as ").format(table).as_string() + code)
            connection.execute(sql.SQL("analyze {}").format(table))
            seconds += time.monotonic() - started
            if _rows(connection, table) != _rows(connection, ours):
                raise RuntimeError(f"{name} holds other rows than its SQL gives by hand")
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(_HAND)))
    return seconds


def _written(run: Taken) -> str:
    return f"{run.clock:.1f} ({run.cpu:.1f})"


def _rows(connection: psycopg.Connection, table: sql.Identifier) -> tuple:
    query = sql.SQL("select count(*), sum(hashtextextended(cast(held as text), 0)) from {} as held")
    return connection.execute(query.format(table)).fetchone() or ()

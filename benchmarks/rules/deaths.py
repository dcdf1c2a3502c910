"""Matching deaths with a register of persons: the models, their SQL alone, and a bare hash join."""

from __future__ import annotations

from statistics import median

import psycopg
from psycopg import sql

from benchmarks.findings import Finding, Taken, taken
from benchmarks.generated_city import MONTH
from benchmarks.landing import Bench, url_of
from benchmarks.ledgers import BELOW, Project
from benchmarks.rules.generated_checks import land_register
from crosschecks import name_classes
from crosschecks.cases import clearing
from crosschecks.checking import PAIRS
from crosschecks.linkage import register
from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.site import load_site

_ONE_IN, _TIMES = 100, 5
_HAND = "by_hand"
_EVENTS = "stg_civil_registry__death_event"
_MODELS = ("same_number_deaths", "death_matches")
_JOIN = {
    "death_join": """
        select persons.person_id, events.source, events.source_event_id, events.latest_death_on
        from business_ledger.persons as persons
        inner join staging_civil_registry.stg_civil_registry__death_event as events
            on persons.identity_number_18 = events.identity_number_18
        where persons.valid_from_batch <= '2024-06'
            and (persons.valid_to_batch is null or persons.valid_to_batch > '2024-06')
    """
}


def measure_deaths(bench: Bench, *, persons: int) -> list[Finding]:
    """Match the deaths of one person in a hundred; return what it took beside a bare join."""
    project, events = _landed(bench, persons=persons)
    clearing.prepare(project.warehouse, month=MONTH, as_of=last_day(MONTH))
    for layer in PAIRS[:-1]:
        schema, _, selection = layer.partition(":")
        project.run(schema, select=selection)
    staged = project.times[_EVENTS]
    project.run("crosschecks", select="crosschecks.pairs")
    name_classes.judge(project.warehouse)
    compiled = project.compiled("crosschecks", select=" ".join(_MODELS))
    models = {relation.partition(".")[2]: code for relation, code in compiled.items()}
    through_dbt, by_hand, joined = [], [], []
    for _ in range(_TIMES):
        project.run("crosschecks", select=" ".join(_MODELS))
        through_dbt.append(sum(project.times[model] for model in _MODELS))
        by_hand.append(_run(project, {model: models[model] for model in _MODELS}))
        joined.append(_run(project, _JOIN))
    hand, join, dbt = _median(by_hand), _median(joined), median(through_dbt)
    what = f"{events:,} deaths and {persons:,} persons"
    return [
        Finding(f"{what}: events staged, s of wall clock", f"{staged:.1f}"),
        Finding(f"{what}: a bare hash join, s", _written(join)),
        Finding(f"{what}: the SQL of the models that match them, s", _written(hand)),
        Finding(f"{what}: those models through dbt, s of wall clock", f"{dbt:.2f}"),
        Finding.ratio(f"{what}: SQL of the models / a bare hash join", hand.cpu, join.cpu, most=1.5),
        Finding.ratio(f"{what}: models through dbt / a bare hash join", dbt, join.clock, most=1.5),
    ]


def _landed(bench: Bench, *, persons: int) -> tuple[Project, int]:
    settings = bench.fresh()
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        events = land_register(connection, persons=persons, one_in=_ONE_IN)
    project = Project(warehouse, settings, load_site(warehouse, settings))
    project.seed()
    name_classes.prepare(warehouse)
    register.prepare(warehouse)
    for layer in BELOW:
        project.run(layer)
    return project, events


def _run(project: Project, statements: dict[str, str]) -> Taken:
    """Run queries as `create table as` one after another, on a warehouse at rest, and drop what they made."""
    url = url_of(project.settings)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set work_mem = '256MB'")  # as ctas.sql has it
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(_HAND)))
        made = taken(url, lambda: _create_all(connection, statements))
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(_HAND)))
    return made


def _create_all(connection: psycopg.Connection, statements: dict[str, str]) -> None:
    for name, code in statements.items():
        table = sql.Identifier(_HAND, name)
        connection.execute(sql.SQL("create table {} as ").format(table).as_string() + code)


def _median(runs: list[Taken]) -> Taken:
    return Taken(median(run.cpu for run in runs), median(run.clock for run in runs))


def _written(run: Taken) -> str:
    return f"{run.cpu:.2f} ({run.clock:.2f})"

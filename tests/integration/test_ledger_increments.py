"""Ledgers built from what changed, in any order of months and extracts, against ledgers built whole."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from ingestion import land
from tests.integration.checked_city import LEDGERS, VERSION, City
from tests.integration.restless_source import RestlessSource, restless_city
from tests.support import Databases

pytestmark = pytest.mark.scenarios
MONTHS = ("2024-01", "2024-02", "2024-03")
TABLES = (
    "employers", "employer_enrolments", "persons", "enrolments", "contributions", "unit_contributions",
    "personal_accounts", "entitlements", "entitlement_items", "payments", "payment_items", "deaths",
    "dependants", "impostor_claims", "transfers", "excluded_rows",
)  # fmt: skip
STEPS = int(os.environ.get("FUNDWATCH_TEST_LEDGER_STEPS", "6"))
SEEDS = range(int(os.environ.get("FUNDWATCH_TEST_LEDGER_SEEDS", "1")))
WHOLE = (
    "truncate staging_production.stg_production__staged_tables",
    "update business_ledger.built_months set staged = null, fingerprint = null",
)


@pytest.fixture(params=SEEDS)
def city(databases: Databases, migrated: str, tmp_path: Path) -> City:
    city = restless_city(databases, migrated, tmp_path)
    with city.warehouse.connect() as connection:
        connection.execute(
            "insert into site.code_map (source, class, raw, standard, _site_version, _row)"
            " values ('production', 'AAE140', 'dialect', '110', %s, 1)",
            (VERSION,),
        )
    return city


def _contents(city: City) -> dict[str, list[tuple]]:
    """Return each ledger's rows, provenance and versions included."""
    tables = {table: city.rows(f"select * from business_ledger.{table}") for table in TABLES}
    return {table: sorted(rows, key=repr) for table, rows in tables.items()}


def _build_whole(city: City, months: list[str]) -> None:
    """Build months anew, forgetting before each what would let it be built from what changed."""
    with city.warehouse.connect() as connection:
        connection.execute("delete from business_ledger.built_months")
        for table in TABLES:
            connection.execute(f"drop table business_ledger.{table}")
    for month in months:
        with city.warehouse.connect() as connection:
            for statement in WHOLE:
                connection.execute(statement)
        city.build(LEDGERS, month=month)


def test_ledgers_from_increments_equal_ledgers_built_whole(
    city: City, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    draw = random.Random(request.node.callspec.params["city"])  # noqa: S311 - repeatable by its seed
    source = RestlessSource(tmp_path, draw)
    landed = set()
    for step in range(STEPS):
        month = MONTHS[1] if step == 0 else draw.choice(MONTHS)
        source.change()
        source.write(month)
        land(city.warehouse, city.settings, month=month, feeds=["production"])
        landed.add(month)
        if step == 0 or draw.random() < 0.7:
            city.build(LEDGERS, month=draw.choice(sorted(landed)))
    for month in draw.sample(sorted(landed), len(landed)):
        city.build(LEDGERS, month=month)
    increments = _contents(city)
    moves = city.rows("select max(move_number) from staging_production.stg_production__staged_tables")
    _build_whole(city, sorted(landed))
    assert moves[0][0] > 0
    assert sum(map(len, increments.values())) > 100
    assert increments == _contents(city)


def test_planner_knows_how_many_rows_a_table_has_once_a_month_is_new_to_it(
    city: City, tmp_path: Path
) -> None:
    source = RestlessSource(tmp_path, random.Random(1))  # noqa: S311 - repeatable by its seed
    for month in MONTHS[:2]:
        source.change()
        source.write(month)
        land(city.warehouse, city.settings, month=month, feeds=["production"])
        city.build(LEDGERS, month=month)
    grown = [
        f"business_ledger.{table}"
        for table in TABLES
        if city.rows(f"select from business_ledger.{table} where valid_from_batch = '{MONTHS[1]}'")
    ]
    staged = city.rows(
        "select 'staging_production.stg_production__' || table_name"
        " from staging_production.stg_production__staged_tables where move_number > 0"
    )
    assert len(grown) > 3
    assert len(staged) > 3
    for table in (*grown, *(name for (name,) in staged)):
        [(known, held)] = city.rows(
            f"select reltuples, (select count(*) from {table}) from pg_class where oid = '{table}'::regclass"
        )
        assert known == held, table

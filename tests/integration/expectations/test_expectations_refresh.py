"""Incremental refresh of the prepared relations, in any order of months and extracts, against full builds."""

from __future__ import annotations

import os
import random
from pathlib import Path

import psycopg
import pytest

from expectations.issues.findings import replace_findings
from expectations.issues.rectification import rectify
from expectations.prepared.refresh import Prepared, refresh
from expectations.prepared.relation import relation_of
from expectations.prepared.state import mark_validated
from expectations.prepared.tallies import counts_of
from expectations.reference.lookups import ALL_FACTS
from expectations.rules import rules_of
from expectations.site_parameters import read_site_parameters
from fundwatch.catalogue import TABLES
from fundwatch.months import last_day
from ingestion import land
from tests.integration.checked_city import VERSION, City
from tests.integration.restless_source import RestlessSource, restless_city
from tests.support import Databases, drawn

MONTHS = ("2024-01", "2024-02", "2024-03")
STEPS = int(os.environ.get("FUNDWATCH_TEST_MEASURE_STEPS", "6"))
SEEDS = drawn(int(os.environ.get("FUNDWATCH_TEST_MEASURE_SEEDS", "2")))


@pytest.fixture
def city(databases: Databases, migrated: str, tmp_path: Path) -> City:
    return restless_city(databases, migrated, tmp_path)


def _refresh(connection: psycopg.Connection, month: str, *, full: bool = False) -> tuple[Prepared, bool]:
    """Refresh to a month; return what is prepared, and whether there was anything to prepare."""
    changes = []
    prepared = refresh(
        connection,
        site=read_site_parameters(connection, VERSION),
        month=month,
        full=full,
        on_change=lambda: changes.append(month),
    )
    mark_validated(connection)
    return prepared, bool(changes)


def _contents(connection: psycopg.Connection, prepared: Prepared) -> dict[str, object]:
    """Return the rows of every cached relation, and the tallies without zeros."""
    relations = [f"quality.{relation_of(table)}" for table in TABLES]
    relations += [fact.relation for fact in ALL_FACTS]
    contents: dict[str, object] = {
        relation: sorted(connection.execute(f"select * from {relation}").fetchall(), key=repr)
        for relation in relations
    }
    tallies = {
        (table, county, name): number
        for table, tally in prepared.tallies.items()
        for county, numbers in tally.items()
        for name, number in numbers.items()
        if number
    }
    return contents | {"tallies": tallies}


def _findings(connection: psycopg.Connection, prepared: Prepared, month: str) -> dict[str, list[tuple]]:
    """Write the findings of a month and its error list; return the failing rows and every list."""
    site = read_site_parameters(connection, VERSION)
    counts = {
        table: counts_of(prepared.tallies[table], rules=rules_of(table, month), city=site.city)
        for table in TABLES
    }
    affected = replace_findings(connection, site=site, month=month, counts=counts, prepared=prepared)
    rectify(connection, month=month, as_of=last_day(month), site_version=VERSION, affected=affected)
    return {
        name: connection.execute(f"select * from quality.{name} order by month, issue_id").fetchall()
        for name in ("failures", "rectification")
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_refreshed_relations_equal_those_of_a_full_build(city: City, tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - repeatable by its seed
    source = RestlessSource(tmp_path, draw)
    landed, refreshes = set(), 0
    for step in range(STEPS):
        month = MONTHS[1] if step == 0 else draw.choice(MONTHS)
        source.change()
        source.write(month)
        land(city.warehouse, city.settings, month=month, feeds=["production"])
        landed.add(month)
        measured = draw.choice(sorted(landed))
        with city.warehouse.connect() as connection:
            prepared, _ = _refresh(connection, measured)
            connection.commit()
            contents = _contents(connection, prepared) | _findings(connection, prepared, measured)
            connection.commit()
            refreshes += any(
                relation.startswith("tmp_added_") for relation, _ in prepared.to_validate.values()
            )
            built, _ = _refresh(connection, measured, full=True)
            expected = _contents(connection, built) | _findings(connection, built, measured)
            assert {name for name in expected if expected[name] != contents[name]} == set()
            connection.rollback()
    assert refreshes > 1


def test_failing_rows_of_keys_with_the_same_text_are_all_listed_when_one_is_repeated(
    city: City, tmp_path: Path
) -> None:
    source = RestlessSource(tmp_path, random.Random(2))  # noqa: S311 - repeatable by its seed
    wrong = {"AAB001": "e1", "AAE140": None, "AAE003": "|202401", "AAE020": "1.00", "AAE080": "2.50"}
    first, second = (source.rows["AB07"][0] | wrong, source.rows["AB07"][0] | wrong)
    second |= {"AAE140": "|", "AAE003": "202401"}
    for rows in ([first, second], [first, first, second]):
        source.rows["AB07"] = rows
        source.write(MONTHS[0])
        land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
        with city.warehouse.connect() as connection:
            prepared, _ = _refresh(connection, MONTHS[0])
            failures = _findings(connection, prepared, MONTHS[0])["failures"]
            connection.commit()
    assert not prepared.is_full
    assert [row[3] for row in failures if row[2] == "AB07"] == ["AB07-1"] * 3


def test_same_version_of_a_key_written_in_two_ways_counts_whichever_landed_last(
    city: City, tmp_path: Path
) -> None:
    source = RestlessSource(tmp_path, random.Random(6))  # noqa: S311 - repeatable by its seed
    same = source.rows["AB02"][0] | {"AAB001": "e1", "AAB051": "1", "AAE036": "20240101"}
    standard, dialect = (
        same | {"AAE140": scheme, "AAB033": method} for scheme, method in (("110", "01"), ("dialect", "02"))
    )
    source.rows["AB02"] = [same | {"AAB001": "e0", "AAE140": "110"}, standard, dialect]
    with city.warehouse.connect() as connection:
        connection.execute(
            "insert into site.code_map (source, class, raw, standard, _site_version, _row)"
            " values ('production', 'AAE140', 'dialect', '110', %s, 1)",
            (VERSION,),
        )
    for edited in (standard, dialect, standard):
        edited["AAE011"] = f"{edited['AAE011']} again"
        source.write(MONTHS[0])
        land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
        with city.warehouse.connect() as connection:
            _refresh(connection, MONTHS[0])
            methods = connection.execute(
                "select base_method from quality.measuring_base_methods where aab001 = 'e1'"
            ).fetchall()
            connection.commit()
        assert methods == [("02",)]


def test_nothing_is_prepared_when_nothing_changed(city: City, tmp_path: Path) -> None:
    source = RestlessSource(tmp_path, random.Random(3))  # noqa: S311 - repeatable by its seed
    source.write(MONTHS[0])
    land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
    with city.warehouse.connect() as connection:
        first, changed = _refresh(connection, MONTHS[0])
        assert (changed, set(first.to_validate)) == (True, set(TABLES))
        again, changed = _refresh(connection, MONTHS[0])
        assert (changed, dict(again.to_validate)) == (False, {})
        assert again.tallies == first.tallies


def test_full_build_follows_a_failed_validation(city: City, tmp_path: Path) -> None:
    source = RestlessSource(tmp_path, random.Random(4))  # noqa: S311 - repeatable by its seed
    source.write(MONTHS[0])
    land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
    with city.warehouse.connect() as connection:
        _refresh(connection, MONTHS[0])
        connection.execute("update quality.standing set is_judged = false")
        assert set(_refresh(connection, MONTHS[0])[0].to_validate) == set(TABLES)


def test_full_build_follows_another_code_map(city: City, tmp_path: Path) -> None:
    source = RestlessSource(tmp_path, random.Random(5))  # noqa: S311 - repeatable by its seed
    source.write(MONTHS[0])
    land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
    with city.warehouse.connect() as connection:
        _refresh(connection, MONTHS[0])
        connection.execute(
            "insert into site.code_map (source, class, raw, standard, _site_version, _row)"
            " values ('production', 'AAE140', 'dialect', '110', %s, 1)",
            (VERSION,),
        )
        assert set(_refresh(connection, MONTHS[0])[0].to_validate) == set(TABLES)

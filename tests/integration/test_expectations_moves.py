"""What is kept for measuring, moved in any order of months and extracts, against what is prepared whole."""

from __future__ import annotations

import os
import random
from pathlib import Path

import psycopg
import pytest

from expectations.issues.findings import replace_findings
from expectations.issues.rectification import rectify
from expectations.prepared.refresh import Kept, bring
from expectations.prepared.relation import relation_of
from expectations.prepared.state import mark_judged
from expectations.prepared.tallies import counts_of
from expectations.reference.lookups import ALL_FACTS
from expectations.rules import rules_of
from expectations.site import read_site
from fundwatch.catalogue import TABLES
from fundwatch.months import last_day
from ingestion import land
from tests.integration.checked_city import VERSION, City
from tests.integration.restless_source import RestlessSource, restless_city
from tests.support import Databases

MONTHS = ("2024-01", "2024-02", "2024-03")
STEPS = int(os.environ.get("FUNDWATCH_TEST_MEASURE_STEPS", "6"))
SEEDS = range(int(os.environ.get("FUNDWATCH_TEST_MEASURE_SEEDS", "2")))


@pytest.fixture
def city(databases: Databases, migrated: str, tmp_path: Path) -> City:
    return restless_city(databases, migrated, tmp_path)


def _bring(connection: psycopg.Connection, month: str, *, whole: bool = False) -> tuple[Kept, bool]:
    """Bring what is kept to a month; return it, and whether there was anything to prepare."""
    begun = []
    kept = bring(
        connection,
        site=read_site(connection, VERSION),
        month=month,
        whole=whole,
        begins=lambda: begun.append(month),
    )
    mark_judged(connection)
    return kept, bool(begun)


def _contents(connection: psycopg.Connection, kept: Kept) -> dict[str, object]:
    """Return every kept relation's rows, and the tallies without the counties that have no rows left."""
    relations = [f"quality.{relation_of(table)}" for table in TABLES]
    relations += [fact.relation for fact in ALL_FACTS]
    found: dict[str, object] = {
        relation: sorted(connection.execute(f"select * from {relation}").fetchall(), key=repr)
        for relation in relations
    }
    tallies = {
        (table, county, name): number
        for table, tally in kept.tallies.items()
        for county, numbers in tally.items()
        for name, number in numbers.items()
        if number
    }
    return found | {"tallies": tallies}


def _found(connection: psycopg.Connection, kept: Kept, month: str) -> dict[str, list[tuple]]:
    """Write what the rules found in a month, and its error list; return the failing rows and every list."""
    site = read_site(connection, VERSION)
    counts = {
        table: counts_of(kept.tallies[table], rules=rules_of(table, month), city=site.city)
        for table in TABLES
    }
    touched = replace_findings(connection, site=site, month=month, counts=counts, kept=kept)
    rectify(connection, month=month, as_of=last_day(month), site_version=VERSION, touched=touched)
    return {
        name: connection.execute(f"select * from quality.{name} order by month, issue_id").fetchall()
        for name in ("failures", "rectification")
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_relations_moved_by_what_changed_equal_relations_prepared_whole(
    city: City, tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - repeatable by its seed
    source = RestlessSource(tmp_path, draw)
    landed, moves = set(), 0
    for step in range(STEPS):
        month = MONTHS[1] if step == 0 else draw.choice(MONTHS)
        source.change()
        source.write(month)
        land(city.warehouse, city.settings, month=month, feeds=["production"])
        landed.add(month)
        wanted = draw.choice(sorted(landed))
        with city.warehouse.connect() as connection:
            kept, _ = _bring(connection, wanted)
            connection.commit()
            contents = _contents(connection, kept) | _found(connection, kept, wanted)
            connection.commit()
            moves += any(relation.startswith("measuring_fresh") for relation, _ in kept.to_judge.values())
            whole, _ = _bring(connection, wanted, whole=True)
            anew = _contents(connection, whole) | _found(connection, whole, wanted)
            assert {name for name in anew if anew[name] != contents[name]} == set()
            connection.rollback()
    assert moves > 1


def test_failing_rows_of_keys_that_read_the_same_are_all_listed_when_one_is_repeated(
    city: City, tmp_path: Path
) -> None:
    source = RestlessSource(tmp_path, random.Random(2))  # noqa: S311 - repeatable by its seed
    wrong = {"AAB001": "e1", "AAE140": None, "AAE003": "|202401", "AAE020": "1.00", "AAE080": "2.50"}
    one, other = (source.rows["AB07"][0] | wrong, source.rows["AB07"][0] | wrong)
    other |= {"AAE140": "|", "AAE003": "202401"}
    for rows in ([one, other], [one, one, other]):
        source.rows["AB07"] = rows
        source.write(MONTHS[0])
        land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
        with city.warehouse.connect() as connection:
            kept, _ = _bring(connection, MONTHS[0])
            found = _found(connection, kept, MONTHS[0])["failures"]
            connection.commit()
    assert not kept.is_whole
    assert [row[3] for row in found if row[2] == "AB07"] == ["AB07-1"] * 3


def test_nothing_is_prepared_when_nothing_changed(city: City, tmp_path: Path) -> None:
    source = RestlessSource(tmp_path, random.Random(3))  # noqa: S311 - repeatable by its seed
    source.write(MONTHS[0])
    land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
    with city.warehouse.connect() as connection:
        first, began = _bring(connection, MONTHS[0])
        assert (began, set(first.to_judge)) == (True, set(TABLES))
        again, began = _bring(connection, MONTHS[0])
        assert (began, dict(again.to_judge)) == (False, {})
        assert again.tallies == first.tallies


def test_everything_is_prepared_anew_when_the_judge_did_not_agree(city: City, tmp_path: Path) -> None:
    source = RestlessSource(tmp_path, random.Random(4))  # noqa: S311 - repeatable by its seed
    source.write(MONTHS[0])
    land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
    with city.warehouse.connect() as connection:
        _bring(connection, MONTHS[0])
        connection.execute("update quality.standing set is_judged = false")
        assert set(_bring(connection, MONTHS[0])[0].to_judge) == set(TABLES)


def test_everything_is_prepared_anew_when_the_site_maps_a_code_otherwise(city: City, tmp_path: Path) -> None:
    source = RestlessSource(tmp_path, random.Random(5))  # noqa: S311 - repeatable by its seed
    source.write(MONTHS[0])
    land(city.warehouse, city.settings, month=MONTHS[0], feeds=["production"])
    with city.warehouse.connect() as connection:
        _bring(connection, MONTHS[0])
        connection.execute(
            "insert into site.code_map (source, class, raw, standard, _site_version, _row)"
            " values ('production', 'AAE140', 'dialect', '110', %s, 1)",
            (VERSION,),
        )
        assert set(_bring(connection, MONTHS[0])[0].to_judge) == set(TABLES)

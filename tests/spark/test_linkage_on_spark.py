"""The same persons are linked alike on DuckDB and on Spark."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.integration.linkage.conftest import Desk, open_desk
from tests.integration.linkage.planted import Person, draw, planted_register
from tests.support import Databases

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("link_on_spark.py")
PERSONS, CHANGED = 1500, 40
pytestmark = pytest.mark.spark


@dataclass(frozen=True)
class Desks:
    """Two warehouses that hold the same persons, linked by one engine each."""

    on_duckdb: Desk
    on_spark: Desk

    def link(self, persons: Collection[Person]) -> None:
        self.on_duckdb.link(persons)
        self.on_spark.hold(persons)
        (packages,) = (ROOT / ".venv-spark" / "lib").glob("python3*/site-packages")
        warehouse = self.on_spark.warehouse
        done = subprocess.run(
            [sys.executable, PROGRAM, packages, warehouse.home, warehouse.url],
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]

    def both(self, table: str) -> tuple[list[tuple], list[tuple]]:
        return self.on_duckdb.stored(table), self.on_spark.stored(table)


@pytest.fixture(scope="module")
def desks(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Desks:
    """A register linked once, and once more after some of its persons changed."""
    desks = Desks(
        *(open_desk(tmp_path_factory.mktemp("home"), databases.create(template=migrated)) for _ in range(2))
    )
    chance = random.Random(3)  # noqa: S311 - reproducible, and nothing secret
    persons = planted_register(PERSONS, seed=3).persons
    desks.link(persons.values())
    for key in chance.sample(sorted(persons), CHANGED):
        persons[key] = replace(persons[key], name=draw(chance, "").name)
    desks.link(persons.values())
    return desks


def clusters(pairs: set[tuple[str, str]]) -> set[frozenset[str]]:
    """The humans that linked pairs make: whoever is linked, over others too."""
    cluster_of: dict[str, set[str]] = {}
    for pair in pairs:
        members = set(pair).union(*(cluster_of.get(member, ()) for member in pair))
        cluster_of.update(dict.fromkeys(members, members))
    return {frozenset(members) for members in cluster_of.values()}


def test_linkage_makes_the_same_clusters_on_spark(desks: Desks) -> None:
    on_duckdb = clusters(desks.on_duckdb.pairs())
    assert len(on_duckdb) > PERSONS / 15
    assert clusters(desks.on_spark.pairs()) == on_duckdb


def test_linkage_gives_every_pair_the_same_score_and_reason_on_spark(desks: Desks) -> None:
    on_duckdb, on_spark = desks.both("linked_pairs")
    assert on_spark == on_duckdb


def test_linkage_compares_every_pair_alike_on_spark(desks: Desks) -> None:
    on_duckdb, on_spark = desks.both("linkage_pairs")
    assert len(on_duckdb) > PERSONS / 15
    levels_on_duckdb, levels_on_spark = (
        [(*row[:2], *row[3:]) for row in rows] for rows in (on_duckdb, on_spark)
    )
    assert levels_on_spark == levels_on_duckdb
    assert [row[2] for row in on_spark] == pytest.approx([row[2] for row in on_duckdb], rel=1e-9)

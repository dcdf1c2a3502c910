"""The planted truth of both cities of bases equals what plain Python finds in their files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.bases import simulate_bases
from tests.oracle.bases import exceptions_of
from tests.oracle.production import City
from tests.seeds import SEED

COLUMNS = ("exception", "unit_id", "person_id", "scheme", "wage_year")
EXCEPTIONS = 18
Key = tuple[str, ...]


@pytest.fixture(scope="module", params=["province", "city"])
def cities(request, tmp_path_factory) -> tuple[set[Key], set[Key], set[Key]]:
    """What is found, planted and a decoy in the last month."""
    out = tmp_path_factory.mktemp("bases") / request.param
    months = simulate_bases(out=out, site=request.param, persons=250, seed=SEED)
    exceptions = {
        (*(row[name] for name in COLUMNS), row["expected"] if row["exception"] == "document_missing" else "")
        for row in exceptions_of(City(out), months[-1], landed=months)
    }
    return exceptions, _truth(out, "planted"), _truth(out, "decoys")


def _truth(out: Path, part: str) -> set[Key]:
    return {
        (path.stem.removeprefix("bases."), *(item[name] for name in COLUMNS[1:]), item["document"])
        for path in (out / "truth").glob("bases.*.json")
        for item in json.loads(path.read_text())[part]
    }


def test_planted_exceptions_are_exactly_those_found(cities):
    exceptions, planted, _ = cities
    assert len({key[0] for key in planted}) == EXCEPTIONS
    assert exceptions - planted == set()
    assert planted - exceptions == set()


def test_no_decoy_is_found(cities):
    exceptions, _, decoys = cities
    assert decoys
    assert exceptions & decoys == set()


def test_same_seed_gives_the_same_city(tmp_path):
    for name in ("one", "two"):
        simulate_bases(out=tmp_path / name, site="city", persons=1, seed=3)
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in sorted((tmp_path / name).rglob("*.csv"))
        }
        for name in ("one", "two")
    )
    assert first == second
    assert len(first) > 20

"""The plants of the cross-checks in a small city: of every rule, with decoys, and what plain Python finds."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from simulator import simulate
from tests.oracle.crosschecks import RULES, points
from tests.oracle.production import City

MONTHS = ("2024-03", "2024-04", "2024-05", "2024-06")
CATALOGUE = Path(__file__).parents[2] / "dbt_project/seeds/crosschecks/crosscheck_rules.csv"
Key = tuple[str, ...]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plants") / "city"
    simulate(out=out, months=MONTHS, persons=300, seed=5, plants=1)
    return out


def _truth(city: Path, rule: str) -> dict[str, list[dict]]:
    return json.loads((city / "truth" / f"{rule}.json").read_text(encoding="utf-8"))


def _keys(items: list[dict], month: str) -> set[Key]:
    names = ("scheme", "person_id", "other_person_id", "year")
    return {
        tuple(item.get(name) or "" for name in names)
        for item in items
        if item["first_month"] <= month <= (item.get("last_month") or month)
        and item.get("match_class") != "D"
    }


def test_a_small_city_carries_every_rule_of_the_catalogue_with_decoys_that_say_why(city):
    with CATALOGUE.open(encoding="utf-8") as file:
        rules = [row["rule_id"] for row in csv.DictReader(file)]
    assert len(rules) > 30
    for rule in rules:
        truth = _truth(city, rule)
        assert _keys(truth["planted"], MONTHS[-1]), rule
        assert truth["decoys"], rule
        assert all(decoy["why"] for decoy in truth["decoys"])


@pytest.mark.parametrize("month", [MONTHS[0], MONTHS[-1]])
def test_planted_points_are_exactly_those_a_plain_reading_of_the_page_finds(city, month):
    by_rule: dict[str, set[Key]] = {rule: set() for rule in RULES}
    for rule, scheme, person, other, year in points(City(city), month):
        by_rule[rule].add((scheme, person, other, year))
    assert any(by_rule.values())
    for rule in RULES:
        truth = _truth(city, rule)
        assert by_rule[rule] == _keys(truth["planted"], month), rule
        assert not by_rule[rule] & _keys(truth["decoys"], month), rule


def test_plants_of_persons_are_each_on_their_own_people(city):
    """A point that follows from another's plant is no plant of its own: it shares the person with it."""
    following = {
        frozenset(pair)
        for pair in (
            ("duplicate_payment", "paid_differs_from_approved"),
            ("one_person_many_ids", "duplicate_enrolment"),
            ("one_person_many_ids", "duplicate_pension"),
        )
    }
    players = 230600000000 + 300
    rules_of: dict[str, set[str]] = {}
    for rule in RULES:
        for item in _truth(city, rule)["planted"]:
            if item["person_id"].isdigit() and int(item["person_id"]) > players:
                rules_of.setdefault(item["person_id"], set()).add(rule)
    assert len(rules_of) > 50
    shared = {person: rules for person, rules in rules_of.items() if len(rules) > 1}
    assert all(frozenset(rules) in following for rules in shared.values()), shared


def test_a_city_below_a_thousand_persons_has_players_only_when_asked(tmp_path):
    simulate(out=tmp_path, months=MONTHS[:1], persons=200, seed=5, feeds=frozenset())
    assert not (tmp_path / "truth" / "shell_employer.json").exists()

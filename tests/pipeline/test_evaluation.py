"""``fundwatch evaluate``: planted, found and decoys raised of every rule, as files and export say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.oracle.truth import decoys, planted
from tests.support import MONTHS, BuiltCity, run_fundwatch

MONTH = MONTHS[-1]
PER_YEAR = ("base_outside_limits", "base_changed_in_year")
Key = tuple[str, ...]


@pytest.fixture(scope="module")
def evaluated(built_city: BuiltCity) -> dict[str, dict]:
    truth = str(built_city.folder / "truth")
    printed = run_fundwatch(
        "evaluate", "--truth", truth, "--month", MONTH, "--json", settings=built_city.settings
    )
    return {row["rule"]: row for row in json.loads(printed.stdout)}


def _key(rule: str, item: dict) -> Key:
    year = item.get("year") or (item["first_month"][:4] if rule in PER_YEAR else "")
    return item["person_id"], item.get("other_person_id") or "", item.get("scheme") or "", year


def test_evaluate_counts_what_files_and_export_say(built_city: BuiltCity, evaluated: dict[str, dict]) -> None:
    keys: dict[str, set[Key]] = {}
    for case in built_city.export("cases", MONTH):
        keys.setdefault(case["rule_id"], set()).add(_key(case["rule_id"], case))
    rules = sorted(path.stem for path in (built_city.folder / "truth").glob("*_*.json"))
    counted = {}
    for rule in set(rules) & set(evaluated):
        plants = {_key(rule, item) for item in planted(built_city.folder, rule, MONTH)}
        points = keys.get(rule, set())
        counted[rule] = len(plants), len(points), len(plants & points)
    assert len(counted) > 30
    assert counted == {
        rule: (evaluated[rule]["planted"], evaluated[rule]["found"], evaluated[rule]["both"])
        for rule in counted
    }


def test_evaluate_finds_the_planted_dead_and_duplicates_and_no_decoy(
    built_city: BuiltCity, evaluated: dict[str, dict]
) -> None:
    for rule in ("paid_after_death", "duplicate_enrolment", "AC01-1"):
        shares = evaluated[rule]["recall"], evaluated[rule]["precision"], evaluated[rule]["decoys_raised"]
        assert evaluated[rule]["planted"] > 0
        assert decoys(built_city.folder, rule, MONTH)
        assert shares == (1.0, 1.0, 0)


def test_evaluate_finds_every_planted_error_of_money_and_nothing_else(evaluated: dict[str, dict]) -> None:
    money = {rule: row for rule, row in evaluated.items() if "." in rule}
    assert len(money) > 25
    assert {rule: (row["recall"], row["precision"], row["decoys_raised"]) for rule, row in money.items()} == (
        dict.fromkeys(money, (1.0, 1.0, 0))
    )


def test_evaluate_refuses_a_folder_without_truth(built_city: BuiltCity, tmp_path: Path) -> None:
    refused = run_fundwatch(
        "evaluate", "--truth", str(tmp_path), "--month", MONTH, settings=built_city.settings, check=False
    )
    assert refused.returncode != 0
    assert "no truth of a simulated city" in refused.stderr.decode()

"""The catalogue of the cross-checks describes every rule there is, in both languages, with its law."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date

import pytest

from pipeline.dbt_runner import project_folder
from tests.oracle.crosschecks import RULES

SEEDS = project_folder() / "seeds" / "crosschecks"
ROOT = project_folder().parent
HEADING = re.compile(r"^## ([a-z_]+)$", re.MULTILINE)
MODEL = re.compile(r"^\s+'([a-z_]+)',$", re.MULTILINE)
LAW_CHANGED = date(2011, 7, 1)


def _seed(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SEEDS / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def rules() -> dict[str, dict[str, str]]:
    """The catalogue by rule."""
    return {rule["rule_id"]: rule for rule in _seed("crosscheck_rules")}


def _printed_on(day: date) -> dict[str, set[str]]:
    """The evidenced articles of each rule for an act of a day."""
    bases = {basis["basis_id"]: basis for basis in _seed("legal_bases")}
    printed = defaultdict(set)
    for row in _seed("crosscheck_legal_bases"):
        basis = bases[row["basis_id"]]
        within = (
            (basis["valid_from"] or "0001-01-01") <= day.isoformat() <= (basis["valid_to"] or "9999-12-31")
        )
        if basis["evidence"] and within:
            printed[row["rule_id"]].add(row["basis_id"])
    return printed


def test_catalogue_has_every_rule_once(rules: dict[str, dict[str, str]]) -> None:
    assert len(_seed("crosscheck_rules")) == len(rules) == 36


def test_rules_are_the_same_in_catalogue_models_page_and_oracle(rules: dict[str, dict[str, str]]) -> None:
    macro = (project_folder() / "macros" / "crosschecks" / "rules.sql").read_text(encoding="utf-8")
    points = {path.stem for path in (project_folder() / "models" / "crosschecks" / "points").rglob("*.sql")}
    page = (ROOT / "docs" / "crosscheck-rules.md").read_text(encoding="utf-8")
    assert set(MODEL.findall(macro)) == set(rules)
    assert set(rules) <= points
    assert set(HEADING.findall(page)) == set(rules)
    assert set(RULES) == set(rules)


def test_catalogue_says_everything_in_both_languages(rules: dict[str, dict[str, str]]) -> None:
    may_be_empty = {"parameters"}
    empty = [
        (name, column)
        for name, rule in rules.items()
        for column, cell in rule.items()
        if not cell.strip() and column not in may_be_empty
    ]
    chinese = re.compile("[\u4e00-\u9fff]")
    wrong = [
        (name, column)
        for name, rule in rules.items()
        for column, cell in rule.items()
        if column.endswith(("_zh", "_en")) and bool(chinese.search(cell)) is not column.endswith("_zh")
    ]
    assert (empty, wrong) == ([], [])


def test_every_rule_names_its_point_a_suspicious_one(rules: dict[str, dict[str, str]]) -> None:
    assert [name for name, rule in rules.items() if not rule["label_zh"].endswith("疑点")] == []


def test_every_rule_prints_an_article_for_an_act_of_today(rules: dict[str, dict[str, str]]) -> None:
    assert set(_printed_on(date(2024, 6, 30))) == set(rules)


def test_articles_of_persons_change_with_the_law_of_2011() -> None:
    before, since = _printed_on(date(2011, 6, 30)), _printed_on(LAW_CHANGED)
    assert "labour_supervision_27_2" in before["paid_after_death"] - since["paid_after_death"]
    assert {"insurance_law_88", "insurance_law_14"} <= since["paid_after_death"] - before["paid_after_death"]


def test_article_that_was_not_evidenced_is_printed_nowhere() -> None:
    unseen = {basis["basis_id"] for basis in _seed("legal_bases") if not basis["evidence"]}
    assert unseen
    printed = _printed_on(date(2026, 1, 31))
    assert [rule for rule, articles in printed.items() if articles & unseen] == []

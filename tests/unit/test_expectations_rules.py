"""The declarations of the rules, the codes and the placeholders."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest

from expectations import rules, sql
from expectations.reference import codes
from expectations.rules.declaration import Need, Rule
from fundwatch.catalogue import CODE_KINDS, TABLES
from fundwatch.errors import InvariantBroken
from tests.oracle import catalogue

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
IDS = [
    *(f"AB01-{number}" for number in (1, 2)),
    "AB02-1",
    *(f"AB07-{number}" for number in (0, 1)),
    *(f"AC01-{number}" for number in range(1, 8)),
    *(f"AC02-{number}" for number in range(1, 5)),
    *(f"AC43-{number}" for number in range(7)),
    *(f"AC50-{number}" for number in (0, 1)),
    *(f"AC60-{number}" for number in range(4)),
    *(f"AC61-{number}" for number in (0, 1)),
    *(f"AC82-{number}" for number in range(5)),
    "AC83-0",
    *(f"YC01-{number}" for number in (0, 1)),
    *(f"YC02-{number}" for number in (0, 1)),
]


def test_rules_are_those_of_the_page():
    assert [rule.rule_id for rule in rules.RULES] == IDS


@pytest.mark.parametrize("rule", rules.RULES, ids=IDS)
def test_rule_says_in_both_languages_what_and_why(rule: Rule):
    assert len(rule.text_zh) > 5
    assert rule.text_en.endswith(".")
    assert rule.why.endswith(".")
    assert rule.columns
    for name in rule.columns:
        assert any(table.column(name) for table in TABLES.values())


def test_rule_is_judged_in_its_months_alone(monkeypatch):
    ended = dataclasses.replace(rules.RULES[0], last_month="2024-05")
    monkeypatch.setattr(rules, "RULES", (ended,))
    assert rules.rules_of("AB01", "2024-05") == (ended,)
    assert rules.rules_of("AB01", "2024-06") == ()


def test_rule_refuses_a_severity_nobody_grades():
    with pytest.raises(InvariantBroken, match="AB01-1 has the severity fatal"):
        dataclasses.replace(rules.RULES[0], severity="fatal")


def test_rule_skips_a_row_only_when_a_needed_column_is_missing():
    rule = dataclasses.replace(rules.RULES[0], needs=(Need("a"), Need("b", when="a = 1")), fails="b = 2")
    assert rule.applies_sql() == "(a is not null) and (b is not null or (a = 1) is not true)"


def test_rule_version_changes_with_any_declaration(monkeypatch):
    before = rules.rule_version()
    changed = dataclasses.replace(rules.RULES[-1], severity="info")
    monkeypatch.setattr(rules, "RULES", (*rules.RULES[:-1], changed))
    assert rules.rule_version() != before


def test_standard_codes_are_those_of_the_page():
    page = {**catalogue.STANDARD_CODES, **catalogue.SITE_CODED, **catalogue.FLAGS, "AAC063": {"0", "1"}}
    standard = {name: set(values) for name, values in codes.standard_codes().items()}
    assert standard == {name: set(values) for name, values in page.items() if values}


def test_every_column_of_codes_is_coded_everywhere_or_where_the_site_has_its_class():
    kinds = {column.name: column.kind for table in TABLES.values() for column in table.columns}
    coded = {name for name, kind in kinds.items() if kind in CODE_KINDS}
    assert coded == (set(codes.standard_codes()) | codes.SITE_CODED) & set(kinds)
    assert {name for name in coded if kinds[name] == "flag"} <= codes.YES_NO


def test_placeholders_are_those_the_ledgers_use():
    with (SEEDS / "placeholders.csv").open(encoding="utf-8") as lines:
        theirs = {row["placeholder"] for row in csv.DictReader(lines)}
    assert set(sql.PLACEHOLDERS) == theirs

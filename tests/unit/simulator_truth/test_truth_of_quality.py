"""The planted failures of the rules of data quality equal what plain Python finds in the city's files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from fundwatch.numbers import credit, identity
from simulator.parameters import CITY
from tests.oracle.rules import RULES, rule_results
from tests.oracle.truth import is_plantable, planted_failures
from tests.unit.simulator_truth.planted_city import CENT, LAST, MONTHS, select, site, truth, yuan


@pytest.mark.parametrize("month", [MONTHS[0], LAST])
def test_planted_numbers_are_exactly_the_invalid_ones(city, month):
    planted, decoys = truth(city, "AC01-1", month)
    invalid = {
        row["AAC001"]
        for row in select(city, "AC01", month)
        if row["AAC058"] == "01"
        and row["AAC002"] not in (None, "", "NULL")
        and not identity.is_valid(row["AAC002"])
    }
    assert invalid == {item["key"] for item in planted}
    assert len({item["why"] for item in decoys}) == 4
    assert not invalid & {item["key"] for item in decoys}


def test_planted_tax_numbers_are_exactly_the_invalid_ones(city):
    planted, _ = truth(city, "AB01-1")
    invalid = {row["AAB001"] for row in select(city, "AB01") if not credit.is_valid(row["AAB030"])}
    assert invalid == {item["key"] for item in planted} != set()


def _outside(city: Path) -> Iterator[object]:
    wages = {(row["wage_kind"], row["year"]): row for row in site(city, "average_wages")}
    limits = [row for row in site(city, "contribution_limits") if row["scheme"] in ("110", "120")]
    for row in select(city, "AC43"):
        month = f"{row['AAE003'][:4]}-{row['AAE003'][4:]}"
        for limit in limits:
            in_force = limit["valid_from"] <= month <= limit["valid_to"]
            if limit["scheme"] == row["AAE140"] and in_force:
                bounds = [(Decimal(limit["floor"]), Decimal(limit["cap"]))]
                if month < wages[limit["wage_kind"], limit["wage_year"]]["published_month"]:
                    before = wages[limit["wage_kind"], str(int(limit["wage_year"]) - 1)]
                    wage = Decimal(before["monthly_wage"])
                    bounds.append((Decimal(limit["floor_ratio"]) * wage, Decimal(limit["cap_ratio"]) * wage))
                base = yuan(row["AAE180"])
                if all(not low - CENT <= base <= high + CENT for low, high in bounds):
                    yield row["AAZ223"]


def test_planted_bases_are_exactly_those_outside_the_limits(city):
    planted, decoys = truth(city, "AC43-5")
    outside = set(_outside(city))
    assert outside == {item["key"] for item in planted} != set()
    assert len({item["why"] for item in decoys}) >= 5
    assert not outside & {item["key"] for item in decoys}


def test_dues_follow_from_base_and_rate_except_where_planted(city):
    rates = {
        (row["scheme"], row["identity"], row["risk_class"]): row
        for row in site(city, "contribution_rates")
        if not row["valid_to"]
    }
    risk = {row["AAB001"]: row["AAA149"] for row in select(city, "AB01")}
    dual = {(row["AAB001"], row["AAE140"]) for row in select(city, "AB02") if row["AAB033"] == "01"}
    differing = set()
    for row in select(city, "AC43"):
        scheme, firm = row["AAE140"], row["AAB001"]
        if scheme in ("170", "390"):
            continue
        rate = rates[scheme, "11" if firm else "12", risk[firm] if scheme == "410" else ""]
        person, employer = (
            (yuan(row["AAE180"]) * Decimal(rate[f"{who}_rate"])).quantize(CENT, ROUND_HALF_UP)
            for who in ("person", "employer")
        )
        employer = Decimal(0) if (firm, scheme) in dual else employer
        if (person, employer) != (yuan(row["AAE022"]), yuan(row["AAE020"])):
            differing.add(row["AAZ223"])
    planted, _ = truth(city, "AC43-6")
    assert differing == {item["key"] for item in planted} != set()


@pytest.mark.parametrize("month", [MONTHS[0], LAST])
def test_planted_failures_are_exactly_those_a_plain_reading_of_the_rules_finds(city, month):
    rule_ids = [rule_id for rules in RULES.values() for rule_id in rules if is_plantable(rule_id)]
    expected = planted_failures(city, rule_ids, month, city=CITY)
    failing = {
        (division, rule_id): failed
        for (_, division, _, rule_id), (_, failed) in rule_results(city, month).items()
        if failed
    }
    assert len(expected) > 100
    assert failing == expected


def test_every_rule_that_can_be_is_planted_in_every_county(city):
    counties = {row["division"] for row in site(city, "divisions") if row["level"] == "county"}
    lacking = set()
    for rule_id in (rule_id for rules in RULES.values() for rule_id in rules if is_plantable(rule_id)):
        planted = json.loads((city / "truth" / f"{rule_id}.json").read_text())["planted"]
        assert planted
        lacking |= {rule_id} if counties - {item["division"] for item in planted} else set()
    # Items have no county; and in a city this small not every county has a returned payment to choose.
    assert {"AC61-1"} <= lacking <= {"AC61-1", "AC82-4"}


def test_money_counts_are_as_large_as_planned(city):
    contributions = len(select(city, "AC43"))
    assert 1000 * len(MONTHS) * 1.8 < contributions < 1000 * len(MONTHS) * 3.2


def test_counties_correct_most_of_their_errors_in_the_last_two_months(city):
    shares: dict[str, list[bool]] = defaultdict(list)
    for path in sorted((city / "truth").glob("A[BC]*-*.json")):
        for item in json.loads(path.read_text())["planted"]:
            is_corrected = item["last_month"] is not None
            if item["division"] and not path.stem.startswith(("AB01", "AC43")):
                shares[item["division"]].append(is_corrected)
            assert not is_corrected or item["last_month"] in MONTHS[-3:-1]
    corrected = [is_corrected for items in shares.values() for is_corrected in items]
    assert sum(corrected) / len(corrected) > 0.5
    best, worst = (shares[division] for division in ("230602", "230606"))
    assert sum(best) / len(best) > sum(worst) / len(worst)

"""The oracle's rates and rules, both sides of each boundary."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import rule_results, scorecard
from tests.oracle.tiny import (
    CONTRIBUTION,
    EMPLOYER,
    ENROLMENT,
    ENTITLEMENT,
    MONTH,
    PAYMENT,
    PERSON,
    tiny_city,
)

VALID = PERSON | {"AAC002": "11010519491231002X", "AAC004": "2", "AAC006": "19491231"}
BASIC = {"AB01": [EMPLOYER], "AC01": [VALID], "AC02": [ENROLMENT], "AC43": [CONTRIBUTION]}
SITE = {
    "average_wages": [
        {"division": "230000", "year": 2023, "wage_kind": "province", "monthly_wage": 8000,
         "published_month": "2024-06"},
        {"division": "230000", "year": 2022, "wage_kind": "province", "monthly_wage": 7000,
         "published_month": "2023-06"},
    ],
    "contribution_limits": [
        {"division": "230000", "scheme": "110", "identity": "", "wage_year": 2023,
         "wage_kind": "province", "floor_ratio": "0.6", "cap_ratio": "3", "floor": "", "cap": "",
         "valid_from": "2024-01", "valid_to": ""},
    ],
    "contribution_rates": [
        {"division": "230600", "scheme": "110", "identity": "11", "risk_class": "",
         "employer_rate": "0.16", "person_rate": "0.08", "valid_from": "", "valid_to": ""},
        {"division": "230600", "scheme": "110", "identity": "", "risk_class": "",
         "employer_rate": "0.2", "person_rate": "0.2", "valid_from": "", "valid_to": ""},
    ],
}  # fmt: skip


def verdict(folder: Path, rule_id: str, tables: dict, site: dict | None = None) -> tuple[int, int]:
    city = tiny_city(folder, BASIC | tables, site=site)
    return rule_results(city, MONTH)[MONTH, "230602", rule_id[:4], rule_id]


def rate(folder: Path, metric: str, table: str, tables: dict, division: str = "230602") -> tuple[int, int]:
    city = tiny_city(folder, BASIC | tables)
    return scorecard(city, MONTH)[MONTH, division, table, metric]


@pytest.mark.parametrize(
    ("rule_id", "change", "expected"),
    [
        ("AC01-1", {}, (1, 0)),
        ("AC01-1", {"AAC002": "110105194912310021"}, (1, 1)),
        ("AC01-1", {"AAC002": None}, (0, 0)),
        ("AC01-1", {"AAC002": None, "AAC058": "02"}, (1, 0)),
        ("AC01-2", {"AAC006": "19491230"}, (1, 1)),
        ("AC01-2", {"AAC006": "194912"}, (0, 0)),
        ("AC01-3", {"AAC004": "1"}, (1, 1)),
        ("AC01-3", {"AAC004": "9"}, (1, 0)),
        ("AC01-4", {"AAC003": "李"}, (1, 1)),
        ("AC01-4", {"AAC003": "李3"}, (1, 1)),
        ("AC01-5", {"AAC006": None}, (1, 1)),
        ("AC01-5", {"AAC006": "20240630"}, (1, 0)),
        ("AC01-5", {"AAC006": "20240701"}, (1, 1)),
        ("AC01-6", {"AAC060": "8"}, (1, 1)),
        ("AC01-7", {"AAC060": "2"}, (1, 1)),
        ("AC01-7", {"AAE138": "20240101"}, (1, 1)),
        ("AC01-7", {"AAC060": "2", "AAE138": "x"}, (1, 0)),
    ],
)
def test_person_rule_judges(tmp_path: Path, rule_id: str, change: dict, expected: tuple[int, int]) -> None:
    assert verdict(tmp_path, rule_id, {"AC01": [VALID | change]}) == expected


@pytest.mark.parametrize(
    ("rule_id", "change", "expected"),
    [
        ("AB01-1", {}, (1, 0)),
        ("AB01-1", {"AAB030": "91350100M000100Y44"}, (1, 1)),
        ("AB01-2", {"AAB004": "水公司"}, (1, 1)),
    ],
)
def test_employer_rule_judges(tmp_path: Path, rule_id: str, change: dict, expected: tuple[int, int]) -> None:
    assert verdict(tmp_path, rule_id, {"AB01": [EMPLOYER | change]}) == expected


@pytest.mark.parametrize(
    ("rule_id", "change", "expected"),
    [
        ("AC02-1", {"AAC008": "7"}, (1, 1)),
        ("AC02-1", {"AAC008": None}, (0, 0)),
        ("AC02-2", {"AAC001": "P9"}, (1, 1)),
        ("AC02-3", {"AAC049": "202002"}, (1, 1)),
        ("AC02-3", {"AAC049": "196512"}, (1, 0)),
        ("AC02-3", {"AAC049": "196511"}, (1, 1)),
        ("AC02-3", {"AAC049": "196511", "AAE140": "310"}, (1, 0)),
        ("AC02-4", {"AAB001": None}, (1, 1)),
        ("AC02-4", {"AAB001": "E9"}, (1, 1)),
        ("AC02-4", {"AAB001": None, "AAC066": "12"}, (1, 0)),
    ],
)
def test_enrolment_rule_judges(tmp_path: Path, rule_id: str, change: dict, expected: tuple[int, int]) -> None:
    assert verdict(tmp_path, rule_id, {"AC02": [ENROLMENT | change]}) == expected


@pytest.mark.parametrize(
    ("rule_id", "change", "expected"),
    [
        ("AC60-1", {"AAC001": "P9"}, (1, 1)),
        ("AC60-2", {"AIC161": "04"}, (1, 1)),
        ("AC60-2", {"AIC161": None, "AAE116": "9"}, (0, 0)),
        ("AC60-3", {"AAE211": "202404"}, (1, 1)),
        ("AC60-3", {"AAE211": "202405"}, (1, 0)),
        ("AC60-3", {}, (0, 0)),
    ],
)
def test_entitlement_rule_judges(
    tmp_path: Path, rule_id: str, change: dict, expected: tuple[int, int]
) -> None:
    assert verdict(tmp_path, rule_id, {"AC60": [ENTITLEMENT | change]}) == expected


@pytest.mark.parametrize(
    ("rule_id", "change", "expected"),
    [
        ("AC82-1", {}, (1, 0)),
        ("AC82-1", {"AAZ257": "9"}, (1, 1)),
        ("AC82-1", {"AAE140": "120"}, (1, 1)),
        ("AC82-1", {"AAE140": None}, (0, 0)),
        ("AC82-2", {"AAE019": 3000.01}, (1, 0)),
        ("AC82-2", {"AAE019": 3000.02}, (1, 1)),
        ("AC82-2", {"AAZ220": "9"}, (1, 1)),
        ("AC82-2", {"AAE019": "x"}, (0, 0)),
        ("AC82-3", {"AAE003": "202407"}, (1, 1)),
        ("AC82-3", {"AAE002": None}, (1, 1)),
        ("AC82-4", {"AAE117": 2}, (1, 1)),
        ("AC82-4", {"AAE117": 2, "AAE357": "AC04"}, (1, 0)),
    ],
)
def test_payment_rule_judges(tmp_path: Path, rule_id: str, change: dict, expected: tuple[int, int]) -> None:
    items = [{"AAZ220": "1", "AAA036": "101", "AAE019": amount} for amount in (1.0, 2900.0)]
    items += [{"AAZ220": "1", "AAA036": "102", "AAE019": 100.0}]
    tables = {"AC60": [ENTITLEMENT], "AC83": items, "AC82": [PAYMENT | change]}
    assert verdict(tmp_path, rule_id, tables) == expected


@pytest.mark.parametrize(
    ("rule_id", "row", "expected"),
    [
        ("AB02-1", {"AAB001": "E1", "AAE140": "110", "AAB051": "1", "AAB033": "02"}, (1, 0)),
        ("AB02-1", {"AAB001": "E1", "AAE140": "110", "AAB051": "1", "AAB033": "2"}, (1, 1)),
        ("AB07-1", {"AAB001": "E1", "AAE020": 5.0, "AAE080": 5.01, "AAE078": 0}, (1, 0)),
        ("AB07-1", {"AAB001": "E1", "AAE020": 5.0, "AAE080": 5.02, "AAE078": 0}, (1, 1)),
        ("AB07-1", {"AAB001": "E1", "AAE020": 5.0, "AAE080": 5.0, "AAE078": 1}, (1, 1)),
        ("AC50-1", {"AAC001": "P1", "AAE240": -0.01}, (1, 1)),
        ("AC50-1", {"AAC001": "P1", "AAE240": 0}, (1, 0)),
        ("YC01-1", {"AAC001": "P1", "AAE019": 5.0, "AAE041": "202402", "AAE042": "202402"}, (1, 0)),
        ("YC01-1", {"AAC001": "P1", "AAE019": 5.0, "AAE041": "202402", "AAE042": "202401"}, (1, 1)),
        ("YC01-1", {"AAC001": "P1", "AAE019": 5.0, "AAE041": "202402"}, (0, 0)),
        ("YC02-1", {"AAC001": "P1", "YAE001": "in", "AAE019": 0}, (1, 0)),
        ("YC02-1", {"AAC001": "P1", "YAE001": "to", "AAE019": 0}, (1, 1)),
        ("AB07-0", {"AAB001": "E1", "AAE020": "5.000", "AAE080": None}, (1, 0)),
        ("AB07-0", {"AAB001": "E1", "AAE020": "5.000", "AAE080": "1,000"}, (1, 1)),
        ("AC50-0", {"AAC001": "P1", "AAE240": "无"}, (1, 1)),
        ("AC60-0", {"AAC001": "P1", "AAB301": "230602", "AIC162": "20230229"}, (1, 1)),
        ("AC60-0", {"AAC001": "P1", "AAB301": "230602", "AIC162": "20240229"}, (1, 0)),
        ("AC60-0", {"AAC001": "P1", "AAB301": "230602", "AAE211": "000000"}, (1, 1)),
        ("YC01-0", {"AAC001": "P1", "AAE019": 5.0, "AAE058": "x"}, (1, 1)),
    ],
)
def test_other_rules_judge(tmp_path: Path, rule_id: str, row: dict, expected: tuple[int, int]) -> None:
    assert verdict(tmp_path, rule_id, {rule_id[:4]: [row]}) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"AAE042": None}, (1, 0)),
        ({"AAE042": "202404"}, (1, 1)),
        ({"AAE042": "202413"}, (0, 0)),
        ({"AAE019": 0}, (1, 1)),
        ({"AAZ257": "9"}, (1, 1)),
    ],
)
def test_item_rule_judges_in_the_city_row(tmp_path: Path, change: dict, expected: tuple[int, int]) -> None:
    item = {"AAZ257": "1", "AAA036": "101", "AAE041": "202405", "AAE019": 900.0}
    city = tiny_city(tmp_path, BASIC | {"AC60": [ENTITLEMENT], "AC61": [item | change]})
    assert rule_results(city, MONTH)[MONTH, "230600", "AC61", "AC61-1"] == expected


@pytest.mark.parametrize(
    ("rule_id", "change", "expected"),
    [
        ("AC43-1", {"AAE003": "202407"}, (1, 1)),
        ("AC43-1", {"AAE002": None}, (1, 1)),
        ("AC43-2", {"AAB001": "E9"}, (1, 1)),
        ("AC43-3", {"AAB191": None}, (1, 1)),
        ("AC43-4", {"AAE080": 800.01}, (1, 0)),
        ("AC43-4", {"AAE080": 800.02}, (1, 1)),
        ("AC43-4", {"AAE080": 800.02, "AAA115": "32"}, (1, 0)),
        ("AC43-5", {"AAE180": 4799.98, "AAA115": "32"}, (1, 0)),
        ("AC43-5", {"AAE180": 4799.99}, (1, 0)),
        ("AC43-5", {"AAE180": 4799.98}, (1, 1)),
        ("AC43-5", {"AAE180": 4799.98, "AAE003": "202405"}, (1, 0)),
        ("AC43-5", {"AAE180": 4199.98, "AAE003": "202405"}, (1, 1)),
        ("AC43-5", {"AAE003": "202312"}, (0, 0)),
        ("AC43-6", {}, (1, 0)),
        ("AC43-6", {"AAE022": 400.02}, (1, 1)),
        ("AC43-6", {"AAE020": 0.0}, (1, 1)),
    ],
)
def test_contribution_rule_judges(
    tmp_path: Path, rule_id: str, change: dict, expected: tuple[int, int]
) -> None:
    assert verdict(tmp_path, rule_id, {"AC43": [CONTRIBUTION | change]}, SITE) == expected


def test_employer_part_is_not_compared_under_dual_base(tmp_path: Path) -> None:
    method = {"AAB001": "E1", "AAE140": "110", "AAB051": "1", "AAB033": "01"}
    tables = {"AB02": [method], "AC43": [CONTRIBUTION | {"AAE020": 0.0}]}
    assert verdict(tmp_path, "AC43-6", tables, SITE) == (1, 0)


def test_fill_rate_counts_death_dates_of_the_dead_only(tmp_path: Path) -> None:
    dead = VALID | {"AAC001": "P2", "AAC060": "2", "AAC003": "不详"}
    assert rate(tmp_path, "fill_rate", "AC01", {"AC01": [VALID, dead]}) == (15, 17)


def test_completeness_counts_columns_with_a_valid_value(tmp_path: Path) -> None:
    assert rate(tmp_path, "completeness", "AC01", {"AC01": [VALID | {"AAC006": "1900-01-01"}]}) == (7, 8)


def test_duplication_counts_every_occurrence_of_a_key(tmp_path: Path) -> None:
    assert rate(tmp_path, "duplication_rate", "AC01", {"AC01": [VALID, VALID, VALID]}) == (2, 3)


def test_identity_duplication_is_over_valid_numbers(tmp_path: Path) -> None:
    rows = [VALID, VALID | {"AAC001": "P2", "AAC002": "110105491231002"}, PERSON | {"AAC001": "P3"}]
    assert rate(tmp_path, "duplication_rate_identity", "AC01", {"AC01": rows}) == (1, 2)


def test_code_match_reads_the_code_table(tmp_path: Path) -> None:
    tables = {"AA10": [{"AAA100": "AAC060", "AAA102": "5", "AAA103": "x"}], "AC01": [VALID | {"AAC060": "5"}]}
    assert rate(tmp_path, "code_match_rate", "AC01", tables) == (2, 2)


def test_row_stands_under_its_person_when_it_has_no_division(tmp_path: Path) -> None:
    tables = {"AC43": [CONTRIBUTION, CONTRIBUTION | {"AAC001": "P9", "AAB001": None}]}
    city = tiny_city(tmp_path, BASIC | tables)
    rates = scorecard(city, MONTH)
    assert rates[MONTH, "230602", "AC43", "duplication_rate"] == (0, 1)
    assert rates[MONTH, "230600", "AC43", "duplication_rate"] == (1, 2)

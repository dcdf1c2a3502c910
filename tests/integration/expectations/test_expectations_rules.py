"""Both sides of every threshold of every rule: one county per case, one measurement for all of them."""

from __future__ import annotations

import pytest

from expectations import measure
from expectations.rules import RULES
from fundwatch.database.warehouse import Warehouse
from reporting.error_lists import details
from reporting.error_lists.wanted import wanted_by
from tests.integration.expectations.measured_city import CITY, MONTH, PROVINCE, LandedCity
from tests.integration.expectations.rule_cases import CASES
from tests.integration.expectations.rule_cases.case import FAIL, PASS, Case


def _city() -> tuple[LandedCity, list[str]]:
    city = LandedCity()
    city.rows["AA10"].append({"AAA100": "AAC060", "AAA102": "8", "AAA103": "失联"})
    city.rows["AA10"].append({"AAA100": "YAE001", "AAA102": "stay", "AAA103": "暂存"})
    city.site["code_map"] = [
        {"source": "production", "class": "AAC060", "raw": "alive", "standard": "1"},
        {"source": "production", "class": "AAE140", "raw": "d110", "standard": "110"},
        {"source": "production", "class": "YAE001", "raw": "转入", "standard": "in"},
    ]
    city.site["contribution_rates"] += [
        {"scheme": "110", "identity": "12", "employer_rate": "0.2", "person_rate": "0", "division": PROVINCE},
        {"scheme": "410", "risk_class": "1", "employer_rate": "0.002", "person_rate": "0", "division": CITY},
        {"scheme": "410", "risk_class": "2", "employer_rate": "0.004", "person_rate": "0", "division": CITY},
    ]
    return city, [city.add_case(case.changes) for case in CASES]


@pytest.fixture(scope="module")
def measured(shared: Warehouse) -> Warehouse:
    """A city with one county per case, measured."""
    city, _ = _city()
    with shared.connect() as connection:
        version = city.write(connection)
    measure(shared, month=MONTH, as_of="2024-06-30", site_version=version)
    return shared


@pytest.fixture(scope="module")
def counts(measured: Warehouse) -> dict[tuple[str, str], tuple[int, int]]:
    """(division, rule) -> (checked, failed)."""
    with measured.connect() as connection:
        return {
            (division, rule): (checked, failed)
            for division, rule, checked, failed in connection.execute(
                "select division, rule_id, checked, failed from quality.rule_results"
            )
        }


@pytest.fixture(scope="module")
def failures(measured: Warehouse) -> set[tuple[str, int]]:
    """(rule, landed row) of every failure."""
    with measured.connect() as connection:
        return set(connection.execute("select rule_id, source_row from quality.failures").fetchall())


PLACED = [case for case in CASES if case.is_placed]
UNPLACED = [case for case in CASES if not case.is_placed]


@pytest.mark.parametrize("case", PLACED, ids=[case.name for case in PLACED])
def test_rule_counts_as_documented(case: Case, counts):
    division = _city()[1][CASES.index(case)]
    rows = case.changes.get(case.rule_id.partition("-")[0], {})
    checked, failed = counts[division, case.rule_id]
    if isinstance(rows, list):
        checked, failed = checked // len(rows), failed // len(rows)
    assert (checked, failed) == case.expected


@pytest.mark.parametrize("case", UNPLACED, ids=[case.name for case in UNPLACED])
def test_rule_counts_a_row_without_county_as_documented(case: Case, failures):
    table = case.rule_id.partition("-")[0]
    before = LandedCity()
    for earlier in CASES[: CASES.index(case)]:
        before.add_case(earlier.changes)
    assert ((case.rule_id, len(before.rows[table]) + 1) in failures) == (case.expected == FAIL)


@pytest.mark.parametrize("rule_id", sorted({case.rule_id for case in UNPLACED}))
def test_rows_without_county_are_checked_in_the_city_row(rule_id: str, counts):
    elsewhere = [
        checked for (place, rule), (checked, _) in counts.items() if rule == rule_id and place != CITY
    ]
    expected = sum(case.expected[0] for case in UNPLACED if case.rule_id == rule_id)
    # Rows of the cases of other rules may be checked by this one, too.
    assert counts[CITY, rule_id][0] - sum(elsewhere) >= expected


def test_every_rule_has_a_case_on_each_side():
    sides = {(case.rule_id, case.expected) for case in CASES}
    assert {(rule.rule_id, side) for rule in RULES for side in (FAIL, PASS)} <= sides


def test_city_row_counts_every_row(counts):
    counties = [count for (division, rule), count in counts.items() if rule == "AB01-2" and division != CITY]
    assert len(counties) == len(CASES)
    assert counts[CITY, "AB01-2"] == tuple(map(sum, zip(*counties, strict=True)))


def test_error_lists_say_of_every_failing_row_which_cells_are_wrong_and_what_should_stand_there(measured):
    with measured.connect() as connection:
        details.collect(connection, month=MONTH)
        failing = connection.execute(
            "select listed.rule_id, listed.key, details.parts, details.cells, details.wanted"
            " from quality.rectification as listed inner join issue_details as details using (issue_id)"
            " where listed.month = %s",
            (MONTH,),
        ).fetchall()
    assert {rule_id for rule_id, *_ in failing} == {rule.rule_id for rule in RULES}
    for rule_id, key, parts, cells, wanted in failing:
        assert parts, (rule_id, key)
        assert len(cells) == len(details.columns_of(rule_id))
        values = iter(wanted)
        for place, part in enumerate(wanted_by(rule_id)):
            given = [next(values) for _ in part.values]
            assert place not in parts or None not in given, (rule_id, key, part.en)

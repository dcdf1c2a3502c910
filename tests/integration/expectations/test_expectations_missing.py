"""The measurement of tables without rows, and of columns the source does not have."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from expectations import measure
from expectations.rules import RULES
from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import Warehouse
from tests.integration.expectations.measured_city import CITY, MONTH, LandedCity, clear, more_rows

Measured = dict[tuple[str, str, str], tuple[int | None, int | None]]
_OPTIONAL_ON_EVERY_TABLE = {"AAE011", "YAE016", "YAE013", "AAE036"}
_PLACING = {"AAB301", "AAC001", "AAB001"}
# Tables whose rows name no division, person or employer are counted in the city row alone.
_UNPLACED = ("AA10", "AC61", "AC83")
_CODE = {"AAA100": "AAE140", "AAA102": "110", "AAA103": "企业职工基本养老保险"}


def _columns(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns if column.name not in _OPTIONAL_ON_EVERY_TABLE]


# A county for each column of each table, whose rows lack it, where that leaves them in their county.
LACKING = [
    (table, column)
    for table in TABLES
    for column in _columns(table)
    if table not in _UNPLACED and column not in _PLACING
]
# The others are removed from all rows at once, one per table and round.
ROUNDS = list(
    zip_longest(
        *(
            [(table, column) for column in TABLES[table].required if table in _UNPLACED or column in _PLACING]
            for table in TABLES
        )
    )
)


def _measured(warehouse: Warehouse, city: LandedCity) -> tuple[Measured, Measured]:
    """Measure a city: (division, table, metric) -> rate, (division, table, rule) -> checked and failed."""
    with warehouse.connect() as connection:
        clear(connection)
        version = city.write(connection)
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)
    queries = (
        "select division, table_name, metric, numerator, denominator from quality.scorecard",
        "select division, table_name, rule_id, checked, failed from quality.rule_results",
    )
    with warehouse.connect() as connection:
        rates, results = ({row[:3]: row[3:] for row in connection.execute(query)} for query in queries)
    return rates, results


def _whole_case(city: LandedCity) -> str:
    return city.add_case({name: {} for name in more_rows(0)})


@pytest.fixture(scope="module")
def lacking(shared: Warehouse) -> tuple[dict[tuple[str, str], str], str, Measured, Measured]:
    city = LandedCity()
    good = _whole_case(city)
    counties = {
        (table, column): city.add_case({**{name: {} for name in more_rows(0)}, table: {column: None}})
        for table, column in LACKING
    }
    return counties, good, *_measured(shared, city)


@pytest.mark.parametrize(("table", "column"), LACKING, ids=map("-".join, LACKING))
def test_county_without_a_column_is_less_complete_by_that_column_alone(lacking, table: str, column: str):
    counties, good, rates, _ = lacking
    county, is_required = counties[table, column], column in TABLES[table].required
    required = len(TABLES[table].required)
    assert rates[good, table, "completeness"][1] == required
    actual, expected = rates[county, table, "completeness"], rates[good, table, "completeness"]
    assert actual == (expected[0] - is_required, required)


@pytest.mark.parametrize(("table", "column"), LACKING, ids=map("-".join, LACKING))
def test_county_without_a_column_is_checked_by_the_rules_that_do_not_use_it(lacking, table: str, column: str):
    counties, good, _, results = lacking
    others = [rule for rule in RULES if rule.table == table and column not in rule.columns]
    assert {rule.rule_id: results[counties[table, column], table, rule.rule_id] for rule in others} == {
        rule.rule_id: results[good, table, rule.rule_id] for rule in others
    }


@pytest.mark.parametrize(
    "missing", ROUNDS, ids=lambda missing: " ".join("-".join(pair) for pair in missing if pair)
)
def test_source_without_a_column_is_less_complete_and_still_measured(warehouse: Warehouse, missing):
    city = LandedCity()
    city.rows["AA10"].append(dict(_CODE))
    _whole_case(city)
    for table, column in filter(None, missing):
        for row in city.rows[table]:
            row[column] = None
    rates, results = _measured(warehouse, city)
    for table, column in filter(None, missing):
        required = len(TABLES[table].required)
        assert rates[CITY, table, "completeness"] == (required - 1, required)
        needing = [rule for rule in RULES if any(need.column == column.lower() for need in rule.needs)]
        for rule in (rule for rule in needing if rule.table == table):
            assert results[CITY, table, rule.rule_id] == (0, 0)


def test_everything_is_na_of_tables_without_rows(warehouse: Warehouse):
    city = LandedCity()
    county = city.add_case(dict.fromkeys(("AB01", "AB02", "AC01", "AC02", "AC43")))
    rates, results = _measured(warehouse, city)
    assert {table for _, table, _ in rates} >= set(TABLES)
    for (_, table, metric), (_, denominator) in rates.items():
        if metric == "completeness" and table in TABLES:
            assert denominator == len(TABLES[table].required)
        else:
            assert not denominator
    assert {(division, rule) for division, _, rule in results} == {
        (division, rule.rule_id) for division in (county, CITY) for rule in RULES
    }
    assert set(results.values()) == {(0, 0)}

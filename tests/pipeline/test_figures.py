"""Every figure of a month equals what an independent computation yields.

``make test`` asks it of a city of which only the last month was run, ``make test-scenarios`` of three months
run one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from fundwatch.database.warehouse import open_warehouse
from tests import oracle
from tests.conservation import unaccounted
from tests.hostile.comparing import report, unequal
from tests.oracle.catalogue import TABLES
from tests.oracle.compare import by_key, differences, number, year_month
from tests.oracle.crosschecks import RULES as CASE_RULES
from tests.oracle.crosschecks import points
from tests.oracle.files import counted_totals, inbox
from tests.oracle.ledgers import ledgers_of
from tests.oracle.production import City
from tests.oracle.truth import (
    decoy_pairs,
    decoys,
    is_plantable,
    planted,
    planted_cases,
    planted_failures,
)
from tests.support import HISTORY, BuiltCity

MOVEMENTS = ("entered", "left")
METRICS = (
    "load_rate",
    "completeness",
    "fill_rate",
    "code_match_rate",
    "anomaly_rate",
    "duplication_rate",
    "duplication_rate_identity",
)
PLANTED = ("paid_after_death", "duplicate_enrolment")
# A duplicate takes two months: there is none in the first month of the city.
NONE_YET = ("duplicate_enrolment", HISTORY.partition("..")[0])
RULE_IDS = [rule_id for rules in oracle.RULES.values() for rule_id in rules if is_plantable(rule_id)]
ARRIVAL_COLUMNS = ("subject", "scheme", "for_month")


@cache
def the_city(folder: Path) -> City:
    """Read the city once for all tests, a month at a time."""
    return City(folder)


_EXPORTS: dict[tuple[BuiltCity, str, str], list[dict[str, str]]] = {}


def exported(built_city: BuiltCity, what: str, month: str) -> list[dict[str, str]]:
    """Give the rows of an export, asked for once."""
    asked = (built_city, what, month)
    if asked not in _EXPORTS:
        _EXPORTS[asked] = built_city.export(what, month)
    return _EXPORTS[asked]


def agree(expected: Mapping, built: Mapping, *, is_empty: bool = False) -> None:
    """Hold found against expected, which is empty only where it has to be: nothing proves nothing."""
    assert bool(expected) is not is_empty
    report = differences(expected, built)
    assert not report, report


def test_indicators_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    built = indicator_values(
        built_city, month, lambda row: not row["breakdown"] and row["indicator"] not in MOVEMENTS
    )
    agree(oracle.indicators(the_city(built_city.folder), month), built)


def test_breakdowns_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    built = indicator_values(built_city, month, lambda row: bool(row["breakdown"]))
    agree(oracle.breakdowns(the_city(built_city.folder), month), built)


def test_entered_and_left_equal_the_oracle_and_are_null_without_the_month_before(
    built_city: BuiltCity, month: str
) -> None:
    built = indicator_values(built_city, month, lambda row: row["indicator"] in MOVEMENTS)
    before = {later: earlier for earlier, later in pairwise(built_city.months)}
    agree(oracle.movements(the_city(built_city.folder), month, before=before.get(month)), built)


def indicator_values(
    built_city: BuiltCity, month: str, wanted: Callable[[dict[str, str]], bool]
) -> dict[tuple, Decimal | None]:
    rows = [row for row in exported(built_city, "indicators", month) if wanted(row)]
    columns = ("month", "division", "scheme", "breakdown", "indicator")
    return {key: number(row["value"]) for key, row in by_key(rows, columns).items()}


def test_indicators_state_kind_and_unit_of_the_table(built_city: BuiltCity) -> None:
    rows = exported(built_city, "indicators", built_city.months[-1])
    built = {(row["indicator"],): (row["kind"], row["unit"]) for row in rows}
    agree({(name,): stated for name, stated in oracle.UNITS.items()}, built)


def test_rates_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    rows = [
        row
        for row in exported(built_city, "scorecard", month)
        if row["table"] in TABLES and row["metric"] in METRICS
    ]
    built = {
        key: (number(row["numerator"]) or 0, number(row["denominator"]) or 0)
        for key, row in by_key(rows, ("month", "division", "table", "metric")).items()
    }
    agree(oracle.scorecard(the_city(built_city.folder), month), built)


def test_arrival_rates_of_fund_data_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    rows = [
        row
        for row in exported(built_city, "scorecard", month)
        if row["table"] not in TABLES and row["metric"] in ("load_rate", "timeliness")
    ]
    built = {
        key: (int(row["numerator"]), int(row["denominator"]))
        for key, row in by_key(rows, ("month", "division", "table", "metric")).items()
    }
    agree(oracle.arrival_rates(built_city.folder, month), built)


def test_accuracy_of_categories_equals_the_oracle(built_city: BuiltCity, month: str) -> None:
    rows = [row for row in exported(built_city, "scorecard", month) if row["table"].startswith("category:")]
    built = {
        key: (int(row["numerator"]), int(row["denominator"]))
        for key, row in by_key(rows, ("month", "division", "table", "metric")).items()
    }
    agree(oracle.accuracy(the_city(built_city.folder), month), built)


def test_review_rates_of_vouchers_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    expected = oracle.review_rates(the_city(built_city.folder), month)
    built = {
        key: (int(row["numerator"]), int(row["denominator"]))
        for key, row in by_key(
            exported(built_city, "scorecard", month), ("month", "division", "table", "metric")
        ).items()
        if key in expected
    }
    agree(expected, built)


def test_rates_are_numerator_over_denominator(built_city: BuiltCity) -> None:
    rows = exported(built_city, "scorecard", built_city.months[-1])
    assert rows
    wrong = []
    for row in rows:
        denominator, rate = number(row["denominator"]), number(row["rate"])
        exact = number(row["numerator"]) / denominator if denominator else None
        if (exact is None) != (rate is None) or (exact is not None and abs(exact - rate) > Decimal("0.0001")):
            wrong.append((row["division"], row["table"], row["metric"]))
    assert wrong == []


def test_rule_results_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    rows = [row for row in exported(built_city, "rule_results", month) if row["table"] in oracle.RULES]
    built = {
        key: (int(row["checked"]), int(row["failed"]))
        for key, row in by_key(rows, ("month", "division", "table", "rule_id")).items()
    }
    agree(oracle.rule_results(the_city(built_city.folder), month), built)


def test_rule_results_count_in_every_county_what_was_planted_there(built_city: BuiltCity, month: str) -> None:
    rows = exported(built_city, "rule_results", month)
    built = {key: int(row["failed"]) for key, row in by_key(rows, ("division", "rule_id")).items()}
    expected = planted_failures(
        built_city.folder, RULE_IDS, month, city=the_city(built_city.folder).site.city
    )
    if month == built_city.months[-1]:  # what is planted gathers over the months
        assert {rule_id for _, rule_id in expected} == set(RULE_IDS)
    agree(expected, {key: failed for key, failed in built.items() if failed})


def arrivals(built_city: BuiltCity, month: str) -> list[dict[str, str]]:
    """Read what arrived; late fees stand beside it in rows of their own, and have an oracle of their own."""
    return [
        row
        for row in exported(built_city, "reconciliation", month)
        if row["check"] == "arrival_review" and row["status"] != "late_fee"
    ]


def test_arrival_review_equals_the_oracle(built_city: BuiltCity, month: str) -> None:
    rows = arrivals(built_city, month)
    built = {
        (subject, scheme, year_month(for_month)): (
            number(row["amount_a"]) or 0,
            number(row["amount_b"]) or 0,
            number(row["difference"]) or 0,
            row["status"],
        )
        for (subject, scheme, for_month), row in by_key(rows, ARRIVAL_COLUMNS).items()
    }
    expected = {
        key: (row.amount_tax, row.amount_agency, row.amount_tax - row.amount_agency, row.status)
        for key, row in oracle.arrival_review(the_city(built_city.folder), month).items()
    }
    agree(expected, built)


def test_arrival_review_stands_under_the_employers_division(built_city: BuiltCity) -> None:
    month = built_city.months[-1]
    rows = arrivals(built_city, month)
    built = {
        (key[0], key[1], year_month(key[2])): row["division"]
        for key, row in by_key(rows, ARRIVAL_COLUMNS).items()
    }
    reviewed = oracle.arrival_review(the_city(built_city.folder), month)
    expected = {key: row.division for key, row in reviewed.items() if row.division is not None}
    agree(expected, {key: division for key, division in built.items() if key in expected})


def test_cases_of_every_rule_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    expected = points(the_city(built_city.folder), month, landed=built_city.months)
    assert expected
    if month == built_city.months[-1]:  # many rules look back over months
        assert len({key[0] for key in expected}) > len(CASE_RULES) // 2
    wrong = unequal(expected, exported(built_city, "cases", month), list(CASE_RULES))
    assert not wrong, report(wrong)


@pytest.mark.parametrize("rule_id", PLANTED)
def test_cases_find_all_that_was_planted(built_city: BuiltCity, month: str, rule_id: str) -> None:
    rows = [row for row in exported(built_city, "cases", month) if row["rule_id"] == rule_id]
    built = {
        key: (int(row["months"]), number(row["amount"]))
        for key, row in by_key(rows, ("person_id", "other_person_id", "scheme")).items()
    }
    expected = planted_cases(built_city.folder, rule_id, month)
    agree(
        expected,
        {key: stated for key, stated in built.items() if key in expected},
        is_empty=(rule_id, month) == NONE_YET,
    )


@pytest.mark.parametrize("rule_id", PLANTED)
def test_cases_raise_no_decoy(built_city: BuiltCity, month: str, rule_id: str) -> None:
    unwanted = decoy_pairs(built_city.folder, rule_id, month)
    rows = [row for row in exported(built_city, "cases", month) if row["rule_id"] == rule_id]
    assert unwanted
    assert {(row["person_id"], row["other_person_id"]) for row in rows} & unwanted == set()


def test_arrival_review_finds_all_that_was_planted(built_city: BuiltCity, month: str) -> None:
    rows = [row for row in exported(built_city, "reconciliation", month) if row["check"] == "arrival_review"]
    built = {(row["subject"], row["scheme"], year_month(row["for_month"])): row["status"] for row in rows}
    expected = {
        (plant["subject"], plant["scheme"], plant["for_month"]): plant["status"]
        for plant in planted(built_city.folder, "arrival_review", month)
        if plant["month"] == month
    }
    agree(expected, {key: status for key, status in built.items() if key in expected})


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_oracle_fails_planted_rows_and_no_decoy(city_folder: Path, rule_id: str) -> None:
    month = max(path.stem.removeprefix("production-") for path in city_folder.glob("production-*.db"))
    table = rule_id[:4]
    batch = the_city(city_folder).batch(month)
    rule = oracle.RULES[table][rule_id]
    failed = {
        "|".join(str(getattr(row, column)) for column in TABLES[table].key)
        for row in batch.landed[table]
        if rule(row, ledgers_of(batch))
    }
    expected = {str(plant["key"]) for plant in planted(city_folder, rule_id, month)}
    assert expected
    assert expected - failed == set()
    assert {str(decoy["key"]) for decoy in decoys(city_folder, rule_id, month)} & failed == set()


def test_every_landed_row_and_cent_counts_or_is_listed(built_city: BuiltCity) -> None:
    with open_warehouse(built_city.settings).connect() as connection:
        assert unaccounted(connection, month=built_city.months[-1]) == []


def test_files_state_what_their_manifests_declare(built_city: BuiltCity) -> None:
    month = built_city.months[-1]
    rows = [row for row in exported(built_city, "files", month) if row["feed"] != "production"]
    built = {
        key: (number(row["rows_declared"]), number(row["amount_declared"]))
        for key, row in by_key(rows, ("feed", "name")).items()
    }
    agree(oracle.file_totals(the_city(built_city.folder), month), built)


def test_files_add_up_to_what_they_declare_when_loaded(built_city: BuiltCity) -> None:
    rows = [
        row
        for row in exported(built_city, "files", built_city.months[-1])
        if row["state"] in ("loaded", "superseded")
    ]
    assert rows
    for row in rows:
        parts = ("rows_loaded", "rows_quarantined", "rows_repeated")
        assert sum(int(row[part]) for part in parts) == int(row["rows_declared"]), row["name"]


def test_loaded_files_hold_what_is_counted_in_them(built_city: BuiltCity) -> None:
    rows = [row for row in exported(built_city, "files", built_city.months[-1]) if row["state"] == "loaded"]
    declared = {
        (row["feed"], row["name"]): (int(row["rows_declared"]), number(row["amount_declared"]))
        for row in rows
    }
    city = the_city(built_city.folder)
    counted = {
        (feed, file.name): counted_totals(file)
        for feed in ("tax", "bank", "civil_registry", "finance")
        for file in inbox(city, feed)
        if (feed, file.name) in declared
    }
    counted = {key: totals for key, totals in counted.items() if totals is not None}
    agree(counted, {key: declared[key] for key in counted})

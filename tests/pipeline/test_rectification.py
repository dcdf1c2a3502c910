"""The error lists of the built city over its three months equal an independent computation."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.oracle.compare import by_key, differences, number
from tests.oracle.production import City
from tests.oracle.rectification import Issue, as_exported, corrected_in_time, error_lists, failing
from tests.oracle.rules import RULES
from tests.support import BuiltCity

COLUMNS = (
    "month", "division", "table", "rule_id", "key", "first_seen", "due_on", "state", "corrected_on", "reason",
)  # fmt: skip


@pytest.fixture(scope="module")
def city(built_city: BuiltCity) -> City:
    return City(built_city.folder)


@pytest.fixture(scope="module")
def found(city: City, built_city: BuiltCity) -> dict[str, dict[Issue, str]]:
    return {month: failing(city, month) for month in built_city.months}


@pytest.fixture(scope="module")
def exported(built_city: BuiltCity) -> dict[str, list[dict[str, str]]]:
    return {month: built_city.export("rectification", month) for month in built_city.months}


def test_rectification_equals_the_oracle_over_three_months(
    city: City,
    found: dict[str, dict[Issue, str]],
    exported: dict[str, list[dict[str, str]]],
) -> None:
    lists = error_lists(city.site, found)
    states = {row["state"] for rows in exported.values() for row in rows}
    assert states >= {"open", "overdue", "corrected"}
    for month, rows in exported.items():
        ours = Counter(tuple(row[column] for column in COLUMNS) for row in rows if row["table"] in RULES)
        report = differences(as_exported(month, lists[month]), ours)
        assert not report, report


def test_error_correction_rate_equals_the_oracle(
    built_city: BuiltCity, city: City, found: dict[str, dict[Issue, str]]
) -> None:
    lists = error_lists(city.site, found)
    month = built_city.months[-1]
    rows = [
        row
        for row in built_city.export("scorecard", month)
        if row["metric"] == "error_correction_rate" and row["table"] in RULES
    ]
    ours = {
        place: (number(row["numerator"]), number(row["denominator"]))
        for place, row in by_key(rows, ("division", "table")).items()
    }
    expected = corrected_in_time(city.site, lists, month)
    assert any(issued for _, issued in expected.values())
    report = differences(expected, ours)
    assert not report, report


def test_issue_has_one_identity_and_one_row_behind_it_in_each_month(
    exported: dict[str, list[dict[str, str]]],
) -> None:
    known: dict[str, tuple[str, ...]] = {}
    for month, rows in exported.items():
        assert len({row["issue_id"] for row in rows}) == len(rows) > 0, month
        failing_rows = [
            (row["rule_id"], row["source_file_id"], row["source_row"])
            for row in rows
            if row["state"] != "corrected"
        ]
        assert len(set(failing_rows)) == len(failing_rows)
        for row in rows:
            about = (row["table"], row["rule_id"], row["key"], row["first_seen"])
            assert known.setdefault(row["issue_id"], about) == about

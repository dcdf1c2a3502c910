"""Thresholds and grades: bounds, grace, and the worst failing severity."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations.rates.grades import grade
from expectations.rates.thresholds import Thresholds
from expectations.site_parameters import SiteParameters

COUNTY, CITY, PROVINCE = "640301", "640300", "640000"
_EMPTY = dict.fromkeys(
    (
        "metric",
        "table",
        "division",
        "low",
        "high",
        "target",
        "severity",
        "grace_months",
        "valid_from",
        "valid_to",
    )
)


def _thresholds(*rows: dict, earlier: dict | None = None) -> Thresholds:
    divisions = [
        {"division": PROVINCE, "level": "province", "parent": None},
        {"division": CITY, "level": "city", "parent": PROVINCE},
        {"division": COUNTY, "level": "county", "parent": CITY},
    ]
    site = SiteParameters(tables={"divisions": divisions, "thresholds": [{**_EMPTY, **row} for row in rows]})
    return Thresholds(site=site, month="2024-06", earlier=earlier or {})


def _verdict(thresholds: Thresholds, numerator: int | None, denominator: int | None, *, metric="fill_rate"):
    return thresholds.verdict(
        division=COUNTY,
        table="AC01",
        metric=metric,
        numerator=None if numerator is None else Decimal(numerator),
        denominator=None if denominator is None else Decimal(denominator),
    )


@pytest.mark.parametrize(
    ("numerator", "status"), [(949, "fail"), (950, "pass"), (990, "pass"), (991, "fail")]
)
def test_threshold_fails_below_low_and_above_high(numerator, status):
    verdict = _verdict(_thresholds({"low": "0.95", "high": "0.99", "severity": "info"}), numerator, 1000)
    assert verdict.status == status


def test_threshold_judges_the_exact_rate_not_the_rounded_one():
    verdict = _verdict(_thresholds({"low": "0.3333333334"}), 1, 3)
    assert verdict.status == "fail"


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 0), (None, None), (5, None)])
def test_threshold_is_na_without_a_rate(numerator, denominator):
    verdict = _verdict(_thresholds({"low": "0.5", "target": "0.9"}), numerator, denominator)
    assert (verdict.status, verdict.target) == ("na", Decimal("0.9"))


def test_threshold_is_na_without_a_bound():
    assert _verdict(_thresholds({"target": "0.9"}), 1, 2).status == "na"
    assert _verdict(_thresholds({"metric": "load_rate", "low": "0.9"}), 1, 2).status == "na"


def test_threshold_of_the_nearest_division_wins_over_filled_keys():
    thresholds = _thresholds(
        {"division": PROVINCE, "metric": "fill_rate", "table": "AC01", "low": "0.9"},
        {"division": CITY, "low": "0.1"},
        {"low": "0.8"},
    )
    assert _verdict(thresholds, 1, 2).status == "pass"


def test_threshold_with_most_filled_keys_wins_within_a_division():
    thresholds = _thresholds(
        {"low": "0.1"}, {"metric": "fill_rate", "table": "AC01", "low": "0.9"}, {"table": "AC01"}
    )
    assert _verdict(thresholds, 1, 2).status == "fail"


def test_threshold_counts_only_in_its_months():
    ended, begins = {"low": "0.9", "valid_to": "2024-05"}, {"low": "0.9", "valid_from": "202406"}
    assert _verdict(_thresholds(ended), 1, 2).status == "na"
    assert _verdict(_thresholds(begins), 1, 2).status == "fail"


def _month(numerator: int) -> dict:
    return {(COUNTY, "AC01", "fill_rate"): (Decimal(numerator), Decimal(10))}


@pytest.mark.parametrize(
    ("earlier", "status"),
    [
        ({}, "pass"),
        ({"2024-05": _month(1)}, "pass"),
        ({"2024-05": _month(1), "2024-04": _month(1)}, "fail"),
        ({"2024-05": _month(9), "2024-04": _month(1), "2024-03": _month(1)}, "pass"),
        ({"2024-04": _month(1), "2024-03": _month(1)}, "pass"),
    ],
)
def test_threshold_fails_once_outside_for_longer_than_its_grace(earlier, status):
    row = {"low": "0.5", "grace_months": "2", "severity": "critical"}
    assert _verdict(_thresholds(row, earlier=earlier), 1, 10).status == status


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        ([], "A"),
        ([None, None], "A"),
        (["info", "info"], "B"),
        (["info", "warning", "warning"], "C"),
        (["critical", "warning"], "D"),
        (["critical", "critical", None], "F"),
    ],
)
def test_grade_is_the_worst_failing_severity(failed, expected):
    assert grade(failed) == expected

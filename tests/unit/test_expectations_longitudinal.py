"""Rates and row counts against the six months before: how many it takes, and both sides of how far."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations.rates.business import Rate
from expectations.rates.longitudinal import Comparison, compare
from expectations.site_parameters import SiteParameters

COUNTY, CITY = "640301", "640300"
MONTH = "2024-06"
BEFORE = ("2024-05", "2024-04", "2024-03", "2024-02", "2024-01", "2023-12")


def _site(*rows: dict) -> SiteParameters:
    empty = dict.fromkeys(("metric", "table", "division", "low", "high", "valid_from", "valid_to"))
    divisions = [
        {"division": CITY, "level": "city", "parent": None},
        {"division": COUNTY, "level": "county", "parent": CITY},
    ]
    return SiteParameters(tables={"divisions": divisions, "thresholds": [{**empty, **row} for row in rows]})


def _compared(numerator: int, denominator: int, earlier: dict, *rows: dict, metric: str) -> Comparison:
    """Compare a rate of duplication, whose denominator is the rows; return that of ``metric``."""
    rate = Rate(COUNTY, "AC01", "duplication_rate", Decimal(numerator), Decimal(denominator))
    months = {
        month: {(COUNTY, "AC01", "duplication_rate"): tuple(map(Decimal, parts))}
        for month, parts in earlier.items()
    }
    comparisons = compare([rate], site=_site(*rows), month=MONTH, earlier=months)
    return {comparison.metric: comparison for comparison in comparisons}[metric]


def _same(numerator: int, denominator: int, *, months: int) -> dict:
    return dict.fromkeys(BEFORE[:months], (numerator, denominator))


@pytest.mark.parametrize(("months", "status"), [(2, "na"), (3, "pass")])
def test_comparison_needs_three_months(months, status):
    bound = {"metric": "change:rows", "high": "0.1"}
    comparison = _compared(0, 100, _same(0, 100, months=months), bound, metric="rows")
    assert (comparison.status, comparison.months, comparison.mean is None) == (status, months, status == "na")


def test_comparison_looks_back_six_months_and_no_further():
    earlier = _same(0, 100, months=6) | {"2023-11": (0, 1_000_000)}
    comparison = _compared(0, 100, earlier, metric="rows")
    assert (comparison.months, comparison.mean) == (6, 100)


def test_comparison_leaves_months_without_a_value_out_of_the_mean():
    earlier = _same(0, 100, months=3) | {"2024-02": (0, 0)}
    comparison = _compared(10, 100, earlier, metric="duplication_rate")
    assert (comparison.months, comparison.mean, comparison.change) == (3, 0, Decimal("0.1"))


@pytest.mark.parametrize(("rows", "status"), [(110, "pass"), (111, "fail"), (90, "pass"), (89, "fail")])
def test_rows_stray_in_proportion_to_the_mean(rows, status):
    bound = {"metric": "change:rows", "low": "-0.1", "high": "0.1"}
    assert _compared(0, rows, _same(0, 100, months=6), bound, metric="rows").status == status


@pytest.mark.parametrize(("repeated", "status"), [(3, "pass"), (4, "fail")])
def test_rates_stray_by_points(repeated, status):
    bound = {"metric": "change:duplication_rate", "high": "0.02"}
    earlier = _same(1, 100, months=4)
    assert _compared(repeated, 100, earlier, bound, metric="duplication_rate").status == status


def test_a_seasonal_month_may_stray_further():
    always = {"metric": "change:rows", "high": "0.1", "valid_from": "2020-01"}
    in_june = {"metric": "change:rows", "high": "0.5", "valid_from": "2024-06", "valid_to": "2024-06"}
    in_may = {"metric": "change:rows", "high": "0.5", "valid_from": "2024-05", "valid_to": "2024-05"}
    earlier = _same(0, 100, months=6)
    assert _compared(0, 140, earlier, always, in_june, metric="rows").status == "pass"
    assert _compared(0, 140, earlier, always, in_may, metric="rows").status == "fail"


def test_comparison_is_not_judged_without_a_bound():
    comparison = _compared(0, 900, _same(0, 100, months=6), metric="rows")
    assert (comparison.status, comparison.change) == ("na", 8)

"""The comparison of oracle and export sees what is missing, extra and different."""

from __future__ import annotations

import pytest

from tests.oracle.compare import by_key, differences

KEY = ("2024-06", "230602", "110", "", "arrears")


def test_differences_are_none_when_both_say_the_same() -> None:
    assert differences({KEY: 1}, {KEY: 1}) == ""


@pytest.mark.parametrize(("expected", "found"), [({KEY: 1}, {}), ({}, {KEY: 1}), ({KEY: 1}, {KEY: None})])
def test_differences_name_the_key_when_one_side_says_otherwise(expected: dict, found: dict) -> None:
    report = differences(expected, found)
    assert report.startswith("1 of 1 differ")
    assert "230602 110  arrears" in report


def test_differences_hide_the_number_of_a_citizen() -> None:
    assert "11010519491231002X" not in differences({("11010519491231002X", "110"): 1}, {})


def test_by_key_fails_when_a_key_is_exported_twice() -> None:
    with pytest.raises(AssertionError, match="1 rows repeat"):
        by_key([{"a": "1"}, {"a": "1"}], ("a",))

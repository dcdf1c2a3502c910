"""The oracle reads values as docs/feeds/fields.md has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.oracle import values


@pytest.mark.parametrize("raw", [None, "", "  ", "NULL", "N/A", "\u3000"])
def test_text_is_missing_when_nothing_is_said(raw: str | None) -> None:
    assert values.text(raw) is None


def test_code_text_becomes_ascii_when_letters_and_digits_are_full_width() -> None:
    assert values.code_text("\u3000２３０６Ｘ ") == "2306X"


@pytest.mark.parametrize("raw", ["1e", "1,000", "NaN", "１２", "12.", ".5", "+1"])
def test_amount_does_not_parse_when_it_is_no_number(raw: str) -> None:
    assert values.amount(raw) is None


@pytest.mark.parametrize("raw", ["1e5", "12.345", "12.3450", "12345678901234567"])
def test_amount_of_a_file_has_two_decimals_and_sixteen_digits(raw: str) -> None:
    assert values.file_amount(raw) is None


def test_amount_parses_to_the_cent() -> None:
    assert values.amount("-12.5") == Decimal("-12.5")


@pytest.mark.parametrize("raw", ["20230229", "2023-13-01", "202301", "today", "2023-0101"])
def test_day_is_unreal(raw: str) -> None:
    assert values.day(raw) is None


def test_day_reads_both_spellings() -> None:
    assert values.day("20240229") == values.day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize("raw", ["202413", "202400", "2024-6", "20240601", None])
def test_month_is_unreal(raw: str | None) -> None:
    assert values.month(raw) is None


def test_shift_crosses_the_year() -> None:
    assert values.shift("2024-02", -11) == "2023-03"


def test_identity_number_of_the_standard_is_valid() -> None:
    assert values.valid_identity("11010519491231002X")
    assert values.valid_identity("11010519491231002x")
    assert not values.valid_identity("110105194912310021")


def test_identity_number_of_15_digits_becomes_18() -> None:
    assert values.identity18("110105491231002") == "11010519491231002X"


def test_identity_number_says_sex_and_birth() -> None:
    assert values.identity_sex("11010519491231002X") == "2"
    assert values.identity_birth("110105491231002") == date(1949, 12, 31)


def test_credit_code_is_valid_when_its_check_character_fits() -> None:
    assert values.valid_credit_code("91350100M000100Y43")
    assert not values.valid_credit_code("91350100M000100Y44")
    assert not values.valid_credit_code("91350100m000100y43")


@pytest.mark.parametrize(("raw", "expected"), [("0", True), ("1", False), ("11", True), ("无", True)])
def test_placeholder_is_listed_or_one_digit_repeated(raw: str, expected: bool) -> None:
    assert values.is_placeholder(raw) is expected

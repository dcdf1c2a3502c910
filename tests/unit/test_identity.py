"""Identity numbers: our own rule, with python-stdnum as oracle where the two mean the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from fundwatch.numbers import identity

BIRTHS = st.dates(min_value=date(1900, 1, 1), max_value=date(2025, 12, 31))


@given(birth=BIRTHS, sequence=st.integers(0, 999))
def test_check_character_equals_the_oracle(birth, sequence):
    body = f"230602{birth:%Y%m%d}{sequence:03d}"
    assert identity.check_character(body) == ric.calc_check_digit(body + "0")


@given(birth=BIRTHS, sequence=st.integers(0, 999), check=st.sampled_from("0123456789Xx"))
def test_is_valid_agrees_with_the_oracle_when_region_is_known(birth, sequence, check):
    number = f"110105{birth:%Y%m%d}{sequence:03d}{check}"
    assert identity.is_valid(number) == ric.is_valid(number)


@given(birth=BIRTHS, sequence=st.integers(0, 999))
def test_birth_date_and_sex_are_what_the_number_was_made_of(birth, sequence):
    body = f"230602{birth:%Y%m%d}{sequence:03d}"
    number = body + identity.check_character(body)
    assert identity.birth_date(number) == birth
    assert identity.sex(number) == ("1" if sequence % 2 else "2")


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        " 11010519491231002X\u3000",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
    ],
)
def test_normalise_yields_one_number_for_every_way_of_writing_it(written):
    assert identity.normalise(written) == "11010519491231002X"


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "无",
        "110105194912310021",
        "11010519491331002X",
        "110105491331002",
        "11010519491231002",
        "1101051949123100２²",
        "110105 1949123100X",
        "11010500001231002X",
    ],
)
def test_is_valid_is_false_when_date_check_or_length_is_wrong(wrong):
    assert not identity.is_valid(wrong)


def test_is_valid_does_not_judge_the_region():
    body = "83000019900101001"
    assert identity.is_valid(body + identity.check_character(body))


@pytest.mark.parametrize("body", ["1101051949123100", "1101051949123100２", "11010519491231 02"])
def test_check_character_refuses_when_the_body_is_not_17_digits(body):
    with pytest.raises(ValueError, match="17 digits"):
        identity.check_character(body)


def test_to_18_refuses_when_the_number_is_not_15_digits():
    with pytest.raises(ValueError, match="15 digits"):
        identity.to_18("11010549123100X")

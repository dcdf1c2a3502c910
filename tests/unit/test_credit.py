"""Credit codes: our own rule, with python-stdnum as oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from fundwatch.numbers import credit

BODIES = st.text(alphabet=credit.ALPHABET, min_size=17, max_size=17)


@given(body=BODIES)
def test_check_character_equals_the_oracle(body):
    assert credit.check_character(body) == uscc.calc_check_digit(body)


@given(body=BODIES, last=st.sampled_from(credit.ALPHABET))
def test_is_valid_holds_for_one_last_character_only(body, last):
    assert credit.is_valid(body + last) == (last == credit.check_character(body))


def test_is_valid_when_the_code_is_a_published_one():
    assert credit.is_valid("91350100M000100Y43")


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "91350100M000100Y4A",
        "91350100m000100y43",
        "91350100M000100Y4",
        "91350100I000100Y43",
    ],
)
def test_is_valid_is_false_when_characters_case_or_length_are_wrong(wrong):
    assert not credit.is_valid(wrong)


def test_check_character_refuses_when_outside_the_alphabet():
    with pytest.raises(ValueError, match="alphabet"):
        credit.check_character("91350100O000100Y4")

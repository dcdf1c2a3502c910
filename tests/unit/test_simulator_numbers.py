"""Identity numbers, credit codes, cards and rules of the simulator, against the oracles."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from stdnum import luhn
from stdnum.cn import uscc

from fundwatch.numbers import credit, identity
from simulator import numbers, parameters

BIRTHS = np.array([19491231, 19800229, 20050115] * 400)
MALE = np.arange(len(BIRTHS)) % 2 == 0


def test_identity_numbers_are_valid_different_and_carry_birth_and_sex():
    bodies = numbers.draw_identity_bodies(np.random.default_rng(1), BIRTHS, MALE)
    texts = numbers.identity_numbers(bodies)
    assert len(set(texts)) == len(BIRTHS)
    for text, birth, male in zip(texts, BIRTHS, MALE, strict=True):
        assert identity.birth_date(text) == date(birth // 10000, birth // 100 % 100, birth % 100)
        assert identity.sex(text) == ("1" if male else "2")


@pytest.mark.parametrize("government", [True, False])
def test_credit_codes_are_valid(government):
    rng = np.random.default_rng(1)
    codes = [numbers.draw_credit_code(rng, 230602, government=government) for _ in range(100)]
    assert all(credit.is_valid(code) and uscc.is_valid(code) for code in codes)


def test_card_numbers_pass_luhn_and_differ():
    cards = numbers.card_numbers(np.arange(1, 2000))
    assert len(set(cards)) == 1999
    assert all(len(card) == 19 and luhn.is_valid(card) for card in cards)


@pytest.mark.parametrize(
    ("base", "rate", "cents"), [(100_003, 5_000, 500), (100_100, 5_000, 501), (4_860_69, 5_000, 24_30)]
)
def test_premium_rounds_half_up_to_the_cent(base, rate, cents):
    assert parameters.premium(np.array([base]), rate)[0] == cents


@pytest.mark.parametrize(
    ("born", "male", "cadre", "months"),
    [
        (1964 * 12 + 11, True, False, 720),
        (1965 * 12, True, False, 721),
        (1965 * 12 + 4, True, False, 722),
        (1976 * 12 + 8, True, False, 756),
        (1990 * 12, True, False, 756),
        (1969 * 12 + 11, False, True, 660),
        (1970 * 12, False, True, 661),
        (1974 * 12 + 11, False, False, 600),
        (1975 * 12 + 2, False, False, 602),
        (1984 * 12 + 10, False, False, 660),
    ],
)
def test_retirement_month_follows_the_reform_of_2025(born, male, cadre, months):
    month = parameters.retirement_month(np.array([born]), male=np.array([male]), cadre=np.array([cadre]))
    assert month[0] - born == months


def test_limits_are_provisional_until_the_average_is_published():
    march, april = (parameters.limits(110, 2024 * 12 + month - 1) for month in (3, 4))
    assert (march.is_published, april.is_published) == (False, True)
    assert march.floor == april.floor > march.last_floor

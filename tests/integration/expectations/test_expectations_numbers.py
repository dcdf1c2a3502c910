"""Identity numbers and credit codes in SQL, both of our expressions, against python-stdnum."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from expectations import sql
from expectations.gx import conditions
from fundwatch.numbers import credit, identity
from tests.integration.conftest import Evaluate

_QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_DIGITS = "0123456789"
# A number under a place that python-stdnum knows and that always was: Chaoyang District of Peking.
_KNOWN_PLACE = "110105"


def _by_scan(value: str) -> str:
    """Return the expression of the scan: the normalised number, or null."""
    checked = f"case when char_length(body) = 17 then body || {sql.identity_check('body')} else body end"
    valid = f"right(number, 1) = {sql.identity_check('number')}"
    return (
        f"(select case when {valid} then number end from (select {checked} as number"
        f" from (select {sql.identity_body(value)} as body) as bodies) as numbers)"
    )


def _both(evaluate: Evaluate, numbers: list[str]) -> list[bool]:
    """Check numbers by the scan's expression and by the expectation's; they must agree."""
    scanned = [number is not None for number in evaluate(_by_scan("value"), numbers)]
    assert evaluate(conditions.is_identity_number("value"), numbers) == scanned
    return scanned


def _but_for_the_place(number: str) -> bool:
    """Whether python-stdnum accepts length, digits, check character and date."""
    try:
        ric.get_birth_date(number)
    except (ValidationError, ValueError):
        return False
    return len(number) == 18 and number[:17].isdigit() and ric.calc_check_digit(number) == number[17].upper()


def _numbers(place: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Numbers of which about half have a real day, and about half the right check character."""
    day = st.dates(date(1900, 1, 1)).map("{:%Y%m%d}".format) | st.text(_DIGITS, min_size=8, max_size=8)
    made = st.tuples(place, day, st.text(_DIGITS, min_size=3, max_size=3), st.sampled_from("0123456789XxR"))
    return st.lists(made.map(_number), max_size=60)


def _number(parts: tuple[str, str, str, str]) -> str:
    """Join the parts; R stands for the right check character."""
    *body, check = parts
    first = "".join(body)
    return first + (identity.check_character(first) if check == "R" else check)


@_QUICK
@given(_numbers(st.just(_KNOWN_PLACE)))
def test_identity_numbers_are_what_stdnum_takes_where_it_knows_the_place(evaluate, numbers: list[str]):
    numbers = [number for number in numbers if number[6:8] in ("19", "20")]
    assert _both(evaluate, numbers) == [ric.is_valid(number) for number in numbers]


def test_identity_numbers_have_a_real_day_in_every_year_of_both_kinds(evaluate):
    days = [f"{month:02d}{day:02d}" for month in range(14) for day in (0, 1, 28, 29, 30, 31, 32)]
    made = [
        _number((_KNOWN_PLACE, f"{year}{day}", "001", "R"))
        for year in ("0000", "0004", "1900", "1999", "1980", "2000", "2023", "2024", "2100")
        for day in days
    ]
    old = [number[:6] + number[8:17] for number in made if number[6:8] == "19"]
    expected = [identity.normalise(number) is not None for number in made + old]
    assert _both(evaluate, made + old) == expected


@_QUICK
@given(_numbers(st.text(_DIGITS, min_size=6, max_size=6)))
def test_identity_numbers_are_what_stdnum_takes_of_any_place_but_for_the_place(evaluate, numbers: list[str]):
    assert _both(evaluate, numbers) == [_but_for_the_place(number) for number in numbers]


@_QUICK
@given(_numbers(st.just(_KNOWN_PLACE)))
def test_old_identity_numbers_count_by_their_day_alone_where_stdnum_takes_none(evaluate, numbers: list[str]):
    old = [number[:6] + number[8:17] for number in numbers]
    expected = [identity.normalise(number) is not None for number in old]
    assert _both(evaluate, old) == expected
    assert not any(ric.is_valid(number) for number in old)


@_QUICK
@given(st.lists(st.text(alphabet=_DIGITS + "Xx１Ａ\n ", min_size=14, max_size=19), max_size=50))
def test_identity_numbers_never_raise(evaluate, numbers: list[str]):
    assert _both(evaluate, numbers) == [
        number.isascii() and identity.normalise(number) is not None for number in numbers
    ]


@pytest.mark.parametrize(
    ("place", "born", "why"),
    [
        ("110103", "20150229", "no such day: the one case of these that is wrong"),
        (
            "110221",
            "20000229",
            "a county abolished the year before the birth, whose numbers were still given",
        ),
        ("230602", "19500101", "a district younger than its people: numbers began in 1984"),
        ("512301", "19800229", "a city of Sichuan that went to Chongqing"),
        ("911101", "19800229", "permanent residence permit of a foreigner"),
        ("810000", "19800229", "residence permit, Hong Kong"),
        ("820000", "19800229", "residence permit, Macao"),
        ("830000", "19800229", "residence permit, Taiwan"),
    ],
)
def test_identity_numbers_are_right_where_stdnum_looks_at_the_place(
    evaluate, place: str, born: str, why: str
):
    number = _number((place, born, "001", "R"))
    assert not ric.is_valid(number)
    assert _both(evaluate, [number]) == ["no such day" not in why]


def _both_codes(evaluate: Evaluate, codes: list[str]) -> list[bool]:
    scanned = evaluate(sql.is_credit_code("value"), codes)
    assert evaluate(conditions.is_credit_code("value"), codes) == scanned
    return scanned


_BODIES = st.lists(
    st.tuples(st.text(_DIGITS, min_size=8, max_size=8), st.text(credit.ALPHABET, min_size=9, max_size=9)),
    max_size=40,
).map(lambda pairs: ["".join(pair) for pair in pairs])


@_QUICK
@given(_BODIES, st.sampled_from(credit.ALPHABET))
def test_credit_codes_are_what_stdnum_takes(evaluate, bodies: list[str], check: str):
    codes = [body + uscc.calc_check_digit(body) for body in bodies] + [body + check for body in bodies]
    assert _both_codes(evaluate, codes) == [uscc.is_valid(number) for number in codes]


@_QUICK
@given(st.lists(st.text(credit.ALPHABET, min_size=17, max_size=17), max_size=40))
def test_credit_codes_may_begin_with_letters_which_stdnum_refuses(evaluate, bodies: list[str]):
    """Register N gives codes such as N2430102MF1234567X to village cooperatives."""
    codes = [f"N2{body[2:]}" for body in bodies]
    codes = [code + uscc.calc_check_digit(code) for code in codes]
    assert _both_codes(evaluate, codes) == [True] * len(codes)
    assert not any(uscc.is_valid(code) for code in codes)


@_QUICK
@given(st.lists(st.text(min_size=0, max_size=19).filter(lambda text: "\x00" not in text), max_size=30))
def test_credit_codes_never_raise(evaluate, texts: list[str]):
    expected = [credit.is_valid(text) for text in texts]
    assert _both_codes(evaluate, texts) == expected


def test_credit_codes_outside_the_alphabet_are_wrong_not_errors(evaluate):
    wrong = ["91350100M000100Y4", "91350100M000100Y433", "91350100M000100I43", "91350100m000100y43", "无", ""]
    assert _both_codes(evaluate, wrong) == [False] * len(wrong)
    assert _both_codes(evaluate, ["91350100M000100Y43"]) == [True]

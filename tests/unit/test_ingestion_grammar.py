"""The grammar of fields: what parses and what does not."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.files import grammar


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0", 0), ("-0", 0), ("12.5", 1250), ("-0.01", -1), ("007.10", 710), ("99999999999999.99", 10**16 - 1)],
)
def test_amount_is_read_to_the_cent(text, cents):
    assert grammar.cents(text) == cents


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "inf", "1e5", "1,000", "1_000", "+1", " 1", "1 ", "1\n", ".5", "5.", "1.234", "--1", "0x1F",
     "１２", "²", "1.2.3", "-", "999999999999999"],
)  # fmt: skip
def test_amount_refuses_everything_else(text):
    assert grammar.cents(text) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_amount_reads_what_it_is_written_as(value: Decimal):
    assert grammar.cents(format(value, "f")) == int(value * 100)


@given(st.dates())
def test_date_reads_both_spellings_of_every_day(day: date):
    assert grammar.is_date(day.isoformat())
    assert grammar.is_date(day.strftime("%Y%m%d").rjust(8, "0"))


@pytest.mark.parametrize(
    "text",
    ["", "today", "infinity", "J2460000", "2024-02-30", "20230229", "2024-1-1", "2024/01/01", "01-02-2024",
     "2024-01-01 00:00:00", "2024-0101", "00000101", "２０２４０１０１", "20240101\n"],
)  # fmt: skip
def test_date_refuses_everything_else(text):
    assert not grammar.is_date(text)


@pytest.mark.parametrize(
    ("text", "good"),
    [("202406", True), ("2024-06", True), ("202413", False), ("2024-00", False), ("2024-6", False),
     ("20240", False), ("0000-01", False), ("202406 ", False)],
)  # fmt: skip
def test_month_is_a_real_month_in_one_of_two_spellings(text, good):
    assert grammar.is_month(text) is good


@pytest.mark.parametrize(
    ("text", "precision"),
    [("20240601", "D"), ("2024-06-01", "D"), ("20240600", "M"), ("2024-06", "M"), ("20240000", "Y"),
     ("2024", "Y"), ("20240631", None), ("20240001", None), ("202406", None), ("00000000", None),
     ("24", None)],
)  # fmt: skip
def test_precision_says_how_exactly_a_day_is_known(text, precision):
    assert grammar.precision(text) == precision


@pytest.mark.parametrize(
    ("text", "missing"),
    [(None, True), ("", True), (" \u3000", True), ("NULL", True), (" N/A", True), ("null", False),
     ("0", False), ("无", False)],
)  # fmt: skip
def test_missing_is_nothing_null_or_not_available(text, missing):
    assert grammar.is_missing(text) is missing


@given(st.from_regex(re.compile(r"[0-9A-Za-z]+"), fullmatch=True))
def test_code_in_full_width_is_the_code_in_ascii(text):
    wide = "".join(chr(ord(character) + 0xFEE0) for character in text)
    assert grammar.code(f"\u3000{wide} ") == text

"""The grammar of fields: what landing accepts, refuses and takes for missing."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.files import grammar
from ingestion.files.contract import AsWritten, Field, Format
from ingestion.files.formats import FORMATS
from ingestion.files.records import Columns
from ingestion.files.validation.prefilter import prefilter
from ingestion.files.validation.row_checks import fault
from tests.grammar_cases import CAMT_AMOUNTS, CASES, FILE_AMOUNTS, GrammarCase

STAGING = Path(__file__).parents[2] / "dbt_project" / "models" / "staging"
MACROS = STAGING.parents[1] / "macros" / "staging"
KINDS = ("amount", "rate", "date", "month", "scheme", "closed", "id", "text")


def field_of(kind: str) -> Field:
    if kind == "closed":
        return Field("field", "code", required=True, codes=frozenset({"employer", "employee"}))
    return Field("field", kind, required=True)


def is_scheme(code: str) -> bool:
    return code == "110"


def cases_of(kind: str) -> list[GrammarCase]:
    chosen = [case for case in (*CASES, *FILE_AMOUNTS) if case.kind == kind]
    assert chosen
    return chosen


@pytest.mark.parametrize("kind", KINDS)
def test_landing_accepts_and_refuses_what_the_table_says(kind: str):
    cases, field = cases_of(kind), field_of(kind)
    reasons = {case.name: fault(field, case.text, is_scheme) for case in cases}
    assert reasons == {case.name: case.reason for case in cases}


@pytest.mark.parametrize("kind", KINDS)
def test_vectorised_validation_accepts_nothing_that_the_table_refuses(kind: str):
    cases, field = cases_of(kind), field_of(kind)
    form = Format("x/1", "tax", "csv", fields=(field,), lands=AsWritten("x", (field,)))
    places = np.arange(len(cases))
    texts = pa.array([case.text for case in cases], pa.string())
    columns = Columns(places, {"field": texts}, b"", places, places)
    accepted = prefilter(columns, form=form, is_scheme=is_scheme).accepted
    assert len(accepted)
    assert [cases[place].name for place in accepted if not cases[place].is_accepted] == []


@pytest.mark.parametrize("kind", KINDS)
def test_accepted_text_has_the_value_of_the_table(kind: str):
    values = {case.name: (value_of(case), case.value) for case in cases_of(kind) if case.is_accepted}
    assert values
    assert {name: pair for name, pair in values.items() if pair[0] != pair[1]} == {}


def value_of(case: GrammarCase) -> str | None:
    """Landing converts only amounts and what it compares; of other values it only knows that there is one."""
    if case.kind == "amount":
        return case.value if grammar.cents(case.text) == Decimal(case.value) * 100 else "other"
    if case.kind == "text":
        return grammar.clean(case.text)
    return grammar.code(case.text) if case.kind in ("id", "scheme", "closed") else case.value


def test_iso_decimal_becomes_a_plain_amount():
    cents = {case.name: grammar.cents(grammar.plain_amount(case.text)) for case in CAMT_AMOUNTS}
    assert cents == {case.name: case.value and Decimal(case.value) * 100 for case in CAMT_AMOUNTS}


@pytest.mark.parametrize("text", ["1.50", "007.50", "-1", "5.", "x"])
def test_amount_that_is_plain_or_none_keeps_its_text(text):
    assert grammar.plain_amount(text) == text


@pytest.mark.parametrize("name", FORMATS)
def test_landing_and_staging_clean_the_same_fields_as_ids(name):
    form = FORMATS[name]
    feed, _, table = form.lands([]).table.partition("__")
    staged = (STAGING / feed / f"stg_{feed}__{table}.sql").read_text(encoding="utf-8")
    if "staged_vouchers()" in staged:
        staged += (MACROS / "vouchers.sql").read_text(encoding="utf-8")
    as_codes = set(re.findall(r"clean_code\('(\w+)'\)", staged))
    landed = {field.name for field in form.fields if field.kind in ("id", "code", "scheme")}
    assert landed - {"precision"} == as_codes & set(form.names)


@given(st.decimals(min_value=-(10**16) + 1, max_value=10**16 - 1, places=2))
def test_amount_reads_what_it_is_written_as(value: Decimal):
    assert grammar.cents(format(value, "f")) == int(value * 100)


@given(st.dates())
def test_date_reads_both_spellings_of_every_day(day: date):
    assert grammar.is_date(day.isoformat())
    assert grammar.is_date(day.strftime("%Y%m%d").rjust(8, "0"))


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

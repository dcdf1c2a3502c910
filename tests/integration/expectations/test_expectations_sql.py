"""The SQL of dates, months, amounts and cleaning, against Python."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations import sql
from fundwatch.catalogue import TABLES
from tests.integration.conftest import Evaluate

_QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_DIGITS = "0123456789"


def _real_day(text: str) -> date | None:
    try:
        digits = text.replace("-", "") if re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{8}", text, re.ASCII) else ""
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if digits else None
    except ValueError:
        return None


def test_real_date_agrees_with_the_calendar_for_every_day_number(evaluate: Evaluate):
    years = ("0000", "0001", "0004", "1900", "1999", "2000", "2023", "2024", "2100", "9999")
    texts = [
        f"{year}{sign}{month:02d}{sign}{day:02d}"
        for year in years
        for month in range(14)
        for day in range(33)
        for sign in ("", "-")
    ]
    assert evaluate(sql.real_date("value"), texts) == [_real_day(text) for text in texts]


@_QUICK
@given(st.lists(st.text(alphabet=_DIGITS + "- .０", max_size=11), max_size=50))
def test_real_date_never_raises(evaluate: Evaluate, texts: list[str]):
    assert evaluate(sql.real_date("value"), texts) == [_real_day(text) for text in texts]


def test_month_number_reads_both_forms_and_nothing_else(evaluate: Evaluate):
    good = ["202406", "2024-06", "0001-01", "999912"]
    bad = ["202400", "202413", "2024-6", "000001", "20240601", "2024－06", "", None, " 202406", "202406\n"]
    assert evaluate(sql.month_number("value"), good) == [24293, 24293, 12, 119999]
    assert evaluate(sql.month_number("value"), bad) == [None] * len(bad)


def test_amount_reads_numbers_and_nothing_else(evaluate: Evaluate):
    good = ["0", "-1", "12.3", "12.34", "007", "-0.00", "1e5"]
    bad = ["1e99", "1,000", "NaN", "+1", ".5", "5.", "１", "", "--1", "1" * 201, "9" * 140_000, None]
    assert evaluate(sql.amount("value"), good) == [Decimal(text) for text in good]
    assert evaluate(sql.amount("value"), bad) == [None] * len(bad)


def test_placeholders_are_those_of_the_page(evaluate: Evaluate):
    held = ["无", "不详", "测试", "—", "0", "1900-01-01", "19000101", "99999999", "11", "000000", "7777777"]
    plain = ["1", "12", "110", "张三", "aa", "-", "1900-01-02", "９９"]
    assert evaluate(sql.is_placeholder("value"), held) == [True] * len(held)
    assert evaluate(sql.is_placeholder("value"), plain) == [False] * len(plain)


def test_cleaning_folds_codes_and_ids_but_not_names_and_dates(evaluate: Evaluate):
    person = TABLES["AC01"]
    written = [" \u3000Ａ１b ", "ＮＵＬＬ", "N/A", "", None]
    of = {
        name: sql.landed(person.column(name)).replace(name.lower(), "value") for name in ("AAC001", "AAC003")
    }
    assert evaluate(of["AAC001"], written) == ["A1b", None, None, None, None]
    assert evaluate(of["AAC003"], written) == ["Ａ１b", "ＮＵＬＬ", None, None, None]

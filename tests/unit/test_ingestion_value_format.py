"""Values of database drivers as landing text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from ingestion.production.source.value_format import columns_renderer, escaped, renderer, singles, unescaped

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), ("", ""), (" 张 ", " 张 "), (1, "1"), (True, "1"), (1.0, "1"), (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"), (1e-7, "0.0000001"), (1e22, "10000000000000000000000"),
        (Decimal("8000.00"), "8000"), (Decimal("12.50"), "12.50"), (Decimal("1E+3"), "1000"),
        (float("nan"), "nan"), (date(2024, 2, 29), "2024-02-29"),
        (datetime.fromisoformat("2024-05-01"), "2024-05-01"),
        (datetime.fromisoformat("2024-05-01T08:30"), "2024-05-01 08:30:00"),
        (datetime(2024, 5, 31, 16, tzinfo=UTC), "2024-06-01"), ("电".encode(), "电"),
        (b"\xff\x00", "\\xff00"),
    ],
)  # fmt: skip
def test_value_is_written_the_same_whichever_driver_read_it(value, text):
    assert renderer(ZONE)(value) == text


@pytest.mark.parametrize(
    ("column", "fields"),
    [
        (["a", "b"], ["a", "b"]), (["a", None], ["a", "\\N"]), ([None, None], ["\\N", "\\N"]),
        ([1, 2], ["1", "2"]), ([1.0, None, 2], ["1", "\\N", "2"]), ([12.5, -0.0], ["12.5", "0"]),
        ([Decimal("12.50"), Decimal("12.5")], ["12.50", "12.5"]), ([True, 1], ["1", "1"]),
        (["a\tb", "\\N"], ["a\\tb", "\\\\N"]), ([None, "a\x00"], ["\\N", "a␀"]), (["x", 1.0], ["x", "1"]),
    ],
)  # fmt: skip
def test_column_is_written_as_fields_of_copy_text(column, fields):
    assert list(columns_renderer(ZONE)(column)) == fields


@pytest.mark.parametrize("text", ["", "a", "\\", "\\N", "\b\t\n\v\f\r\\t"])
def test_field_is_read_back_as_it_was(text):
    assert unescaped(escaped(text)) == text
    assert unescaped("\\N") is None


def test_numbers_of_single_precision_are_the_shortest_text_that_is_the_same_number():
    read = [829.9199829101562, 123456.78125, None, 16777216.0, 1.0000000116860974e-07, -0.5]
    assert singles(read) == ["829.92", "123456.78", "\\N", "16777216", "0.0000001", "-0.5"]

"""Values of database drivers as landing text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from ingestion.production.rendering import columns_renderer, printable, renderer

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


def test_rows_are_written_alike_column_by_column():
    rows = [("a", 1.0, None), (None, 2, "x")]
    assert list(columns_renderer(ZONE)(rows)) == [("a", "1", None), (None, "2", "x")]


def test_nul_is_shown():
    assert printable("a\x00b") == "a␀b"

"""The public pages: off unless set, the same figures as page, CSV and JSON, nothing suppressed in any."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from portal.disclosure.reading import OpenMonth, disclosed

MONTH = OpenMonth("2024-06", 3, datetime(2024, 7, 5, tzinfo=UTC))


def _row(division: str, level: str, scheme: str, indicator: str, value: str) -> dict[str, object]:
    return {
        "publication": 3, "division": division, "name_zh": division, "name_en": division, "level": level,
        "parent": "230600" if level == "county" else "230000", "scheme": scheme, "indicator": indicator,
        "value": Decimal(value), "unit": "persons",
    }  # fmt: skip


def test_a_small_county_is_suppressed_with_the_next_smallest_of_its_city() -> None:
    counts = {"230602": "4", "230603": "40", "230604": "400", "230600": "444"}
    rows = [
        _row(division, "city" if division == "230600" else "county", scheme, "beneficiaries_paid", value)
        for division, value in counts.items()
        for scheme in ("110", "ALL")
    ]
    figures = disclosed(MONTH, rows, k=10).figures
    assert [(figure.division, figure.scheme, figure.value) for figure in figures] == [
        ("230600", "ALL", Decimal(444)), ("230600", "110", Decimal(444)),
        ("230602", "ALL", None), ("230602", "110", None),
        ("230603", "ALL", None), ("230603", "110", None),
        ("230604", "ALL", Decimal(400)), ("230604", "110", Decimal(400)),
    ]  # fmt: skip
    assert [figure.suppressed for figure in figures] == [figure.value is None for figure in figures]

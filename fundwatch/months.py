"""Months (``YYYY-MM``), always stated by the caller and never taken from a clock."""

from __future__ import annotations

import calendar
import re
from datetime import date

from fundwatch.errors import MonthInvalid

# The months that can be run and a figure can be about, 1990-01 to 2099-12: another one is mistyped.
PATTERN = "(?:199[0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])"
LAST = "2099-12"
_MONTH = re.compile(PATTERN)
_OF_ANY_YEAR = re.compile(r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    """Return whether ``text`` is a month written ``YYYY-MM``, of any year, as a sender may."""
    return _OF_ANY_YEAR.fullmatch(text) is not None


def parse_month(text: str) -> str:
    """Return ``text`` when it is a month written ``YYYY-MM``; raise ``MonthInvalid`` otherwise."""
    if not _MONTH.fullmatch(text):
        raise MonthInvalid(
            f"{text!r} is not a month from 1990-01 to 2099-12",
            next_step="Write it as YYYY-MM, for example 2024-06",
        )
    return text


def parse_range(text: str) -> list[str]:
    """Return the months of ``YYYY-MM..YYYY-MM`` (inclusive) or of a single ``YYYY-MM``, in order."""
    first, _, last = text.partition("..")
    first, last = parse_month(first), parse_month(last or first)
    if last < first:
        raise MonthInvalid(f"{text!r} ends before it begins", next_step="Write the earlier month first")
    months = [first]
    while months[-1] < last:
        months.append(add_months(months[-1], 1))
    return months


def add_months(month: str, count: int) -> str:
    """Return the month ``count`` months after ``month`` (before it when negative)."""
    serial = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{serial // 12:04d}-{serial % 12 + 1:02d}"


def last_day(month: str) -> date:
    """Return the last day of ``month``: its as-of day unless another one is given."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])

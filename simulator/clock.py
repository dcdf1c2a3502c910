"""Vectorised calendar: months as ``year * 12 + month - 1``, days as ``yyyymmdd`` integers."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import TypeVar, overload

import numpy as np

FOREVER = 10_000_000

Numbers = TypeVar("Numbers", int, np.ndarray)


def month_number(text: str) -> int:
    """Return the number of a month written ``YYYY-MM``."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def month_text(number: int) -> str:
    """Return a month number as ``YYYY-MM``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@cache
def month_code(number: int) -> str:
    """Return a month number as ``YYYYMM``."""
    return f"{number // 12:04d}{number % 12 + 1:02d}"


@cache
def day_text(day: int) -> str:
    """Return a day as ``YYYY-MM-DD``."""
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def month_of(days: Numbers) -> Numbers:
    """Return the month numbers of days."""
    return days // 10000 * 12 + days // 100 % 100 - 1


@overload
def day_in(months: int, days: int) -> int: ...
@overload
def day_in(months: np.ndarray, days: np.ndarray | int) -> np.ndarray: ...
@overload
def day_in(months: int, days: np.ndarray) -> np.ndarray: ...
def day_in(months: np.ndarray | int, days: np.ndarray | int) -> np.ndarray | int:
    """Return the given days (1 to 28) of the given months."""
    return (months // 12 * 100 + months % 12 + 1) * 100 + days


def last_day_in(month: int) -> int:
    """Return the last day of a month."""
    return day_in(month, calendar.monthrange(month // 12, month % 12 + 1)[1])


@cache
def shift_day(day: int, count: int) -> int:
    """Return the day ``count`` days later (earlier when negative)."""
    shifted = date(day // 10000, day // 100 % 100, day % 100) + timedelta(days=count)
    return shifted.year * 10000 + shifted.month * 100 + shifted.day


def month_codes(numbers: np.ndarray) -> np.ndarray:
    """Return ``YYYYMM`` texts, ``None`` where the number is 0."""
    return _as_texts(numbers, month_code)


def day_codes(days: np.ndarray) -> np.ndarray:
    """Return ``YYYYMMDD`` texts, ``None`` where the day is 0."""
    return _as_texts(days, str)


def _as_texts(values: np.ndarray, text_of: Callable[[int], str]) -> np.ndarray:
    distinct, places = np.unique(values, return_inverse=True)
    texts = [text_of(int(value)) if value else None for value in distinct]
    return np.array(texts, dtype=object)[places]

"""The grammar of fields: what parses, before any database or number library sees a value.

ASCII only: Python's own digits, numbers and dates take far more (full-width digits, ``1_000``, ``NaN``).
"""

from __future__ import annotations

import re
import string
from datetime import date

MISSING = frozenset({"", "NULL", "N/A"})
LONGEST = 200
SPACES = " \t\r\n\u3000"

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"[0-9]{4}-?(?:0[1-9]|1[0-2])")
_DASHED_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_UNKNOWN_DAY = re.compile(r"[0-9]{4}(?:0[1-9]|1[0-2])00")
_YEAR = re.compile(r"(?!0000)[0-9]{4}")
_UNKNOWN_MONTH = re.compile(r"(?!0000)[0-9]{4}0000")
# Fourteen digits are a hundred million million yuan; more is no amount, and would overflow sums.
_AMOUNT = re.compile(r"(-?)([0-9]{1,14})(?:\.([0-9]{1,2}))?")
_RATE = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,6})?")
_NARROW = {ord(narrow) + 0xFEE0: narrow for narrow in string.digits + string.ascii_letters}


def trim(text: str) -> str:
    """Return ``text`` without the ASCII and ideographic spaces around it."""
    return text.strip(SPACES)


def is_missing(text: str | None) -> bool:
    """Return whether a value counts as not given."""
    return text is None or trim(text) in MISSING


def code(text: str) -> str:
    """Return a code or id as it is compared: trimmed, full-width letters and digits as ASCII."""
    return trim(text).translate(_NARROW)


def cents(text: str) -> int | None:
    """Return an amount in cents, or None when it does not parse."""
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    sign, whole, fraction = found.groups()
    size = int(whole) * 100 + int((fraction or "").ljust(2, "0"))
    return -size if sign else size


def is_rate(text: str) -> bool:
    """Return whether ``text`` is a number of at most six decimals."""
    return _RATE.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Return whether ``text`` is a real day, written YYYY-MM-DD or YYYYMMDD."""
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_month(text: str) -> bool:
    """Return whether ``text`` is a real month, written YYYYMM or YYYY-MM."""
    return _MONTH.fullmatch(text) is not None and not text.startswith("0000")


def is_dashed_date(text: str) -> bool:
    """Return whether ``text`` is a real day, or a month or a year written YYYY-MM or YYYY."""
    if text.startswith("0000"):
        return False
    return is_date(text) or bool(_DASHED_MONTH.fullmatch(text) or _YEAR.fullmatch(text))


def precision(text: str) -> str | None:
    """Return how exactly a date of a life event is known (D, M or Y), or None when it is no date.

    Besides whole dates: ``YYYY-MM`` and ``YYYY``, and ``00`` for an unknown day or month.
    """
    if is_date(text):
        return "D"
    if text.startswith("0000"):
        return None
    if _DASHED_MONTH.fullmatch(text) or _UNKNOWN_DAY.fullmatch(text):
        return "M"
    return "Y" if _YEAR.fullmatch(text) or _UNKNOWN_MONTH.fullmatch(text) else None

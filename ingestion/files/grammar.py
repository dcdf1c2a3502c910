"""The grammar of fields: what parses, before any database or number library sees a value.

ASCII only: Python's own digits, numbers and dates accept far more (full-width digits, ``1_000``, ``NaN``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from fundwatch.cleaning import MISSING, clean, code, trim

__all__ = [
    "LONGEST", "cents", "clean", "cleaned", "code", "is_dashed_date", "is_date", "is_missing", "is_month",
    "is_rate", "plain_amount", "precision", "trim",
]  # fmt: skip

LONGEST = 200

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"[0-9]{4}-?(?:0[1-9]|1[0-2])")
_DASHED_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_UNKNOWN_DAY = re.compile(r"[0-9]{4}(?:0[1-9]|1[0-2])00")
_YEAR = re.compile(r"(?!0000)[0-9]{4}")
_UNKNOWN_MONTH = re.compile(r"(?!0000)[0-9]{4}0000")
# Leading zeros do not count. Staging holds 16 digits before the point of an amount, 12 of a rate.
_AMOUNT = re.compile(r"(-?)0*([0-9]{1,16})(?:\.([0-9]{1,2}))?")
_RATE = re.compile(r"-?0*[0-9]{1,12}(?:\.[0-9]{1,6})?")
_ISO_AMOUNT = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]{1,2})0*)?|\.([0-9]{1,2})0*)")

_NORMALISERS: dict[str, Callable[[str], str]] = {"text": clean, "id": code, "code": code, "scheme": code}


def is_missing(text: str | None, kind: str = "") -> bool:
    """Return whether a value of a kind of field counts as not given."""
    return text is None or cleaned(text, kind) in MISSING


def cleaned(text: str, kind: str) -> str:
    """Return a value as staging reads it before it is typed."""
    return _NORMALISERS.get(kind, trim)(text)


def cents(text: str) -> int | None:
    """Return an amount in cents, or None when it does not parse."""
    amount = _AMOUNT.fullmatch(text)
    if not amount:
        return None
    sign, whole, fraction = amount.groups()
    size = int(whole) * 100 + int((fraction or "").ljust(2, "0"))
    return -size if sign else size


def plain_amount(text: str) -> str:
    """Return an ISO 20022 decimal as an amount is written here; anything else as it is.

    A leading plus, a missing integer part and trailing zeros beyond two decimals do not count.
    """
    decimal = _ISO_AMOUNT.fullmatch(text)
    if cents(text) is not None or not decimal:
        return text
    sign, whole, fraction, bare_fraction = decimal.groups()
    digits = fraction or bare_fraction
    return f"{'-' if sign == '-' else ''}{whole or '0'}{f'.{digits}' if digits else ''}"


def is_rate(text: str) -> bool:
    """Return whether ``text`` is a number of at most 12 digits and six decimals."""
    return _RATE.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Return whether ``text`` is a real day, written YYYY-MM-DD or YYYYMMDD."""
    parts = _DATE.fullmatch(text)
    if not parts:
        return False
    year, month, day = (int(part) for part in parts.groups() if part is not None)
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

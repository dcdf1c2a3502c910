"""The grammar of fields: what parses, before any database or number library sees a value.

ASCII only: Python's own digits, numbers and dates accept far more (full-width digits, ``1_000``, ``NaN``).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from datetime import date

MISSING = frozenset({"", "NULL", "N/A"})
LONGEST = 200
SPACES = " \t\r\n\u00a0\u3000"
# As parts of a regular expression's set: soft hyphen, direction marks, zero-width signs, variation selectors.
INVISIBLE = (
    "\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
)

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
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
NARROW = string.digits + string.ascii_letters
WIDE = "".join(chr(ord(narrow) + 0xFEE0) for narrow in NARROW)
_NARROW = str.maketrans(WIDE, NARROW)


def trim(text: str) -> str:
    """Return ``text`` without the ASCII, no-break and ideographic spaces around it."""
    return text.strip(SPACES)


def clean(text: str) -> str:
    """Return a name or free text as staging reads it: without invisible characters, trimmed."""
    return trim(text if text.isascii() else _INVISIBLE.sub("", text))


def code(text: str) -> str:
    """Return a code or id as staging reads it: as ``clean``, full-width letters and digits as ASCII."""
    return clean(text).translate(_NARROW)


_NORMALISERS: dict[str, Callable[[str], str]] = {"text": clean, "id": code, "code": code, "scheme": code}


def is_missing(text: str | None, kind: str = "") -> bool:
    """Return whether a value of a kind of field counts as not given."""
    return text is None or _NORMALISERS.get(kind, trim)(text) in MISSING


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

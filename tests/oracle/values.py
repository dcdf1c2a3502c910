"""Values as docs/feeds/fields.md has them: trimming, missing values, dates, months, amounts, numbers."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
PENNY = Decimal("0.01")
_BLANKS = " \t\n\v\f\r\u00a0\u2007\u202f\u3000"
# Soft hyphen, direction marks, zero-width signs, variation selectors: first and last of each range.
_INVISIBLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xE0001, 0xE007F), (0xE0100, 0xE01EF),
)  # fmt: skip
_UNSEEN = {point: None for first, last in _INVISIBLE for point in range(first, last + 1)}
_MISSING = frozenset({"", "NULL", "N/A"})
_FULL_WIDTH = {
    wide: wide - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for wide in range(first, last + 1)
}
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?")
_RATE = re.compile(r"-?0*[0-9]{1,12}(\.[0-9]{1,6})?")
_FILE_AMOUNT = re.compile(r"-?0*[0-9]{1,16}(\.[0-9]{1,2})?")
_LONGEST = 200
_ROOM = Context(prec=_LONGEST + 100)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-?(0[1-9]|1[0-2])")
_PLACEHOLDERS = frozenset({"无", "不详", "测试", "—", "0", "1900-01-01", "19000101", "99999999"})
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def written(value: object) -> str | None:
    """Trim spaces of every kind; null, empty, ``NULL`` and ``N/A`` are missing. For numbers and dates."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    trimmed = str(value).strip(_BLANKS)
    return None if trimmed in _MISSING else trimmed


def text(value: object) -> str | None:
    """Read as :func:`written`, without the invisible characters wherever they stand. For names."""
    if isinstance(value, str) and not value.isascii():
        value = value.translate(_UNSEEN)
    return written(value)


def code_text(value: object) -> str | None:
    """Read as :func:`text`; full-width letters and digits of codes and ids become ASCII."""
    trimmed = text(value)
    if trimmed is None or trimmed.isascii():
        return trimmed
    narrowed = trimmed.translate(_FULL_WIDTH)
    return None if narrowed in _MISSING else narrowed


@lru_cache(maxsize=200_000)
def amount(value: str | None) -> Decimal | None:
    """Read an amount by its value, to the cent; nothing but an ASCII number parses.

    Digits beyond the 15th are noise of floating numbers where 15 digits reach the cent; what then has more
    than two decimals is rounded half up.
    """
    if value is None or len(value) > _LONGEST or not _AMOUNT.fullmatch(value):
        return None
    exact = Decimal(value)
    if abs(exact) < Decimal("1e13"):
        exact = Decimal(f"{float(exact):.15g}")
    size = exact.quantize(CENT, rounding=ROUND_HALF_UP, context=_ROOM)
    return size if abs(size) < Decimal("1e16") else None


def rate(value: str | None) -> Decimal | None:
    """Read a rate or base of a voucher: as an amount, but up to six decimals."""
    return Decimal(value) if value is not None and len(value) <= _LONGEST and _RATE.fullmatch(value) else None


def file_amount(value: str | None) -> Decimal | None:
    """Read an amount of a file: at most 16 digits, leading zeros aside, and two decimals."""
    return Decimal(value) if value is not None and _FILE_AMOUNT.fullmatch(value) else None


@lru_cache(maxsize=200_000)
def day(value: str | None) -> date | None:
    """``YYYY-MM-DD`` or ``YYYYMMDD``, and real."""
    match = _DATE.fullmatch(value) if value is not None else None
    if match is None:
        return None
    year, month_number, day_number = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month_number, day_number)
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def month(value: str | None) -> str | None:
    """``YYYYMM`` or ``YYYY-MM``, and real, as ``YYYY-MM`` (which compares in time order)."""
    match = _MONTH.fullmatch(value) if value is not None else None
    if match is None or match.group(1) == "0000":
        return None
    return f"{match.group(1)}-{match.group(2)}"


def month_of(when: date) -> str:
    """Name the month a day lies in."""
    return f"{when.year:04d}-{when.month:02d}"


def last_day(of_month: str) -> date:
    """Name the last day of a month."""
    year, number = int(of_month[:4]), int(of_month[5:])
    return date(year, number, monthrange(year, number)[1])


def shift(of_month: str, by: int) -> str:
    """Name the month ``by`` months later (earlier when negative)."""
    count = int(of_month[:4]) * 12 + int(of_month[5:]) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def months_of_year_to(of_month: str) -> frozenset[str]:
    """January to the month itself."""
    return frozenset(f"{of_month[:4]}-{number:02d}" for number in range(1, int(of_month[5:]) + 1))


def half_up(value: Decimal) -> Decimal:
    """Round half up to the cent."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def is_placeholder(value: str) -> bool:
    """Recognise a listed placeholder, or one digit repeated (two characters or more)."""
    if value in _PLACEHOLDERS:
        return True
    return len(value) > 1 and value[0] in "0123456789" and value == value[0] * len(value)


def _digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _check_character(first17: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


@lru_cache(maxsize=100_000)
def valid_identity(number: str | None) -> bool:
    """Check a number by AC01-1: 18 characters, real date, check character; or 15 digits, 19xx."""
    if number is None:
        return False
    if len(number) == 15 and _digits(number):
        return day("19" + number[6:12]) is not None
    if len(number) != 18 or not _digits(number[:17]) or day(number[6:14]) is None:
        return False
    return _check_character(number[:17]) == number[17].upper()


@lru_cache(maxsize=100_000)
def identity18(number: str | None) -> str | None:
    """Normalise a number: ``x`` to ``X``; a valid 15-digit one becomes 18 characters."""
    if number is None:
        return None
    if len(number) == 15 and valid_identity(number):
        first17 = number[:6] + "19" + number[6:]
        return first17 + _check_character(first17)
    return number.upper()


def identity_birth(number: str) -> date | None:
    """Read the birth date out of a valid number."""
    return day((identity18(number) or "")[6:14])


def identity_sex(number: str) -> str:
    """Read the sex code (1 male, 2 female) out of a valid number."""
    return "1" if int((identity18(number) or "")[16]) % 2 else "2"


@lru_cache(maxsize=50_000)
def valid_credit_code(number: str) -> bool:
    """Check the GB 32100 alphabet, length 18 and the right 18th character."""
    if len(number) != 18 or any(character not in _CREDIT_ALPHABET for character in number):
        return False
    total = sum(
        _CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(number[:17])
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == number[17]

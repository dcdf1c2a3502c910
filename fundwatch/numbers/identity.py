"""Resident identity numbers (GB 11643): what a valid one is, and what it says about its holder.

Only the date and the check character decide. The region (first six digits) is never judged: codes of
abolished counties, residence permits (81, 82, 83) and permanent residents (9) are all in use.
"""

from __future__ import annotations

from datetime import date

from fundwatch import cleaning

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BODY_LENGTH, _FULL_LENGTH, _OLD_LENGTH = 17, 18, 15


def clean(text: str) -> str:
    """Return a number cleaned, full-width characters as ASCII, its ``x`` in upper case."""
    return cleaning.clean(text).translate(_FULL_WIDTH).upper()


def check_character(body: str) -> str:
    """Return the 18th character that belongs to 17 digits; raise ``ValueError`` for anything else."""
    if len(body) != _BODY_LENGTH or not _is_digits(body):
        raise ValueError("the body of an identity number is 17 digits")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return CHECK_CHARACTERS[total % 11]


def is_valid(text: str | None) -> bool:
    """Whether ``text`` is 18 characters with a real date and check character, or 15 digits with a date."""
    return normalise(text) is not None


def normalise(text: str | None) -> str | None:
    """Return the valid number in 18 characters (15-digit numbers converted), else ``None``."""
    if text is None:
        return None
    number = clean(text)
    if len(number) == _OLD_LENGTH and _is_digits(number):
        number = to_18(number)
    elif len(number) != _FULL_LENGTH or not _is_digits(number[:_BODY_LENGTH]):
        return None
    if check_character(number[:_BODY_LENGTH]) != number[_BODY_LENGTH]:
        return None
    return number if _date_of(number) is not None else None


def to_18(number: str) -> str:
    """Convert 15 digits (holder born 19xx) into 18 characters; raise ``ValueError`` for anything else."""
    if len(number) != _OLD_LENGTH or not _is_digits(number):
        raise ValueError("an old identity number is 15 digits")
    body = f"{number[:6]}19{number[6:]}"
    return body + check_character(body)


def birth_date(text: str | None) -> date | None:
    """Return the birth date a valid number carries, else ``None``."""
    number = normalise(text)
    return None if number is None else _date_of(number)


def sex(text: str | None) -> str | None:
    """Return ``"1"`` (male) or ``"2"`` (female) as a valid number says, else ``None``."""
    number = normalise(text)
    if number is None:
        return None
    return "1" if int(number[16]) % 2 else "2"


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _date_of(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None

"""What a cell of the site's parameters may hold: one kind a column, each with the words that explain it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from fundwatch.cleaning import clean

_MISSING = frozenset({"", "NULL", "N/A"})
_LONGEST_TEXT = 200
_LONGEST_KEY = 1000


class CellInvalidError(ValueError):
    """A cell does not hold what its column is for; the message says what that is."""


@dataclass(frozen=True)
class Kind:
    """What a column holds, in words, and the test of a value."""

    expected: str
    holds: Callable[[str], bool]


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _one_of(*values: str) -> Kind:
    return Kind(f"one of {', '.join(values)}", lambda value: value in values)


def _is_date(value: str) -> bool:
    if _like(r"[0-9]{4}(?:-[0-9]{2}-[0-9]{2}|[0-9]{4})")(value):
        with suppress(ValueError):
            return bool(date.fromisoformat(value))
    return False


def _is_month_day(value: str) -> bool:
    return _like(r"[0-9]{2}-[0-9]{2}")(value) and _is_date(f"2000-{value}")


_is_month = _like(r"(?!0000)[0-9]{4}-?(?:0[1-9]|1[0-2])")
KINDS = {
    "division": Kind("six digits", _like(r"[0-9]{6}")),
    "code": Kind(
        "letters, digits and . : / _ -, at most 64, a letter or digit first",
        _like(r"(?!.*\.\.)\w[\w.:/-]{0,63}"),
    ),
    "text": Kind(f"at most {_LONGEST_TEXT} characters", lambda value: len(value) <= _LONGEST_TEXT),
    "key": Kind(f"at most {_LONGEST_KEY} characters", lambda value: len(value) <= _LONGEST_KEY),
    "number": Kind(
        "a number with at most twelve digits before the point and six behind it",
        _like(r"-?0*[0-9]{1,12}(?:\.[0-9]{1,6})?"),
    ),
    "count": Kind("a whole number of at most four digits", _like(r"[0-9]{1,4}(?:\.0+)?")),
    "day_of_month": Kind("a day of a month, 1 to 31", _like(r"0?[1-9]|[12][0-9]|3[01]")),
    "year": Kind("a year of four digits", _like(r"[12][0-9]{3}")),
    "month": Kind("a month, YYYY-MM", _is_month),
    "dashed_month": Kind("a month, YYYY-MM", lambda value: _is_month(value) and "-" in value),
    "date": Kind("a day, YYYY-MM-DD", _is_date),
    "birth": Kind(
        "a month, YYYY-MM, or a day, YYYY-MM-DD", lambda value: _is_month(value) or _is_date(value)
    ),
    "month_day": Kind("a day of the year, MM-DD", _is_month_day),
    "rounding": Kind("0.01 or 1", _like(r"0\.010*|1(?:\.0+)?")),
    "unit_method": _one_of("higher", "sum", "bill"),
    "provisional": _one_of("carry", "old_limits"),
    "level": _one_of("county", "city", "province"),
    "statement_form": _one_of("stamped", "electronic"),
    "account_kind": _one_of("income", "expenditure", "fiscal"),
    "target_kind": _one_of("count", "amount", "rate"),
    "severity": _one_of("critical", "warning", "info"),
    "yes_no": _one_of("1", "0", "true", "false", "TRUE", "FALSE", "yes", "no"),
}


def read_cell(text: str, declared: str) -> str | None:
    """Return a cell as it is loaded: invisible characters gone, full-width codes folded; None where empty.

    Raises: CellInvalidError.
    """
    name = declared.rstrip("!")
    value = text if name == "key" else _visible(clean(text))
    if name not in ("text", "key"):
        value = unicodedata.normalize("NFKC", value)
    value = value.strip()
    if value in _MISSING:
        if declared.endswith("!"):
            raise CellInvalidError("empty, it may not be")
        return None
    kind = KINDS[name]
    if "\0" in value or not kind.holds(value):
        raise CellInvalidError(f"not {kind.expected}")
    return value


def _visible(text: str) -> str:
    """Return a text without control and other invisible characters; a line break becomes a space."""
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    return "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C")

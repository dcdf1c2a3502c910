"""Values on their way in, by the kind of their column, and on their way out to programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from fundwatch.months import PATTERN
from portal.lists.columns import Column, Kind

_MONTH, _DIVISION = re.compile(PATTERN), re.compile("[0-9]{6}")
_INTEGER = re.compile("-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,10})?")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST_TEXT = 2000

# What is wrong with a value, in the words of the catalogue of translations.
NOT_A_MONTH = "不是 YYYY-MM 形式的月份"
NOT_A_DIVISION = "不是六位行政区划代码"
NOT_A_NUMBER = "不是数字"
NOT_A_DAY = "不是 YYYY-MM-DD 形式的日期"
NOT_A_TRUTH = "只能是 true 或 false"
NOT_A_TEXT = "不是文本，或过长，或含有控制字符"


class ValueWrong(ValueError):
    """A value is not of its column's kind; ``what`` says so in Chinese, the key of its translation."""

    def __init__(self, what: str) -> None:
        """Keep what is wrong."""
        self.what = what
        super().__init__(what)


def checked(column: Column, text: str) -> str:
    """Return a value of a filter as it is compared.

    Raises: ValueWrong.
    """
    check, what = _CHECKS[column.kind]
    if not check(text):
        raise ValueWrong(what)
    return text


def is_plain(text: str, *, longest: int = LONGEST_TEXT) -> bool:
    """Return whether a text has no control character and no half of a character, and is not too long."""
    return len(text) <= longest and not _CONTROL.search(text)


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and date.fromisoformat(text) is not None
    except ValueError:
        return False


_CHECKS: dict[Kind, tuple[Callable[[str], object], str]] = {
    "text": (is_plain, NOT_A_TEXT),
    "code": (is_plain, NOT_A_TEXT),
    "month": (_MONTH.fullmatch, NOT_A_MONTH),
    "division": (_DIVISION.fullmatch, NOT_A_DIVISION),
    "integer": (_INTEGER.fullmatch, NOT_A_NUMBER),
    "decimal": (_DECIMAL.fullmatch, NOT_A_NUMBER),
    "day": (_is_day, NOT_A_DAY),
    "boolean": (lambda text: text in ("true", "false"), NOT_A_TRUTH),
}


def for_programs(value: object) -> object:
    """Return a value as JSON: decimals as digits, days as YYYY-MM-DD, instants in UTC with a Z."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [for_programs(part) for part in value]
    if isinstance(value, dict):
        return {name: for_programs(part) for name, part in value.items()}
    return value

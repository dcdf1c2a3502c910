"""Values of any database driver as landed text, in the form of PostgreSQL's COPY."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

NULL = "\\N"
# What separates the texts of columns that are read joined, and what replaces a missing one.
SEPARATOR, NOTHING = "\x1f", "\x1e"
_SPECIAL = re.compile("[\x00\x08-\x0d\\\\]")
# NUL, which PostgreSQL cannot hold, is shown as U+2400.
_ESCAPES = str.maketrans(
    {"\x00": "\N{SYMBOL FOR NULL}", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f",
     "\r": "\\r", "\\": "\\\\"}
)  # fmt: skip
_UNESCAPES = {"b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "\\": "\\"}
_ESCAPED = re.compile(r"\\(.)")
_NUMBERS = {float, int, type(None)}
_CACHED = 100_000

# A value is whatever type a driver returns.
Renderer = Callable[[Any], str | None]


def columns_renderer(zone: ZoneInfo) -> Callable[[Sequence[Any]], Sequence[str]]:
    """Return the function that writes the values of one column as fields of COPY text.

    What most columns hold is found once per column, not per value: text, nulls, small numbers.
    """
    render = renderer(zone)
    numbers = _Numbers(render)

    def field(value: Any) -> str:
        text = render(value)
        return NULL if text is None else escaped(text)

    def column(values: Sequence[Any]) -> Sequence[str]:
        try:
            return values if not _SPECIAL.search("".join(values)) else list(map(escaped, values))
        except TypeError:
            kinds = set(map(type, values))
        if kinds == {int}:
            return list(map(str, values))
        if kinds <= _NUMBERS:
            return list(map(numbers.__getitem__, values))
        if kinds == {str, type(None)} and not _SPECIAL.search("".join(filter(None, values))):
            return [NULL if value is None else value for value in values]
        return list(map(field, values))

    return column


def singles(values: Sequence[float | None]) -> Sequence[str]:
    """Return numbers of single precision as fields of COPY text: the shortest that still is the same number.

    A driver returns them in double precision: 829.9199829101562 for 829.92.
    """
    return [NULL if value is None else _float(float(str(np.float32(value)))) for value in values]


class _Numbers(dict[float | None, str]):
    """Cache of the fields of numbers: the same wage is read every month."""

    def __init__(self, render: Renderer) -> None:
        super().__init__()
        self._render = render

    def __missing__(self, value: float | None) -> str:
        if len(self) >= _CACHED:
            self.clear()
        field = (None if value is None else self._render(value)) or NULL
        self[value] = field
        return field


def renderer(zone: ZoneInfo) -> Renderer:
    """Return the function that writes a value as text, the same whichever driver read it.

    Numbers that are whole are written without a fraction (a vendor's numeric flag 1.0 is ``1``), others as
    plain decimals, never with an exponent; dates as ``YYYY-MM-DD``, instants in the time of ``zone`` and
    at midnight as the date alone; booleans as 1 or 0; None stays None.
    """
    by_class: dict[type, Renderer] = {
        str: _same,
        type(None): _same,
        int: str,
        bool: lambda value: "1" if value else "0",
        float: _float,
        Decimal: _decimal,
        datetime: lambda value: _instant(value, zone),
        date: date.isoformat,
        time: time.isoformat,
        bytes: _bytes,
        memoryview: lambda value: _bytes(bytes(value)),
    }

    def render(value: Any) -> str | None:
        return by_class.get(value.__class__, str)(value)

    return render


def escaped(text: str) -> str:
    """Return ``text`` as a field of COPY text, NUL shown as U+2400."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def ungrouped(values: Sequence[str]) -> Sequence[str]:
    """Return texts that were read joined as they are written one by one."""
    if not _SPECIAL.search("".join(values)):
        together = "\n".join(values)
        return together.replace(SEPARATOR, "\t").replace(NOTHING, NULL).split("\n")
    return [
        "\t".join(NULL if text == NOTHING else escaped(text) for text in value.split(SEPARATOR))
        for value in values
    ]


def unescaped(field: str) -> str | None:
    """Return the text of a field of COPY text; None for a null."""
    if "\\" not in field:
        return field
    return None if field == NULL else _ESCAPED.sub(lambda escape: _UNESCAPES[escape[1]], field)


def _same(value: str | None) -> str | None:
    return value


def _float(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def _decimal(value: Decimal) -> str:
    if value.is_finite() and value == value.to_integral_value():
        return str(int(value))
    return format(value, "f")


def _instant(value: datetime, zone: ZoneInfo) -> str:
    local = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    if local.time() == time.min:
        return local.date().isoformat()
    return local.isoformat(sep=" ")


def _bytes(value: bytes) -> str:
    """Return text stored as bytes; what is not UTF-8 is shown as its hexadecimal digits."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "\\x" + value.hex()

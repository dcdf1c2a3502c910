"""Values of any database driver, as the text that landing keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

NUL, NUL_PICTURE = "\x00", "\N{SYMBOL FOR NULL}"
Renderer = Callable[[object], str | None]
Texts = tuple[str | None, ...]
_ALREADY_TEXT = {str, type(None)}


def columns_renderer(zone: ZoneInfo) -> Callable[[Sequence[Sequence[object]]], Iterator[Texts]]:
    """Return the function that writes a batch of rows as text, column by column where that is faster."""
    render = renderer(zone)

    def column(values: Sequence[object]) -> Iterable[str | None]:
        present = set(map(type, values))
        return values if present <= _ALREADY_TEXT else map(render, values)

    def batch(rows: Sequence[Sequence[object]]) -> Iterator[Texts]:
        return zip(*map(column, zip(*rows, strict=True)), strict=True)

    return batch


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

    def render(value: object) -> str | None:
        return by_class.get(value.__class__, str)(value)

    return render


def printable(text: str) -> str:
    """Return ``text`` with NUL, which PostgreSQL cannot hold, shown as U+2400."""
    return text.replace(NUL, NUL_PICTURE)


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

"""Values of any database driver, as the text that landing keeps."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

NUL, NUL_PICTURE = "\x00", "\N{SYMBOL FOR NULL}"


def render(value: object, *, zone: ZoneInfo) -> str | None:
    """Return ``value`` as text that is the same whichever driver read it; None stays None.

    Numbers that are whole are written without a fraction (a vendor's numeric flag 1.0 is ``1``), others as
    plain decimals, never with an exponent; dates as ``YYYY-MM-DD``, instants in the time of ``zone`` and
    at midnight as the date alone; booleans as 1 or 0. NUL, which PostgreSQL cannot hold, becomes U+2400.
    """
    if value is None or isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "1" if value else "0"
    elif isinstance(value, int | float | Decimal):
        text = _number(value)
    elif isinstance(value, datetime):
        text = _instant(value, zone)
    elif isinstance(value, date | time):
        text = value.isoformat()
    elif isinstance(value, bytes | bytearray | memoryview):
        text = _bytes(bytes(value))
    else:
        text = str(value)
    return text if text is None or NUL not in text else text.replace(NUL, NUL_PICTURE)


def _number(value: float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if exact.is_finite() and exact == exact.to_integral_value():
        return str(int(exact))
    return format(exact, "f")


def _instant(value: datetime, zone: ZoneInfo) -> str:
    local = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    if local == datetime.combine(local.date(), time.min):
        return local.date().isoformat()
    return local.isoformat(sep=" ")


def _bytes(value: bytes) -> str:
    """Return text stored as bytes; what is not UTF-8 is shown as its hexadecimal digits."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "\\x" + value.hex()

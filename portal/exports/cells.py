"""Values as spreadsheets may hold them: numbers stay numbers, no text is computed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

# What a spreadsheet would compute or run, with the full-width forms it takes for the same.
_COMPUTED = re.compile("[=+\\-@＝＋－＠﹦﹢﹣﹫\t\r\n\0]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe_text(text: str) -> str:
    """Return a text with an apostrophe in front when a spreadsheet would compute it."""
    return f"'{text}" if _COMPUTED.match(text) else text


def written(value: object) -> str:
    """Return a value as CSV writes it: decimals and days as they are, null as nothing, text made safe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal | date):
        return _plain(value)
    parts = value if isinstance(value, list | tuple) else (value,)
    return safe_text("|".join(str(part) for part in parts))


def _plain(value: int | Decimal | date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def printable(text: str) -> str:
    """Return a text without what XML cannot hold, each such character as U+FFFD."""
    return _UNPRINTABLE.sub("�", text)

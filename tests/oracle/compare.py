"""Setting what the oracle expects against what an export says, both ways."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal

SHOWN = 8
MISSING = "nothing"


def differences(expected: Mapping, exported: Mapping) -> str:
    """Name the keys that differ, are missing or are extra: the count, then the first few."""
    keys = sorted(
        (
            key
            for key in expected.keys() | exported.keys()
            if expected.get(key, MISSING) != exported.get(key, MISSING)
        ),
        key=lambda key: [str(part) for part in key],
    )
    lines = [f"{len(keys)} of {len(expected.keys() | exported.keys())} differ"] if keys else []
    lines += [
        f"{_named(key)}: expected {expected.get(key, MISSING)}, exported {exported.get(key, MISSING)}"
        for key in keys[:SHOWN]
    ]
    return "\n".join(lines)


def _named(key: Hashable) -> str:
    """Show a key without the number of a citizen or of a payer nobody has."""
    parts = [str(part) for part in key] if isinstance(key, tuple) else [str(key)]
    return " ".join(f"{part[:6]}…" if _is_number(part) else part for part in parts)


def _is_number(part: str) -> bool:
    return len(part) in (15, 18) and part.isascii() and part.isalnum()


def by_key(rows: list[dict[str, str]], columns: tuple[str, ...]) -> dict[tuple, dict[str, str]]:
    """Index exported rows by their key; a key exported twice is a failure of its own."""
    indexed = {tuple(row[column] for column in columns): row for row in rows}
    assert len(indexed) == len(rows), f"{len(rows) - len(indexed)} rows repeat a key of {columns}"
    return indexed


def number(cell: str) -> Decimal | None:
    """Read an exported cell; null is empty."""
    return Decimal(cell) if cell != "" else None


def year_month(cell: str) -> str:
    """Read an exported month, with or without hyphen."""
    digits = cell.replace("-", "")
    return f"{digits[:4]}-{digits[4:]}"

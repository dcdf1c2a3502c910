"""What a publication stores for its readers is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString


@dataclass(frozen=True)
class ReaderPart:
    """One part: its table, its columns but for the number, its query, and the relations that must exist."""

    table: str
    columns: str
    query: LiteralString
    needs: tuple[str, ...] = ()

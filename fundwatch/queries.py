"""What queries share: the row that is always there, and the keys of advisory locks."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from psycopg import Cursor

Row = TypeVar("Row")


def one_row(cursor: Cursor[Row]) -> Row:
    """Return the row of a query that always has one: an aggregate, a primary key, an insert that returns.

    Raises: LookupError when there is none.
    """
    row = cursor.fetchone()
    if row is None:
        raise LookupError("a query that always has a row returned none")
    return row


def lock_key(purpose: str) -> int:
    """Return the 63-bit key of the advisory lock of ``purpose``; locks are per database."""
    return int.from_bytes(hashlib.sha256(f"fundwatch {purpose}".encode()).digest()[:8]) >> 1

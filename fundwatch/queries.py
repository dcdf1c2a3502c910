"""Reading rows of queries."""

from __future__ import annotations

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

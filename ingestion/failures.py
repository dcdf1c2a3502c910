"""Failures of the warehouse, without the database's own message, which may quote rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from fundwatch.errors import DiskFull, WarehouseUnavailable


@contextmanager
def without_row_values(what: str) -> Iterator[None]:
    """Turn an error of the database into one that names only its kind and what was being landed."""
    try:
        yield
    except psycopg.errors.DiskFull:
        raise DiskFull(
            f"the disk of the warehouse is full, {what} could not be landed",
            state="What was being landed is not in, everything before it is",
            next_step="Free space on the database's disk, then run the same command again",
        ) from None
    except psycopg.Error as error:
        raise WarehouseUnavailable(
            f"the warehouse failed while {what} was landed ({type(error).__name__})",
            state="What was being landed is not in, everything before it is",
            next_step="Check the server's log and its free disk space, then run the same command again",
        ) from None

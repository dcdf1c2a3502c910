"""Failures of the source, without its own message, which may quote rows: which table, why, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from fundwatch.errors import ProductionUnavailable

# SQLSTATEs of PostgreSQL, numbers of MariaDB and MySQL, numbers of Oracle.
_DENIED = frozenset({"42501", 1044, 1142, 1143, 1370, "ORA-00942", "ORA-01031"})
_LIMIT = frozenset({
    "57014", "25P03", "25P04", 1317, 1969, 3024, "ORA-01013", "ORA-02393", "ORA-02394", "ORA-02395",
})  # fmt: skip
_LOCKED = frozenset({"55P03", 1205, "ORA-00054"})
_GRANT = "Let the user of FUNDWATCH_PRODUCTION_URL read it, then run the same command again"
_RAISE_LIMIT = (
    "Have the limit raised for this user (PostgreSQL statement_timeout, MariaDB max_statement_time, Oracle"
    " profile), then run the same command again"
)
_LATER = "Wait until whoever locks it has ended, then run the same command again"
_AGAIN = "Run the same command again; if it fails again, ask the database's administrator"


@contextmanager
def no_row_values(connection: sa.Connection, *, table: str = "") -> Iterator[None]:
    """Turn a failure of the source into one that names the table, without its message: it may quote rows."""
    try:
        yield
    except (SQLAlchemyError, _driver_error(connection), UnicodeError) as error:
        raise _failed(error, table=table) from None


def failed_to_open(error: Exception, *, where: str) -> ProductionUnavailable:
    """Return the error of a source that cannot be opened."""
    if _codes(error) & _LIMIT:
        return ProductionUnavailable(
            f"a time limit of the production database at {where} ended its opening", next_step=_RAISE_LIMIT
        )
    if isinstance(error, AssertionError):
        return ProductionUnavailable(
            f"the production database at {where} is of a kind or version that its driver does not know",
            next_step="Install the SQLAlchemy dialect of its vendor, and name it in FUNDWATCH_PRODUCTION_URL",
        )
    return ProductionUnavailable(
        f"the production database at {where} cannot be opened ({_kind(error)})",
        next_step="Check FUNDWATCH_PRODUCTION_URL and that the database can be read from here",
    )


def _failed(error: Exception, *, table: str) -> ProductionUnavailable:
    codes, what = _codes(error), f"the table {table}" if table else "its list of tables"
    if codes & _DENIED:
        return ProductionUnavailable(
            f"the production database does not let us read {what} ({_kind(error)})", next_step=_GRANT
        )
    if codes & _LIMIT:
        return ProductionUnavailable(
            f"a time limit of the production database ended the reading of {what}", next_step=_RAISE_LIMIT
        )
    if codes & _LOCKED:
        return ProductionUnavailable(
            f"{what} of the production database is locked by somebody else", next_step=_LATER
        )
    return ProductionUnavailable(
        f"the production database failed while {what} was read ({_kind(error)})", next_step=_AGAIN
    )


def _kind(error: Exception) -> str:
    return type(getattr(error, "orig", None) or error).__name__


def _codes(error: Exception) -> set[object]:
    """Return what the driver calls the failure, whichever driver it is."""
    original = getattr(error, "orig", None) or error
    first = original.args[0] if original.args else None
    causes = (
        getattr(original, "sqlstate", None),
        getattr(original, "pgcode", None),
        getattr(first, "full_code", None),
        first,
    )
    return {code for code in causes if isinstance(code, (str, int))}


def _driver_error(connection: sa.Connection) -> type[Exception]:
    """Return the base class of the driver's own errors, which raw cursors raise."""
    module = connection.dialect.dbapi
    return SQLAlchemyError if module is None else cast("type[Exception]", module.Error)

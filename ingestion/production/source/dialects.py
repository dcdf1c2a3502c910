"""What differs between the source's engines: beginning a consistent read, and selecting older rows."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ingestion.production.source.encoding import NO_ENCODING

# The first level that an engine offers is used.
_CONSISTENT = ("REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE")
# Statements that begin a read-only snapshot, where an isolation level alone does not.
BEGIN = {
    "sqlite": "begin",
    "mysql": "start transaction with consistent snapshot, read only",
    "mariadb": "start transaction with consistent snapshot, read only",
    "oracle": "set transaction read only",
}
# What orders the rows of a repeated key as they are stored.
POSITIONS = {"sqlite": "rowid", "postgresql": "ctid", "oracle": "rowid"}
# Engines that compare (a, b) with the rows of a query by hashing or an index, not row by row.
COMPARES_KEYS = frozenset({"sqlite", "postgresql", "mysql", "mariadb", "oracle"})

# For this transaction only: a connection pooler may hand the session on.
_POSTGRESQL_TEXT = (
    "set local datestyle = 'ISO, YMD'",
    "set local intervalstyle = 'postgres'",
    "set local timezone = 'UTC'",
    "set local extra_float_digits = 3",
    "set local bytea_output = 'hex'",
    "set local lc_numeric = 'C'",
    "set local lc_time = 'C'",
)
# Servers often know no zones by name; their TIMESTAMP is read in this year's winter time.
_A_WINTER = 2024


def begin(connection: sa.Connection) -> None:
    """Begin the one transaction everything is read in, at the best isolation the source offers."""
    name = connection.dialect.name
    if name not in ("sqlite", "oracle"):
        driver = connection.connection.dbapi_connection
        offered = connection.dialect.get_isolation_level_values(driver) if driver else ()
        level = next((level for level in _CONSISTENT if level in offered), None)
        if level:
            connection.execution_options(isolation_level=level)
    if name == "postgresql":
        connection.execution_options(postgresql_readonly=True)
    if name in BEGIN:
        connection.exec_driver_sql(BEGIN[name])


def settle(connection: sa.Connection, zone: ZoneInfo) -> None:
    """Set what decides how values become text, whatever server, database or user have configured.

    Not ``lc_monetary``: it says how many decimals the stored ``money`` has.
    """
    if connection.dialect.name == "postgresql":
        for statement in _POSTGRESQL_TEXT:
            connection.exec_driver_sql(statement)
        if connection.exec_driver_sql("show server_encoding").scalar_one() != NO_ENCODING:
            connection.exec_driver_sql("set local client_encoding = 'UTF8'")
    if connection.dialect.name in ("mysql", "mariadb"):
        offset = datetime(_A_WINTER, 1, 1, tzinfo=zone).strftime("%z")
        connection.exec_driver_sql(f"set time_zone = '{offset[:3]}:{offset[3:]}'")


def is_older(
    column: sa.ColumnElement, kind: sa.types.TypeEngine, watermark: str, *, dialect: str, zone: ZoneInfo
) -> sa.ColumnElement[bool] | None:
    """Return the condition that a row was certainly handled before ``watermark``; None where there is none.

    ``watermark`` is landed text. A value in another date format is never certainly older, so that its row
    is read again: reading too much costs time, reading too little would lose a change.
    """
    if dialect == "sqlite":
        text = sa.cast(column, sa.Text)
        digits = "".join("[0-9]" if sign.isdigit() else sign for sign in watermark)
        return sa.and_(text < watermark, text.op("glob")(digits))
    if isinstance(kind, (sa.Date, sa.DateTime)):
        return column < _moment(watermark, kind, zone)
    if isinstance(kind, (sa.Integer, sa.Numeric)) and watermark.isdigit():
        return sa.and_(column < int(watermark), column >= 10 ** (len(watermark) - 1))
    if isinstance(kind, sa.String):
        digits = "".join("[0-9]" if sign.isdigit() else sign for sign in watermark)
        return sa.and_(column < watermark, column.regexp_match(f"^{digits}$"))
    return None


def _moment(watermark: str, kind: sa.types.TypeEngine, zone: ZoneInfo) -> date | datetime:
    moment = datetime.fromisoformat(watermark)
    if isinstance(kind, sa.Date):
        return moment.date()
    return moment.replace(tzinfo=zone) if getattr(kind, "timezone", False) else moment.replace(tzinfo=None)

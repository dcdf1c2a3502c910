"""Forget a month that was run by mistake: it is watched, listed and exported no more.

Its runs, rates, figures and cases are removed. What was landed stays, and its ledger rows with it: no other
month uses them, and running the month again does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql

from fundwatch import audit
from fundwatch.actors import name_of_signer
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import NotFound, SignOffRefused
from fundwatch.months import parse_month
from fundwatch.settings import Settings
from pipeline.inputs import LASTING

_SIGNED = """
    select string_agg(number::text, ', ' order by number) from ops.publications
    where month = %s and state <> 'draft'
"""
_LATER = "select min(month) from ops.runs where month > %s and step = 'build' and outcome = 'done'"
_FILES = """
    select count(*) from ops.files
    where month = %s and feed <> 'production' and state in ('loaded', 'superseded')
"""
# The tables of the products that hold several months; a ledger's rows carry no month of a run.
_TABLES = """
    select table_schema, table_name from information_schema.columns
    where column_name = 'month' and concat(table_schema, '.', table_name) = any(%s)
    order by table_schema, table_name
"""


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten: runs and rows of results; drafts stay, and can no longer be signed."""

    month: str
    runs: int
    rows: int
    drafts: int

    def counts(self) -> dict[str, int | str]:
        """Return the figures to print."""
        return asdict(self)


def forget(settings: Settings, *, month: str, name: str, reason: str) -> Forgotten:
    """Forget a month, as ``name``; the audit log keeps who did and why.

    Again:  a month that was forgotten, or never run, is not found. Running it lifts the forgetting.
    Raises: MonthInvalid, NotFound, SignOffRefused (signed, or others rest on it), WarehouseBusy.
    """
    parse_month(month)
    actor = name_of_signer(name, act="forgetting a month")
    warehouse = open_warehouse(settings)
    with warehouse.exclusive("forgetting a month"), warehouse.connect() as connection:
        _refuse(connection, month)
        runs = connection.execute("delete from ops.runs where month = %s", (month,)).rowcount
        if not runs:
            raise NotFound(f"{month} was never run", next_step="See fundwatch months")
        rows = _clear(connection, month)
        # The latest month run says which files are of a later one.
        connection.execute("update ops.files set run_month = month where run_month = %s", (month,))
        drafts = connection.execute(
            "select from ops.publications where month = %s and state = 'draft'", (month,)
        ).rowcount
        connection.execute(
            "insert into ops.forgotten_months (month, actor, reason) values (%s, %s, %s)"
            " on conflict (month) do update set actor = excluded.actor, reason = excluded.reason,"
            " forgotten_at = now()",
            (month, actor, reason),
        )
        connection.execute(
            "update ops.alerts set resolved_at = now() where month = %s and resolved_at is null", (month,)
        )
        forgotten = Forgotten(month, runs, rows, drafts)
        audit.append(
            connection, stream=audit.MONTHS, actor=actor, action="month forgotten", about=f"month {month}",
            details={"reason": reason, **forgotten.counts()},
        )  # fmt: skip
    return forgotten


def _refuse(connection: psycopg.Connection, month: str) -> None:
    for query, what in (
        (_SIGNED, "its publication {} was signed"),
        (_LATER, "{}, a later month, was built upon it"),
        (_FILES, "{} files were delivered for it"),
    ):
        row = connection.execute(query, (month,)).fetchone()
        if row and row[0]:
            raise SignOffRefused(
                f"{month} cannot be forgotten: {what.format(row[0])}",
                next_step="Leave it; only a month run by mistake is forgotten",
            )


def _clear(connection: psycopg.Connection, month: str) -> int:
    names = [name for product, tables in LASTING.items() if product != "publication" for name in tables]
    rows = 0
    for schema, table in connection.execute(_TABLES, (names,)).fetchall():
        statement = sql.SQL("delete from {} where month = %s").format(sql.Identifier(schema, table))
        rows += connection.execute(statement, (month,)).rowcount
    return rows

"""Keep the business ledgers of earlier months current, whoever ran those months, before a month is built.

What a record said in the batch before, and from which batch on, is read from the ledgers: a name that became
another, a contribution that was corrected, a review's month before. It must follow from what was landed, not
from which months somebody ran.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from fundwatch.months import last_day
from fundwatch.queries import one_row
from pipeline.inputs import read_ledger_inputs, read_tables
from pipeline.task import Context

if TYPE_CHECKING:
    import psycopg

STEP = "business_ledger"  # the layer it builds
_LAYERS = ("staging_site", "staging_production", STEP)
_LANDED = """
    select distinct month from ops.extracts
    where month < %s and month not in (select month from ops.forgotten_months)
    order by month
"""
# Building a month builds its business ledgers, too.
_LAST_STATE = """
    select state from ops.runs
    where month = %s and step in ('build', 'business_ledger') and outcome = 'done' and state is not null
    order by run_id desc
    limit 1
"""
_RECORD = """
    insert into ops.runs (step, month, as_of, site_version, started_at, ended_at, outcome, detail, state)
    values (%s, %s, %s, %s, %s, now(), 'done', %s, %s)
"""


def build_earlier_ledgers(context: Context) -> tuple[str, ...]:
    """Build the business ledgers of landed months before the context's, where they are not current.

    Shape:  the months built, in order; their statistics and forms are left to their own builds.
    Again:  nothing is built while nothing was landed for them since, and their tables are there.
    Raises: InvariantBroken, as building the month would.
    """
    with context.warehouse.connect(autocommit=True) as connection:
        landed = [month for (month,) in connection.execute(_LANDED, (context.month,))]
        return tuple(month for month in landed if _refresh(connection, context, month))


def build_ledgers_alone(context: Context) -> None:
    """Build the business ledgers of a month alone, and record that they are current."""
    with context.warehouse.connect(autocommit=True) as connection:
        _build(connection, context)


def _refresh(connection: psycopg.Connection, context: Context, month: str) -> bool:
    """Build the business ledgers of a month unless they are current; whether they were built."""
    inputs, tables = read_ledger_inputs(connection, month), _tables(connection)
    row = connection.execute(_LAST_STATE, (month,)).fetchone()
    recorded: Mapping[str, Mapping[str, str]] = row[0] if row else {}
    built_from, built = recorded.get("inputs", {}), recorded.get("tables", {})
    if tables and inputs.items() <= built_from.items() and tables.items() <= built.items():
        return False
    _build(connection, dataclasses.replace(context, month=month, as_of=last_day(month)))
    return True


def _build(connection: psycopg.Connection, context: Context) -> None:
    inputs = read_ledger_inputs(connection, context.month)
    (began,) = one_row(connection.execute("select now()"))
    counts = context.build(_LAYERS).counts()
    state = {"inputs": inputs, "tables": _tables(connection)}
    _record(connection, context, began, counts, state)


def _record(
    connection: psycopg.Connection,
    context: Context,
    began: datetime,
    counts: Mapping[str, int],
    state: Mapping[str, Mapping[str, str]],
) -> None:
    connection.execute(
        _RECORD,
        (
            STEP, context.month, context.as_of, context.site_version, began,
            json.dumps(counts), json.dumps(state),
        ),
    )  # fmt: skip


def _tables(connection: psycopg.Connection) -> dict[str, str]:
    tables = read_tables(connection, "ledgers")
    return {name: table for name, table in tables.items() if name.startswith(f"{STEP}.")}

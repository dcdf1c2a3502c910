"""The state of the cached relations: what they were built from, and which landed rows changed since.

A measurement caches the prepared relations (``expectations.prepared.refresh``). The next one asks here
whether they can be refreshed incrementally: from the month and extracts of their state to the current ones,
by the landed rows that were added or removed in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from expectations.prepared.tallies import Tally
from expectations.sql import quoted
from fundwatch.catalogue import TABLES


@dataclass(frozen=True)
class MeasurementState:
    """A month, its extracts (table -> ``month/sequence``), and a hash of every other input.

    ``is_validated``: Great Expectations counted the same. ``tallies``: the counts of the relations, by table.
    """

    month: str
    extracts: Mapping[str, Sequence[str]]
    fingerprint: str
    is_validated: bool = False
    tallies: Mapping[str, Tally] = field(default_factory=dict)


def current_state(connection: psycopg.Connection, *, month: str, other_inputs: object) -> MeasurementState:
    """Return the state of a build made now; ``other_inputs`` is every input but the landed rows."""
    rows = connection.execute(
        "select table_name, array_agg(month || '/' || sequence order by month, sequence) from ops.extracts"
        " group by table_name"
    )
    extracts = {table: sequences for table, sequences in rows if table in TABLES}
    fingerprint = hashlib.sha256(repr(other_inputs).encode()).hexdigest()
    return MeasurementState(month, extracts, fingerprint)


def stored_state(connection: psycopg.Connection) -> MeasurementState | None:
    """Return the state of the cached relations; None after a crash, or when nothing is cached."""
    row = connection.execute(
        "select month, extracts, fingerprint, is_judged, tallies from quality.standing"
    ).fetchone()
    return MeasurementState(*row) if row else None


def store_state(connection: psycopg.Connection, state: MeasurementState) -> None:
    """Replace the state of the cached relations; the caller commits."""
    reset_state(connection)
    connection.execute(
        "insert into quality.standing (month, extracts, fingerprint, is_judged, tallies)"
        " values (%s, %s, %s, %s, %s)",
        (
            state.month, json.dumps(dict(state.extracts)), state.fingerprint, state.is_validated,
            json.dumps(dict(state.tallies)),
        ),
    )  # fmt: skip


def mark_validated(connection: psycopg.Connection) -> None:
    """Record that Great Expectations agreed with the cached counts; the caller commits."""
    connection.execute("update quality.standing set is_judged = true")


def reset_state(connection: psycopg.Connection) -> None:
    """Force a full build by the next measurement; the caller commits."""
    connection.execute("delete from quality.standing")


def changed_rows(
    connection: psycopg.Connection, table: str, *, before: MeasurementState, now: MeasurementState
) -> str | None:
    """Return the SQL condition that a landed row was added or removed between two states.

    None when none can have been. An extract changes its own month and those up to the next batch: rows it
    added carry its id, those it removed end at its month or begin at the next. Between two months the rows
    that begin or end differ.
    """
    conditions = []
    if before.month != now.month:
        first, last = sorted((before.month, now.month))
        conditions += [
            f"({edge} > {quoted(first)} and {edge} <= {quoted(last)})"
            for edge in ("_valid_from", "_valid_to")
        ]
    old = set(before.extracts.get(table, ()))
    new = [
        extract
        for extract in now.extracts.get(table, ())
        if extract not in old and extract.partition("/")[0] <= before.month
    ]
    if new:
        conditions += _of_extracts(connection, table, new)
    return " or ".join(conditions) or None


def _of_extracts(connection: psycopg.Connection, table: str, extracts: Sequence[str]) -> list[str]:
    rows = connection.execute(
        """
        select file_id, month, coalesce((
            select min(later.month) from ops.extracts as later where later.month > extracts.month
        ), '') as following
        from ops.extracts as extracts
        where table_name = %s and month || '/' || sequence = any(%s)
        """,
        (table, list(extracts)),
    ).fetchall()
    return [
        f"{column} in ({', '.join(map(quoted, sorted(set(values))))})"
        for column, values in zip(
            ("_file_id", "_valid_to", "_valid_from"), zip(*rows, strict=True), strict=True
        )
    ]

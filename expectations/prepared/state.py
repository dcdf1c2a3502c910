"""What the kept relations were made from, and which landed rows came or went since.

A measurement caches the prepared relations (``expectations.prepared.refresh``). The next one asks here
whether they can be refreshed incrementally: from the month and the extracts of then to those of now, by the
rows that were opened or closed in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from expectations.sql import quoted
from fundwatch.catalogue import TABLES

Tallies = dict[str, dict[str, dict[str, int]]]


@dataclass(frozen=True)
class Standing:
    """A month, the extracts there were (table -> ``month/sequence``), and a hash of all else that decides.

    ``is_judged`` says that Great Expectations counted the same; ``tallies`` are what was counted by then.
    """

    month: str
    extracts: Mapping[str, Sequence[str]]
    fingerprint: str
    is_judged: bool = False
    tallies: Tallies = field(default_factory=dict)


def standing_now(connection: psycopg.Connection, *, month: str, decides: object) -> Standing:
    """Return what would be prepared from now; ``decides`` is everything but rows that has a say."""
    rows = connection.execute(
        "select table_name, array_agg(month || '/' || sequence order by month, sequence) from ops.extracts"
        " group by table_name"
    )
    fingerprint = hashlib.sha256(repr(decides).encode()).hexdigest()
    return Standing(month, {table: extracts for table, extracts in rows if table in TABLES}, fingerprint)


def kept_standing(connection: psycopg.Connection) -> Standing | None:
    """Return what the kept relations were made from; None after a crash, or when there are none."""
    found = connection.execute(
        "select month, extracts, fingerprint, is_judged, tallies from quality.standing"
    ).fetchone()
    return Standing(*found) if found else None


def keep_standing(connection: psycopg.Connection, standing: Standing) -> None:
    """Remember what the kept relations are made from; the caller commits."""
    forget(connection)
    connection.execute(
        "insert into quality.standing (month, extracts, fingerprint, is_judged, tallies)"
        " values (%s, %s, %s, %s, %s)",
        (
            standing.month, json.dumps(dict(standing.extracts)), standing.fingerprint, standing.is_judged,
            json.dumps(standing.tallies),
        ),
    )  # fmt: skip


def mark_judged(connection: psycopg.Connection) -> None:
    """Note that the judge agreed with what is kept; the caller commits."""
    connection.execute("update quality.standing set is_judged = true")


def forget(connection: psycopg.Connection) -> None:
    """Let the next measurement prepare everything anew; the caller commits."""
    connection.execute("delete from quality.standing")


def changed_rows(
    connection: psycopg.Connection, table: str, *, before: Standing, now: Standing
) -> str | None:
    """Return the SQL condition that a landed row was opened or closed between two standings.

    None when none can have been. An extract changes its own month and those up to the next batch: rows it
    opened carry its id, those it took out end at its month or begin at the next. Between two months the rows
    that begin or end differ.
    """
    conditions = []
    if before.month != now.month:
        first, last = sorted((before.month, now.month))
        conditions += [
            f"({edge} > {quoted(first)} and {edge} <= {quoted(last)})"
            for edge in ("_valid_from", "_valid_to")
        ]
    known = set(before.extracts.get(table, ()))
    fresh = [
        extract
        for extract in now.extracts.get(table, ())
        if extract not in known and extract.partition("/")[0] <= before.month
    ]
    if fresh:
        conditions += _of_extracts(connection, table, fresh)
    return " or ".join(conditions) or None


def _of_extracts(connection: psycopg.Connection, table: str, extracts: Sequence[str]) -> list[str]:
    files, months, following = connection.execute(
        """
        select array_agg(file_id), array_agg(distinct month), array_agg(distinct following)
        from (
            select file_id, month, coalesce((
                select min(later.month) from ops.extracts as later where later.month > extracts.month
            ), '') as following
            from ops.extracts as extracts
            where table_name = %s and month || '/' || sequence = any(%s)
        ) as fresh
        """,
        (table, list(extracts)),
    ).fetchone()
    return [
        f"{column} in ({', '.join(map(quoted, values))})"
        for column, values in (("_file_id", files), ("_valid_to", months), ("_valid_from", following))
    ]

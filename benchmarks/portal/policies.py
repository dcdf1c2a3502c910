"""What judging costs: statements through the policies beside the same on the tables with a plain where."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import LiteralString

import psycopg

from benchmarks.findings import Finding
from benchmarks.landing import CITY
from benchmarks.portal.city import COUNTY, NUMBER
from benchmarks.portal.warehouse import City

_TIMES = 31
_MOST = 1.3
# What is read, of the alias ``x`` with the columns of the table; the same text for both legs.
_STATEMENTS: Mapping[str, tuple[LiteralString, LiteralString, str]] = {
    "first page of a list": (
        "issues",
        "select x.issue_id, x.rule_id, x.state from {} where {} order by x.place, x.issue_id limit 101",
        "supervisor",
    ),
    "count of a list": ("issues", "select count(*) from {} where {}", "supervisor"),
    "issues by division and state": (
        "issues",
        "select x.division, x.state, count(*), min(x.due_on) from {} where {} group by 1, 2 order by 1, 2",
        "supervisor",
    ),
    "figures of a form": (
        "figures",
        "select x.cell, x.value from {} where {} and x.form = 'R1' order by length(x.cell), x.cell",
        "statistician",
    ),
    "points by rule": (
        "cases", "select x.rule_id, count(*), sum(x.amount) from {} where {} group by 1 order by 1",
        "auditor",
    ),
    "rates of a county": (
        "scorecard",
        "select x.metric, x.rate, x.grade from {} where {} and x.division = '230611' order by 1, 2, 3",
        "supervisor",
    ),
}  # fmt: skip
_TABLES = {
    "issues": "publication_issues", "figures": "publication_cells", "cases": "publication_cases",
    "scorecard": "publication_scorecard",
}  # fmt: skip


def findings(city: City) -> list[Finding]:
    """Return the quotient of each statement, and of all of them, for a user of the city and of a county."""
    by_statement: list[Finding] = []
    every_ours = every_plain = 0.0
    for division in (CITY, COUNTY):
        for name, (relation, text, role) in _STATEMENTS.items():
            ours, plain = _timed(city, relation, text, role=role, division=division)
            every_ours, every_plain = every_ours + ours, every_plain + plain
            what = f"{name}, {'city' if division == CITY else 'county'}: policies / plain where, ms"
            by_statement.append(Finding(what, f"{ours * 1000:.2f} / {plain * 1000:.2f} ({ours / plain:.2f})"))
    return [
        Finding.ratio("all of these statements: policies / plain where", every_ours, every_plain, most=_MOST),
        *by_statement,
    ]


def _timed(city: City, relation: str, text: str, *, role: str, division: str) -> tuple[float, float]:
    """Return the medians of both legs, in turn on open transactions.

    Raises: RuntimeError when they return other rows.
    """
    secret = city.reader(role, division).secret
    # As the portal asks for a user who sees one division alone: see portal.lists.reading.only_division.
    own = "" if division == CITY else f" and x.division = '{division}'"
    ours = text.format(f"published.{relation} as x", f"x.publication = {NUMBER}{own}")
    plain = text.format(
        f"ops.{_TABLES[relation]} as x"
        " inner join ops.publications as p on p.number = x.number and p.is_current",
        f"x.number = {NUMBER} and x.division = any('{{{','.join(_below(city, division))}}}')",
    )
    with psycopg.connect(city.urls.reading, autocommit=True) as portal, city.owner() as owner:

        def read_ours() -> tuple[float, list[tuple]]:
            with portal.transaction():
                portal.execute("set transaction isolation level repeatable read, read only")
                portal.execute("select set_config('fundwatch.session', %s, true)", (secret,))
                return _read(portal, ours)

        def read_plain() -> tuple[float, list[tuple]]:
            with owner.transaction():
                owner.execute("set transaction isolation level repeatable read, read only")
                return _read(owner, plain)

        legs: tuple[Callable[[], tuple[float, list[tuple]]], ...] = (read_ours, read_plain)
        rows = [leg()[1] for leg in legs]
        if not rows[0] or rows[0] != rows[1]:
            raise RuntimeError(f"{ours} returns other rows than {plain}")
        seconds: tuple[list[float], list[float]] = ([], [])
        for turn in range(_TIMES):
            for leg in (0, 1) if turn % 2 == 0 else (1, 0):
                seconds[leg].append(legs[leg]()[0])
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _read(connection: psycopg.Connection, statement: str) -> tuple[float, list[tuple]]:
    started = time.monotonic()
    rows = connection.execute(statement.encode()).fetchall()
    return time.monotonic() - started, rows


def _below(city: City, division: str) -> list[str]:
    """Return the divisions a grant on one covers."""
    with city.owner() as connection:
        rows = connection.execute(
            "select division from site.divisions where division = %(of)s or parent = %(of)s order by 1",
            {"of": division},
        ).fetchall()
    return [division for (division,) in rows]

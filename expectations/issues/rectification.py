"""Error lists (docs/rectification.md): a month's failing rows, as issues that keep their identity.

The list of a month is derived from the failures measured in it, from the list before it and from waivers.
A month measured again, or out of order, has the lists of the months after it derived anew, so that every
list rests on what was measured up to its month, whatever came first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg

from expectations.issues.queries import CORRECTED_IN_TIME, DROP, RESTATE, failing_now, listed_now, replace
from expectations.rates.business import Rate
from expectations.site import Site
from fundwatch.calendar import event_day
from fundwatch.catalogue import TABLES
from fundwatch.months import last_day

METRIC = "error_correction_rate"
OUT, DUE = "error_list_out", "error_list_due"


@dataclass(frozen=True)
class ErrorList:
    """How many issues a month's list holds; ``issued`` are those that are new in it, or have come back."""

    issued: int
    open: int
    overdue: int
    waived: int
    corrected: int

    def counts(self) -> dict[str, int]:
        """Return the figures that go into the record of the run."""
        return {f"issues_{name}": count for name, count in vars(self).items()}


def rectify(
    connection: psycopg.Connection, *, month: str, as_of: date, site_version: str, touched: int | None = None
) -> ErrorList:
    """Derive the error list of a month, and those of later months that rest on it; the caller commits.

    ``touched``: how many issues may stand otherwise than when the month's list was derived last; the
    temporary table ``touched_issues`` of this transaction lists them. None when any may.

    Source: quality.failures and quality.rule_results, of this and of earlier months; quality.waivers;
            site.calendar of the version.
    Shape:  quality.error_lists (month), quality.rectification (month x issue): what fails in the month, and
            what failed when its rule was last judged before and does not fail any more.
    Again:  the same rows; only those that differ are written.
    """
    listed = _day_of_list(connection, month)
    connection.execute(
        "insert into quality.error_lists (month, as_of) values (%s, %s)"
        " on conflict (month) do update set as_of = excluded.as_of",
        (month, as_of),
    )
    missing = connection.execute(
        "select distinct month from quality.rule_results where month < %s"
        " and month not in (select month from quality.error_lists)",
        (month,),
    ).fetchall()
    first = min([month, *(earlier for (earlier,) in missing)])
    for (earlier,) in missing:
        connection.execute(
            "insert into quality.error_lists (month, as_of) values (%s, %s)", (earlier, last_day(earlier))
        )
    for at in (month, *(earlier for (earlier,) in missing)):
        _set_days(connection, at, site_version)
    if missing or listed != _day_of_list(connection, month):
        touched = None
    if touched == 0:
        return _counted(connection, month)
    later = connection.execute(
        "select month, as_of, due_on from quality.error_lists where month >= %s order by month", (first,)
    ).fetchall()
    for at, day, due_on in later:
        _derive(connection, month=at, as_of=day, due_on=due_on, is_touched=touched is not None)
    return _counted(connection, month)


def correction_rates(
    connection: psycopg.Connection, *, site: Site, month: str, as_of: date, judged: Iterable[str]
) -> list[Rate]:
    """Return errors corrected by their due day ÷ errors issued, for issues due not after the as-of day.

    Source: quality.rectification of the months up to ``month``.
    Shape:  a rate for every county and table in ``judged``, and for the city and every table; without a
            denominator where nothing was due. An error without a due day is in no rate.
    """
    rows = connection.execute(CORRECTED_IN_TIME, {"month": month, "as_of": as_of})
    found = {(division or site.city, table): counts for division, table, *counts in rows}
    judged = frozenset(judged)
    return [
        Rate(division, table, METRIC, *map(Decimal, found.get((division, table), (0, 0))))
        if table in judged
        else Rate(division, table, METRIC, None, None)
        for table in TABLES
        for division in (*site.counties, site.city)
        if table in judged or division == site.city
    ]


def restate(connection: psycopg.Connection, *, issue_id: str, from_month: str) -> int:
    """Let the lists from a month on say of one issue what its waivers say now; return the rows written."""
    return connection.execute(RESTATE, {"issue": issue_id, "month": from_month}).rowcount


def _set_days(connection: psycopg.Connection, month: str, site_version: str) -> None:
    days = [
        event_day(connection, site_version=site_version, event=event, month=month) for event in (OUT, DUE)
    ]
    connection.execute(
        "update quality.error_lists set out_on = %s, due_on = %s where month = %s", (*days, month)
    )


def _day_of_list(connection: psycopg.Connection, month: str) -> tuple | None:
    """Return the days that decide what a month's list says of its issues; None without a list."""
    return connection.execute(
        "select as_of, due_on from quality.error_lists where month = %s", (month,)
    ).fetchone()


def _derive(
    connection: psycopg.Connection, *, month: str, as_of: date, due_on: date | None, is_touched: bool
) -> None:
    bound = {"month": month, "as_of": as_of, "due_on": due_on, "month_end": last_day(month)}
    derived = (failing_now(is_touched=is_touched), listed_now(is_touched=is_touched))
    # A list that was empty a moment ago looks small to the planner, and is not while it is written.
    connection.execute("set local enable_nestloop = off")
    for statement in (derived[0], "analyze failing_now", derived[1], "analyze listed_now"):
        connection.execute(statement, bound)
    for statement in (*replace(is_touched=is_touched), *DROP):
        connection.execute(statement, bound)
    connection.execute("set local enable_nestloop = on")


def _counted(connection: psycopg.Connection, month: str) -> ErrorList:
    row = connection.execute(
        "select count(*) filter (where issued_month = month and state <> 'corrected'),"
        " count(*) filter (where state = 'open'), count(*) filter (where state = 'overdue'),"
        " count(*) filter (where state = 'waived'), count(*) filter (where state = 'corrected')"
        " from quality.rectification where month = %s",
        (month,),
    ).fetchone()
    return ErrorList(*row)

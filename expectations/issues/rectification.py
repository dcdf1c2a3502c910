"""Error lists (docs/rectification.md): a month's failing rows, as issues that keep their identity.

The list of a month is derived from the failures measured in it, from the list before it and from waivers.
When a month is measured again, or out of order, the lists of the months after it are derived again. So a list
depends only on the measurements up to its month, in whatever order they were made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg

from expectations.issues.queries import CORRECTED_IN_TIME, DROP, failing_now, listed_now, replacement
from expectations.rates.business import Rate
from expectations.site_parameters import SiteParameters
from fundwatch.calendar import event_day
from fundwatch.catalogue import TABLES
from fundwatch.months import last_day

METRIC = "error_correction_rate"
OUT, DUE = "error_list_out", "error_list_due"


@dataclass(frozen=True)
class ErrorList:
    """The issues of a month's list, by state; ``issued`` are those that are new in it or failed again."""

    issued: int
    open: int
    overdue: int
    waived: int
    corrected: int

    def counts(self) -> dict[str, int]:
        """Return the figures that go into the record of the run."""
        return {f"issues_{name}": count for name, count in vars(self).items()}


def rectify(
    connection: psycopg.Connection, *, month: str, as_of: date, site_version: str, affected: int | None = None
) -> ErrorList:
    """Derive the error list of a month, and those of later months that depend on it; the caller commits.

    ``affected``: how many issues may have changed since the month's list was last derived; the temporary
    table ``affected_issues`` of this transaction lists them. None when any may.

    Source: quality.failures and quality.rule_results, of this and of earlier months; quality.waivers;
            site.calendar of the version.
    Shape:  quality.error_lists (month), quality.rectification (month x issue): issues that fail in the month,
            and issues that failed when their rule was last checked before and no longer fail.
    Again:  the same rows; only those that differ are written.
    """
    days = _days_of_list(connection, month)
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
    if missing or days != _days_of_list(connection, month):
        affected = None
    if affected == 0:
        return _counted(connection, month)
    later = connection.execute(
        "select month, as_of, due_on from quality.error_lists where month >= %s order by month", (first,)
    ).fetchall()
    for at, day, due_on in later:
        _derive(connection, month=at, as_of=day, due_on=due_on, only_affected=affected is not None)
    return _counted(connection, month)


def correction_rates(
    connection: psycopg.Connection, *, site: SiteParameters, month: str, as_of: date, checked: Iterable[str]
) -> list[Rate]:
    """Return errors corrected by their due day ÷ errors issued, for issues due not after the as-of day.

    Source: quality.rectification of the months up to ``month``.
    Shape:  a rate for every county and table in ``checked``, and for the city and every table; without a
            denominator where nothing was due. An error without a due day is in no rate.
    """
    rows = connection.execute(CORRECTED_IN_TIME, {"month": month, "as_of": as_of})
    counted = {(division or site.city, table): counts for division, table, *counts in rows}
    with_rules = frozenset(checked)
    return [
        Rate(division, table, METRIC, *map(Decimal, counted.get((division, table), (0, 0))))
        if table in with_rules
        else Rate(division, table, METRIC, None, None)
        for table in TABLES
        for division in (*site.counties, site.city)
        if table in with_rules or division == site.city
    ]


def _set_days(connection: psycopg.Connection, month: str, site_version: str) -> None:
    days = [
        event_day(connection, site_version=site_version, event=event, month=month) for event in (OUT, DUE)
    ]
    connection.execute(
        "update quality.error_lists set out_on = %s, due_on = %s where month = %s", (*days, month)
    )


def _days_of_list(connection: psycopg.Connection, month: str) -> tuple[date, date | None] | None:
    """Return the days that decide the states of a month's issues; None without a list."""
    return connection.execute(
        "select as_of, due_on from quality.error_lists where month = %s", (month,)
    ).fetchone()


def _derive(
    connection: psycopg.Connection, *, month: str, as_of: date, due_on: date | None, only_affected: bool
) -> None:
    bound = {"month": month, "as_of": as_of, "due_on": due_on, "month_end": last_day(month)}
    derived = (failing_now(only_affected=only_affected), listed_now(only_affected=only_affected))
    # The planner takes a list that was just empty for small.
    connection.execute("set local enable_nestloop = off")
    for statement in (derived[0], "analyze failing_now", derived[1], "analyze listed_now"):
        connection.execute(statement, bound)
    for statement in (*replacement(only_affected=only_affected), *DROP):
        connection.execute(statement, bound)
    connection.execute("set local enable_nestloop = on")


def _counted(connection: psycopg.Connection, month: str) -> ErrorList:
    [counts] = connection.execute(
        "select count(*) filter (where issued_month = month and state <> 'corrected'),"
        " count(*) filter (where state = 'open'), count(*) filter (where state = 'overdue'),"
        " count(*) filter (where state = 'waived'), count(*) filter (where state = 'corrected')"
        " from quality.rectification where month = %s",
        (month,),
    )
    return ErrorList(*counts)

"""Error lists (docs/rectification.md): what failed in a month, as issues that keep their identity over months.

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

from expectations.rates import Rate
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


def rectify(connection: psycopg.Connection, *, month: str, as_of: date, site_version: str) -> ErrorList:
    """Derive the error list of a month, and those of later months that rest on it; the caller commits.

    Source: quality.failures and quality.rule_results, of this and of earlier months; quality.waivers;
            site.calendar of the version.
    Shape:  quality.error_lists (month), quality.rectification (month x issue): what fails in the month, and
            what failed when its rule was last judged before and does not fail any more.
    Again:  the same rows; only those that differ are written.
    """
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
    later = connection.execute(
        "select month, as_of, due_on from quality.error_lists where month >= %s order by month", (first,)
    ).fetchall()
    for at, day, due_on in later:
        _derive(connection, month=at, as_of=day, due_on=due_on)
    return _counted(connection, month)


def correction_rates(
    connection: psycopg.Connection, *, site: Site, month: str, as_of: date, judged: Iterable[str]
) -> list[Rate]:
    """Return errors corrected by their due day ÷ errors issued, for issues due not after the as-of day.

    Source: quality.rectification of the months up to ``month``.
    Shape:  a rate for every county and table in ``judged``, and for the city and every table; without a
            denominator where nothing was due. An error without a due day is in no rate.
    """
    rows = connection.execute(_CORRECTED_IN_TIME, {"month": month, "as_of": as_of})
    found = {(division or site.city, table): (corrected, issued) for division, table, corrected, issued in rows}
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
    """Let the lists from a month on say of one issue what its waivers say now; return how many rows changed."""
    return connection.execute(_RESTATE, {"issue": issue_id, "month": from_month}).rowcount


def _set_days(connection: psycopg.Connection, month: str, site_version: str) -> None:
    days = [
        event_day(connection, site_version=site_version, event=event, month=month) for event in (OUT, DUE)
    ]
    connection.execute(
        "update quality.error_lists set out_on = %s, due_on = %s where month = %s", (*days, month)
    )


def _derive(connection: psycopg.Connection, *, month: str, as_of: date, due_on: date | None) -> None:
    bound = {"month": month, "as_of": as_of, "due_on": due_on, "month_end": last_day(month)}
    for statement in (_FAILING, "analyze failing_now", _DERIVED, *_REPLACE, *_DROP):
        connection.execute(statement, bound)


def _counted(connection: psycopg.Connection, month: str) -> ErrorList:
    row = connection.execute(
        "select count(*) filter (where issued_month = month and state <> 'corrected'),"
        " count(*) filter (where state = 'open'), count(*) filter (where state = 'overdue'),"
        " count(*) filter (where state = 'waived'), count(*) filter (where state = 'corrected')"
        " from quality.rectification where month = %s",
        (month,),
    ).fetchone()
    return ErrorList(*row)


# Rows of one key that break one rule are told apart by their order, so that each is an issue of its own.
_FAILING = """
create temporary table failing_now as
select
    left(encode(sha256(convert_to(
        json_build_array(table_name, rule_id, key, occurrence)::text, 'UTF8'
    )), 'hex'), 20) as issue_id,
    division, table_name, rule_id, key, source_file_id, source_row
from (
    select
        division, table_name, rule_id, key, source_file_id, source_row,
        row_number() over (
            partition by rule_id, key order by division collate "C", source_file_id collate "C", source_row
        ) as occurrence
    from quality.failures
    where month = %(month)s
) as numbered
"""

# The last entry that reaches back to a month tells whether an issue is waived in it.
_WAIVERS = """
    select distinct on (issue_id) issue_id, is_lifted, until, reason
    from quality.waivers
    where from_month <= {month}
    order by issue_id, waiver_id desc
"""
_IS_WAIVED = "waivers.is_lifted = false and {as_of} <= waivers.until"
_STATE = f"""
    case
        when {_IS_WAIVED} then 'waived'
        when {{due_on}} < {{as_of}} then 'overdue'
        else 'open'
    end"""

_DERIVED = f"""
create temporary table listed_now as
with last_judged as (
    select rule_id, max(month) as month
    from quality.rule_results
    where month < %(month)s
        and rule_id in (select rule_id from quality.rule_results where month = %(month)s)
    group by rule_id
),
former as (
    select listed.*
    from quality.rectification as listed
    inner join last_judged on last_judged.rule_id = listed.rule_id and last_judged.month = listed.month
    where listed.state <> 'corrected'
),
waivers as ({_WAIVERS.format(month="%(month)s")}),
failing as (
    select
        failing.*,
        coalesce(former.first_seen, known.first_seen, %(month)s) as first_seen,
        coalesce(former.issued_month, %(month)s) as issued_month,
        case when former.issue_id is null then %(due_on)s::date else former.due_on end as due_on
    from failing_now as failing
    left join former on former.issue_id = failing.issue_id
    left join lateral (
        select min(earlier.first_seen) as first_seen
        from quality.rectification as earlier
        where earlier.issue_id = failing.issue_id and earlier.month < %(month)s
    ) as known on former.issue_id is null
)
select
    %(month)s::text as month, failing.issue_id, division, table_name, rule_id, key, source_file_id,
    source_row, first_seen, issued_month, due_on,
    {_STATE.format(as_of="%(as_of)s::date", due_on="due_on")} as state,
    null::date as corrected_on,
    case when {_IS_WAIVED.format(as_of="%(as_of)s::date")} then waivers.reason end as reason
from failing
left join waivers on waivers.issue_id = failing.issue_id
union all
select
    %(month)s, issue_id, division, table_name, rule_id, key, source_file_id, source_row, first_seen,
    issued_month, due_on, 'corrected', %(month_end)s::date, null
from former
where not exists (select from failing_now where failing_now.issue_id = former.issue_id)
"""

_REPLACE = (
    """
delete from quality.rectification as listed
where listed.month = %(month)s
    and not exists (
        select from listed_now
        where listed_now.issue_id = listed.issue_id and row(listed_now.*) is not distinct from row(listed.*)
    )
""",
    """
insert into quality.rectification
select * from listed_now
where not exists (
    select from quality.rectification as listed
    where listed.month = listed_now.month and listed.issue_id = listed_now.issue_id
)
""",
)
_DROP = ("drop table failing_now", "drop table listed_now")

_RESTATE = f"""
update quality.rectification as listed
set
    state = {_STATE.format(as_of="lists.as_of", due_on="listed.due_on")},
    reason = case when {_IS_WAIVED.format(as_of="lists.as_of")} then waivers.reason end
from quality.error_lists as lists
left join lateral (
    select is_lifted, until, reason
    from quality.waivers
    where issue_id = %(issue)s and from_month <= lists.month
    order by waiver_id desc
    limit 1
) as waivers on true
where listed.issue_id = %(issue)s
    and listed.month = lists.month
    and listed.month >= %(month)s
    and listed.state <> 'corrected'
"""

# An issue stands once: in the list in which it was corrected, else in the month's own.
_CORRECTED_IN_TIME = """
select
    case when grouping(division) = 0 then division end as division,
    table_name,
    count(*) filter (where state = 'corrected' and corrected_on <= due_on) as corrected,
    count(*) as issued
from quality.rectification
where due_on <= %(as_of)s
    and (month = %(month)s or month < %(month)s and state = 'corrected')
group by grouping sets ((division, table_name), (table_name))
order by grouping(division), division, table_name
"""

"""What is wrong just now: conditions read from what the warehouse recorded, never from an event.

Whoever loses a connection or is killed loses no alert: the next scan reads the same facts again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

import psycopg

from fundwatch.calendar import Arrival, Lack, arrivals, due_files, extracts, vanished
from fundwatch.months import add_months

_HELD_FOR_SOMEBODY = ["TOO_MANY_REFUSED", "SEQUENCE_GAP", "TABLE_EMPTIED"]
# A refused file is settled once its place, or a file of its name, is loaded. What an invalid manifest states
# is anybody's text: none of it goes into an alert.
_REFUSED_FILES = """
    select
        file.state, file.feed,
        case when file.reason <> 'MANIFEST_INVALID' then file.format end,
        case when file.reason <> 'MANIFEST_INVALID' then file.division end,
        case when file.reason <> 'MANIFEST_INVALID' then file.month end,
        file.reason, file.file_id, case when file.feed = 'production' then file.name else '' end
    from ops.files as file
    where (file.state = 'rejected' or (file.state = 'held' and file.reason = any(%(held)s)))
        and not exists (
            select from ops.files as loaded
            where loaded.state = 'loaded' and loaded.feed <> 'production' and loaded.feed = file.feed
                and loaded.name = file.name
        )
        and not exists (
            select from ops.files as loaded
            where loaded.state = 'loaded' and loaded.feed <> 'production' and loaded.feed = file.feed
                and loaded.format = file.format and loaded.division = file.division
                and loaded.month = file.month and loaded.sequence = file.sequence
        )
    order by file.feed, file.division, file.month, file.name, file.file_id
"""
_HELD_TABLES = "select name from ops.files where feed = 'production' and state = 'held'"
_WATCHED = """
    with run as (select min(month) as first, max(month) as last from ops.runs where step = 'ingest'),

    arrived as (
        select month from ops.files
        where feed <> 'production' and month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'
            and reason not in ('FUTURE_MONTH', 'MANIFEST_INVALID') and state not in ('waiting', 'loading')
        union
        select month from ops.extracts
        except
        select month from ops.forgotten_months
    ),

    with_data as (select arrived.month from arrived inner join run on arrived.month <= run.last),

    watched as (
        select month from with_data
        union
        select to_char(to_date(month, 'YYYY-MM') + interval '1 month', 'YYYY-MM') from with_data
        except
        select month from ops.forgotten_months
    )

    select watched.month from watched inner join run on watched.month >= run.first order by watched.month
"""
# The last finished run of each step and month; an ingest is known by its feeds.
_LAST_RUNS = """
    select distinct on (month, step, feeds) month, step, feeds, outcome, run_id
    from (
        select run.*, coalesce(run.detail -> 'feeds', '[]'::jsonb) as feeds
        from ops.runs as run
        where run.outcome in ('done', 'failed')
    ) as finished
    order by month, step, feeds, run_id desc
"""


# A draft is overtaken by the month's next one.
_UNSIGNED = """
    select distinct on (month) month, number::text, state, replaces::text
    from ops.publications
    where month not in (select month from ops.forgotten_months)
    order by month, number desc
"""
_WAITS = {"draft": "draft_waits", "reviewed": "approval_waits"}


@dataclass(frozen=True)
class Condition:
    """Something wrong, or about to be; all fields but the last two identify it.

    ``is_due`` is False while nobody needs to know yet: an open alert of it stays open, none is raised.
    ``detail`` adds, in our words: a state, a reason code, a day.
    """

    kind: str
    feed: str = ""
    format: str = ""
    division: str = ""
    month: str = ""
    subject: str = ""
    is_due: bool = True
    detail: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What identifies a condition."""
        return self.kind, self.feed, self.format, self.division, self.month, self.subject


def conditions(
    connection: psycopg.Connection, *, site_version: str, on: date, timezone: str
) -> list[Condition]:
    """Return everything that is wrong as of day ``on``, but failed steps' unfinished runs.

    Source: ops.files, ops.extracts, ops.runs, and the site's senders and calendar. Feeds are watched in
            the months that have data or follow one that has; a gap of a feed is one condition.
    """
    months = watched_months(connection)
    due = due_files(connection, site_version=site_version, months=months)
    wrong = [
        *_overdue(arrivals(connection, due, on=on, timezone=timezone)),
        *_refused(connection),
        *_lacking(connection, months),
        *_failed(connection),
        *_unsigned(connection),
    ]
    return list({condition.key: condition for condition in wrong}.values())


def watched_months(connection: psycopg.Connection) -> list[str]:
    """Return the months that have data or follow one that has, from the first month ever run, in order.

    Data is a file that arrived for the month and is not held as of a later one, or an extract. A month that
    was forgotten has none.
    """
    return [month for (month,) in connection.execute(_WATCHED)]


def step_of(step: str, feeds: Sequence[str]) -> str:
    """Return the name a step's failure goes by: ``ingest tax``, ``ingest``, ``build``."""
    return f"{step} {feeds[0]}" if len(feeds) == 1 else step


def _overdue(files: Sequence[Arrival]) -> Iterator[Condition]:
    """Yield the files missing, and one condition for all that is missing while nothing of a feed comes."""
    dated = [file for file in files if file.due.due_on is not None]
    for feed in dict.fromkeys(file.due.feed for file in dated):
        gap: list[Arrival] = []
        for month, group in groupby((file for file in dated if file.due.feed == feed), _month_of):
            of_month = list(group)
            if any(file.files for file in of_month):
                yield from _gap(gap)
                yield from (_missing(file) for file in of_month if not file.is_delivered)
                gap = []
                continue
            if gap and add_months(_month_of(gap[-1]), 1) != month:
                yield from _gap(gap)
                gap = []
            gap += of_month
        yield from _gap(gap)


def _month_of(file: Arrival) -> str:
    return file.due.month


def _gap(missing: Sequence[Arrival]) -> Iterator[Condition]:
    """Yield the one condition of months in a row of which nothing of a feed came, known by the first."""
    senders = {(file.due.format, file.due.division) for file in missing}
    if len(senders) == 1:
        yield _missing(missing[0])
    elif senders:
        first = missing[0].due
        yield Condition(
            "feed_overdue", first.feed, month=first.month,
            is_due=any(file.is_overdue for file in missing), detail=(f"{first.due_on}", "nothing", ""),
        )  # fmt: skip


def _missing(file: Arrival) -> Condition:
    due = file.due
    return Condition(
        "feed_overdue", due.feed, due.format, due.division, due.month,
        is_due=file.is_overdue, detail=(f"{due.due_on}", file.state.value, file.reason),
    )  # fmt: skip


def _refused(connection: psycopg.Connection) -> Iterator[Condition]:
    for state, feed, layout, division, month, reason, file_id, table in connection.execute(
        _REFUSED_FILES, {"held": _HELD_FOR_SOMEBODY}
    ):
        kind = f"file_{state}"
        detail = (reason, table) if table else (reason,)
        yield Condition(kind, feed, layout or "", division or "", month or "", file_id, detail=detail)


def _lacking(connection: psycopg.Connection, months: Sequence[str]) -> Iterator[Condition]:
    """Yield what an earlier extract had and the last one lacks, with the month it was first missing in.

    Not a table that is held: its own alert says what to do.
    """
    held = {name for (name,) in connection.execute(_HELD_TABLES)}
    missed: dict[Lack, str] = {}
    for earlier, later in pairwise(extracts(connection, months)):
        missed |= dict.fromkeys(vanished(earlier, later), later.month)
        missed = {lack: month for lack, month in missed.items() if lack not in later.present}
    for lack, month in missed.items():
        if lack.name in held:
            continue
        yield Condition("production_lacks", "production", month=month, subject=lack.name)


def _failed(connection: psycopg.Connection) -> Iterator[Condition]:
    runs = connection.execute(_LAST_RUNS).fetchall()
    done: dict[tuple[str, str, str], int] = {}
    for month, step, feeds, outcome, run_id in runs:
        for feed in (feeds or [""]) if outcome == "done" else ():
            done[month, step, feed] = max(run_id, done.get((month, step, feed), 0))
    for month, step, feeds, outcome, run_id in runs:
        is_repaired = all(done.get((month, step, feed), 0) > run_id for feed in feeds or [""])
        if outcome == "failed" and not is_repaired:
            yield Condition("step_failed", month=month, subject=step_of(step, feeds))


def _unsigned(connection: psycopg.Connection) -> Iterator[Condition]:
    """Yield the latest publication of each month that waits for a signature."""
    for month, number, state, replaces in connection.execute(_UNSIGNED):
        if state in _WAITS:
            yield Condition(_WAITS[state], month=month, subject=number, detail=(replaces or "",))

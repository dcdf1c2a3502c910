"""What is due from whom by when: the senders of the site, each month, by the day the calendar names.

Whether it is late is in ``arrivals``; whether a step of a month is due is in pipeline/freshness.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import psycopg

from fundwatch.months import add_months, last_day

_MOST_MONTHS = 120
_LAST_DAY = 31
_FILE_DUE = "file_due:"
# Sent once a year, in the calendar month of the last day to declare.
_DECLARATION = "declaration"


@dataclass(frozen=True)
class Due:
    """One file expected for a month; an empty ``format`` or ``division`` accepts any.

    ``due_on`` is the last day on which it is in time, None where the calendar names no day for the feed.
    """

    month: str
    feed: str
    format: str
    division: str
    due_on: date | None


def due_files(connection: psycopg.Connection, *, site_version: str, months: Iterable[str]) -> list[Due]:
    """Return every file due for the months, one per sender and month.

    Source: site.senders and site.calendar of the version. A sender listed twice (two keys) is one sender.
            Base declarations are due in the months of ``declare_by`` (site.base_rules) alone.
    Shape:  in order of month, feed, format, division. The calendar's day stays when it is no working
            day; a day beyond the month's end is the month's last day.
    """
    senders = sorted(
        {
            (feed.strip(), (format_name or "").strip(), (division or "").strip())
            for feed, format_name, division in connection.execute(
                "select feed, format, division from site.senders where _site_version = %s", (site_version,)
            )
            if feed and feed.strip()
        }
    )
    days = _days(connection, site_version)
    declared = _declaration_months(connection, site_version)
    return [
        Due(month, *sender, due_on=_day_of(days, f"{_FILE_DUE}{sender[0]}", month))
        for month in months
        for sender in senders
        if sender[0] != _DECLARATION or month[5:] in declared
    ]


def event_day(connection: psycopg.Connection, *, site_version: str, event: str, month: str) -> date | None:
    """Return the day of an event of ``month`` (``error_list_due``); None where the calendar names none.

    The calendar's day stays when it is no working day.
    """
    return _day_of(_days(connection, site_version), event, month)


def due_day(month: str, months_after: int, day: int) -> date:
    """Return day ``day`` of the month ``months_after`` months after ``month``, at most its last day."""
    end = last_day(add_months(month, months_after))
    return end.replace(day=min(day, end.day))


def _declaration_months(connection: psycopg.Connection, site_version: str) -> frozenset[str]:
    """Return the calendar months (MM) in which base declarations are due."""
    rows = connection.execute(
        "select declare_by from site.base_rules where _site_version = %s and declare_by is not null",
        (site_version,),
    )
    return frozenset(declare_by.strip()[:2] for (declare_by,) in rows)


def _day_of(days: Mapping[str, tuple[int, int]], event: str, month: str) -> date | None:
    return due_day(month, *days[event]) if event in days else None


def _days(connection: psycopg.Connection, site_version: str) -> Mapping[str, tuple[int, int]]:
    """Return event -> (months after, day); an event whose numbers cannot be read has no day."""
    rows = connection.execute(
        "select event, months_after, day from site.calendar where _site_version = %s order by _row desc",
        (site_version,),
    )
    days = {}
    for event, months_text, day_text in rows:
        months_after, day = _number(months_text, most=_MOST_MONTHS), _number(day_text, most=_LAST_DAY)
        if event and months_after is not None and day:
            days["".join(event.split())] = (months_after, day)
    return days


def _number(text: str | None, *, most: int) -> int | None:
    text = (text or "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return int(text) if is_number and int(text) <= most else None

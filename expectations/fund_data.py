"""How the files of fund data arrive: the share of the due ones that is loaded, and that was in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import psycopg

from expectations.rates import Rate
from expectations.site import Site
from fundwatch.calendar import Arrival, arrivals, due_files
from fundwatch.months import last_day

FEEDS = ("tax", "bank", "finance")


def arrival_rates(
    connection: psycopg.Connection, *, site: Site, site_version: str, month: str, timezone: str
) -> Iterator[Rate]:
    """Yield ``load_rate`` and ``timeliness`` of each format that is due for a month.

    Source: the feed calendar (site.senders, site.calendar) and ops.files; a later file of the month is
            counted by the next measurement.
    Shape:  one rate for the city, over all its senders, and for each county that sends the format.
            ``timeliness`` has no denominator where the calendar names no day. A sender listed without a
            format is in no format's rate; ``fundwatch status`` shows it.
    """
    due = due_files(connection, site_version=site_version, months=[month])
    found = arrivals(connection, due, on=last_day(month), timezone=timezone)
    for layout in dict.fromkeys(one.due.format for one in found if one.due.feed in FEEDS):
        if not layout:
            continue
        sent = [one for one in found if one.due.format == layout and one.due.feed in FEEDS]
        yield from _rates(site.city, layout, sent)
        for county in site.counties:
            own = [one for one in sent if one.due.division == county]
            if own:
                yield from _rates(county, layout, own)


def _rates(division: str, layout: str, sent: Sequence[Arrival]) -> Iterator[Rate]:
    loaded, timely = sum(one.is_delivered for one in sent), [one.is_timely for one in sent]
    yield Rate(division, layout, "load_rate", Decimal(loaded), Decimal(len(sent)))
    known = (None, None) if None in timely else (Decimal(sum(timely)), Decimal(len(sent)))
    yield Rate(division, layout, "timeliness", *known)

"""Land everything that has arrived for a month and the months before it."""

from __future__ import annotations

from collections.abc import Sequence

from fundwatch.database.warehouse import Warehouse
from fundwatch.failpoints import failpoint
from fundwatch.feeds import FEEDS
from fundwatch.months import parse_month
from fundwatch.settings import Settings
from ingestion.failures import without_row_values
from ingestion.files import process_feed
from ingestion.production import land_production
from ingestion.site_for_landing import read_landing_site
from ingestion.summary import FileNote, LandingSummary, TableLanded


def land(
    warehouse: Warehouse,
    settings: Settings,
    *,
    month: str,
    feeds: Sequence[str] | None = None,
    verify: bool | None = None,
) -> LandingSummary:
    """Land what has arrived for months up to ``month``; the production database is read as ``month``.

    Source: FUNDWATCH_PRODUCTION_URL, and FUNDWATCH_INBOX with one folder per feed.
    Shape:  see docs/feeds; ``feeds`` are taken in the fixed order of FEEDS, all of them by default;
            ``verify`` looks, or does not, for changes of the production database that its AAE036 does not
            show (None: with each new month).
    Again:  nothing is landed twice; held and waiting files are retried.
    Raises: MonthInvalid, SiteIncomplete, ProductionUnavailable (nothing is changed then),
            WarehouseUnavailable. A rejected file is a result, not an error.
    """
    parse_month(month)
    wanted = [feed for feed in FEEDS if feeds is None or feed in feeds]
    site = read_landing_site(warehouse, settings)
    tables: tuple[TableLanded, ...] = ()
    decided = 0
    for feed in wanted:
        if feed == "production":
            tables = land_production(warehouse, settings, month=month, site=site, verify=verify)
            changed = any(table.landed or table.closed for table in tables)
        else:
            with without_row_values(f"the feed {feed}"):
                states = process_feed(warehouse, settings, feed=feed, month=month, site=site)
            decided += states.total()
            changed = states["loaded"] > 0
        failpoint("landing.after_feed")
        if changed:
            _refresh_statistics(warehouse, feed)
    return _summary(warehouse, month=month, feeds=wanted, tables=tables, decided=decided)


def _refresh_statistics(warehouse: Warehouse, feed: str) -> None:
    """Update the planner's statistics of a feed's tables for the builds that follow."""
    with warehouse.connect(autocommit=True) as connection:
        tables = connection.execute(
            "select format('%%I.%%I', schemaname, tablename) from pg_tables"
            " where schemaname = 'landing' and starts_with(tablename, %s) order by tablename",
            (f"{feed}__",),
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"analyze {table}")


def _summary(
    warehouse: Warehouse,
    *,
    month: str,
    feeds: Sequence[str],
    tables: tuple[TableLanded, ...],
    decided: int,
) -> LandingSummary:
    bound = {"month": month, "feeds": list(feeds)}
    with warehouse.connect() as connection:
        counted = connection.execute(_COUNT_BY_STATE, bound).fetchall()
        notes = connection.execute(_NOTES, bound).fetchall()
    files: dict[str, dict[str, int]] = {}
    for feed, state, number in counted:
        files.setdefault(feed, {})[state] = number
    return LandingSummary(
        month=month,
        files=files,
        decided=decided,
        notes=tuple(FileNote(*note) for note in notes),
        tables=tables,
        not_received=tuple(feed for feed in feeds if not _has_arrived(files.get(feed, {}))),
    )


def _has_arrived(states: dict[str, int]) -> bool:
    """Return whether any file of a feed arrived, even if every one was rejected."""
    return bool(states)


_SELECTED = """
from ops.files
where feed = any(%(feeds)s) and (month is null or month <= %(month)s)
"""
_COUNT_BY_STATE = f"select feed, state, count(*) {_SELECTED} group by feed, state order by feed, state"
_NOTES = """
select feed, name, state, reason, message
from ops.files
where feed = any(%(feeds)s)
    and (month is null or month <= %(month)s or (state = 'held' and reason = 'FUTURE_MONTH'))
    and state not in ('loaded', 'superseded')
order by feed, month, name, file_id
"""

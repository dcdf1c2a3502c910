"""Land everything that has arrived for a month and the months before it."""

from __future__ import annotations

from collections.abc import Sequence

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SettingInvalid
from fundwatch.failpoints import failpoint
from fundwatch.feeds import FEEDS
from fundwatch.months import parse_month
from fundwatch.settings import Settings
from ingestion.failures import without_row_values
from ingestion.files import FeedProcessed, process_feed
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
            SettingInvalid (FUNDWATCH_INBOX is no folder), WarehouseUnavailable. A rejected file is a result,
            not an error.
    """
    parse_month(month)
    wanted = [feed for feed in FEEDS if feeds is None or feed in feeds]
    if wanted != ["production"]:
        _require_inbox(settings)
    site = read_landing_site(warehouse, settings)
    tables: tuple[TableLanded, ...] = ()
    processed: list[FeedProcessed] = []
    for feed in wanted:
        if feed == "production":
            tables = land_production(warehouse, settings, month=month, site=site, verify=verify)
            changed = any(table.landed or table.closed for table in tables)
        else:
            with without_row_values(f"the feed {feed}"):
                done = process_feed(warehouse, settings, feed=feed, month=month, site=site)
            processed.append(done)
            changed = "loaded" in done.states.values()
        failpoint("landing.after_feed")
        if changed:
            _refresh_statistics(warehouse, feed)
    return _summary(warehouse, month=month, feeds=wanted, tables=tables, processed=processed)


def _require_inbox(settings: Settings) -> None:
    """Refuse a configured inbox that is not there: it would look as if nothing had arrived."""
    if settings.inbox is not None and not settings.inbox_folder.is_dir():
        raise SettingInvalid(
            f"FUNDWATCH_INBOX names {settings.inbox_folder}, which is no folder",
            next_step="Correct FUNDWATCH_INBOX, or make that folder with one folder a feed in it",
        )


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
    processed: Sequence[FeedProcessed],
) -> LandingSummary:
    taken_up = [file_id for feed in processed for file_id in feed.states]
    held = [table.table for table in tables if table.is_held]
    with warehouse.connect() as connection:
        emptied = connection.execute(_EMPTIED, (held, month)).fetchall()
        counted = connection.execute(_COUNT_BY_STATE, (taken_up,)).fetchall()
        notes = connection.execute(_NOTES, (taken_up,)).fetchall()
        arrived = {feed for (feed,) in connection.execute(_ARRIVED, (month,))}
    files: dict[str, dict[str, int]] = {feed: {} for feed in feeds if feed != "production"}
    for feed, state, number in counted:
        files[feed][state] = number
    return LandingSummary(
        month=month,
        files=files,
        decided=sum(feed.decided for feed in processed),
        notes=tuple(FileNote(*note) for note in (*emptied, *notes)),
        tables=tables,
        healed=tuple(name for feed in processed for name in feed.healed),
        not_received=tuple(feed for feed in feeds if feed not in arrived),
    )


_COUNT_BY_STATE = """
select feed, state, count(*) from ops.files where file_id = any(%s) group by feed, state order by feed, state
"""
_NOTES = """
select feed, name, state, reason, message
from ops.files
where file_id = any(%s) and state not in ('loaded', 'superseded')
order by feed, month, name, file_id
"""
_EMPTIED = """
select feed, name, state, reason, message
from ops.files
where feed = 'production' and state = 'held' and name = any(%s) and month = %s
order by name
"""
# A feed has arrived although every one of its files was rejected.
_ARRIVED = "select distinct feed from ops.files where month is null or month <= %s"

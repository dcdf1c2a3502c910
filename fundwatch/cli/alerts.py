"""``fundwatch alerts``: what somebody must look after, and its delivery by mail and webhook."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from fundwatch import alerts
from fundwatch.alerts.digests import revive
from fundwatch.cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.settings import Settings
from fundwatch.site import load_site
from fundwatch.warehouse import Warehouse, open_warehouse

app = typer.Typer(
    help="Feeds that are late, files that were refused, steps that failed.", no_args_is_help=True
)
_COLUMNS = ("raised_at", "alert")


@app.command("list")
def listed(json: JsonOption = False) -> None:
    """List what is wrong and was told, the oldest first."""
    settings = Settings.read()
    with open_warehouse(settings).connect() as connection:
        found = alerts.open_alerts(connection)
    if json:
        print_json([asdict(alert) for alert in found])
        return
    show_alerts(found, settings)


@app.command()
def send(
    again: Annotated[
        bool, typer.Option("--again", help="Try at once what waits for its next attempt or was given up.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Look for what is wrong now, and deliver what has not been told by mail and webhook."""
    show_pairs("alerts", tell_now(again=again), as_json=json)


def tell_now(*, again: bool = False) -> dict[str, int | str]:
    """Scan and deliver as of this moment, for the command and for the DAG; return counts."""
    settings, now = Settings.read(), datetime.now(UTC)
    warehouse = open_warehouse(settings)
    if again:
        revive(warehouse, now=now)
    return tell(warehouse, settings, now=now)


def tell(warehouse: Warehouse, settings: Settings, *, now: datetime) -> dict[str, int | str]:
    """Scan as of ``now``, deliver, and return counts.

    Raises: SiteIncomplete, SettingInvalid, WarehouseUnavailable.
    """
    found = alerts.scan(
        warehouse,
        site_version=load_site(warehouse, settings),
        on=now.astimezone(ZoneInfo(settings.timezone)).date(),
        timezone=settings.timezone,
    )
    sent = alerts.send(warehouse, settings, now=now)
    return {"raised": found.raised, "resolved": found.resolved, **sent.counts()}


def show_alerts(found: list[alerts.OpenAlert], settings: Settings) -> None:
    """Print open alerts, each in both languages."""
    zone = ZoneInfo(settings.timezone)
    rows = []
    for alert in found:
        rows.append((f"{alert.raised_at.astimezone(zone):%Y-%m-%d %H:%M}", alert.text_zh))
        rows.append(("", alert.text_en))
    show_rows("alerts", _COLUMNS, rows, as_json=False)

"""``fundwatch alerts``: list what needs attention, and deliver it by mail and webhook."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

import alerts
from alerts.round import run_now
from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings

app = typer.Typer(
    help="Late feeds, rejected files, failed steps; their delivery.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_COLUMNS = ("raised_at", "alert")


@app.command("list")
def listed(json: JsonOption = False) -> None:
    """List the open alerts, the oldest first."""
    settings = Settings.read()
    with open_warehouse(settings).connect() as connection:
        open_alerts = alerts.open_alerts(connection)
    if json:
        print_json([asdict(alert) for alert in open_alerts])
        return
    show_alerts(open_alerts, settings)


@app.command()
def send(
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Retry deliveries at once that wait for their next attempt or were given up."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Look for what is wrong now, and deliver new alerts by mail and webhook."""
    show_pairs("alerts", run_now(again=again), as_json=json)


def show_alerts(open_alerts: list[alerts.OpenAlert], settings: Settings) -> None:
    """Print open alerts, each in both languages."""
    zone = ZoneInfo(settings.timezone)
    rows = []
    for alert in open_alerts:
        rows.append((f"{alert.raised_at.astimezone(zone):%Y-%m-%d %H:%M}", alert.text_zh))
        rows.append(("", alert.text_en))
    show_rows("alerts", _COLUMNS, rows, as_json=False)

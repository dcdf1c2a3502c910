"""``fundwatch alerts``: what somebody must look after, and its delivery by mail and webhook."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

import alerts
from alerts.round import run_now
from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.settings import Settings
from fundwatch.warehouse import open_warehouse

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
    show_pairs("alerts", run_now(again=again), as_json=json)


def show_alerts(found: list[alerts.OpenAlert], settings: Settings) -> None:
    """Print open alerts, each in both languages."""
    zone = ZoneInfo(settings.timezone)
    rows = []
    for alert in found:
        rows.append((f"{alert.raised_at.astimezone(zone):%Y-%m-%d %H:%M}", alert.text_zh))
        rows.append(("", alert.text_en))
    show_rows("alerts", _COLUMNS, rows, as_json=False)

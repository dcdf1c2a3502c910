"""``fundwatch status``: the services, and which feed of which county is late."""

from __future__ import annotations

from dataclasses import asdict, astuple
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import psycopg
import typer

import alerts
from alerts.conditions import watched_months
from cli.alerts import show_alerts
from cli.operating.months import record as month_record
from cli.operating.months import show_months
from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.calendar import Arrival, Extract, State, WorkingDays, arrivals, due_files, extracts
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from fundwatch.site import load_site
from pipeline import overview

if TYPE_CHECKING:
    from pipeline.verification import Verification

app = typer.Typer(rich_markup_mode=None)

_STOPPED = "stopped"
# One screen and a half, whatever is missing.
_FILES_SHOWN, _ALERTS_SHOWN = 10, 4


@app.command()
def status(
    months: Annotated[int, typer.Option(min=1, max=36, help="How many of the last months to show.")] = 3,
    every: Annotated[bool, typer.Option("--all", help="List the files that are in time, too.")] = False,
    json: JsonOption = False,
) -> None:
    """Show the state of database, Airflow, portal and feeds.

    Feeds that are late, missing, held or rejected are listed by county.
    """
    from pipeline import services

    settings = Settings.read()
    running = services.status(settings).described()
    if not json:
        show_pairs("services", running, as_json=False)
    if running["database"] == _STOPPED:
        # Status starts nothing: without the warehouse the state of the feeds is unknown.
        if json:
            print_json(running)
        return
    _report(settings, running, months=months, every=every, as_json=json)


def _report(settings: Settings, running: dict, *, months: int, every: bool, as_json: bool) -> None:
    from pipeline.verification import last_verification

    warehouse, now = open_warehouse(settings), datetime.now(UTC)
    version = load_site(warehouse, settings)
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    with warehouse.connect() as connection:
        shown = watched_months(connection)[-months:]
        due = due_files(connection, site_version=version, months=shown)
        files = arrivals(connection, due, on=today, timezone=settings.timezone)
        works = WorkingDays.read(connection, version)
        taken = extracts(connection, shown)
        open_alerts, stuck = alerts.open_alerts(connection), alerts.undelivered(connection)
        strays = _unattributed(connection)
        verified = last_verification(connection)
    states = overview.months(warehouse, settings, site_version=version, last=months)
    if as_json:
        print_json(
            {
                **running,
                "months": [month_record(month) for month in states],
                "feeds": [_record(arrival, works) for arrival in files],
                "production": [_extract_record(extract) for extract in taken],
                "unattributed_files": strays,
                "alerts": [asdict(alert) for alert in open_alerts],
                "undelivered": [asdict(delivery) for delivery in stuck],
                "verified": asdict(verified) if verified else None,
            }
        )
        return
    show_months(states, as_json=False)
    _show_summary(files, taken, shown)
    _show_files(files, works, every=every)
    _show_extracts(taken, settings)
    if strays:
        rows = [(feed, files, f"fundwatch files --feed {feed}") for feed, files in strays.items()]
        show_rows("files whose month is not known", ("feed", "files", "look with"), rows, as_json=False)
    if open_alerts:
        first_alerts = open_alerts if every else open_alerts[:_ALERTS_SHOWN]
        show_alerts(first_alerts, settings)
        if len(first_alerts) < len(open_alerts):
            print(f"and {len(open_alerts) - len(first_alerts)} more: fundwatch alerts list")
    if stuck:
        columns = tuple(asdict(stuck[0]))
        show_rows("undelivered alerts", columns, [astuple(delivery) for delivery in stuck], as_json=False)
    _show_verification(verified, settings)


def _show_verification(verified: Verification | None, settings: Settings) -> None:
    """One line: when publications, files and vault were last compared with their hashes."""
    if verified is None:
        summary = "never: fundwatch audit verify"
    else:
        at = verified.at.astimezone(ZoneInfo(settings.timezone))
        summary = f"{at:%Y-%m-%d %H:%M} by {verified.actor}, {verified.faults or 'no'} faults"
    show_pairs("publications, files and vault", {"read through": summary}, as_json=False)


def _show_summary(files: list[Arrival], taken: list[Extract], months: list[str]) -> None:
    """One line a feed and format, one column a month: how many of the due files arrived."""
    lines = []
    for feed, layout in dict.fromkeys((arrival.due.feed, arrival.due.format) for arrival in files):
        mine = [arrival for arrival in files if (arrival.due.feed, arrival.due.format) == (feed, layout)]
        cells = (_cell([arrival for arrival in mine if arrival.due.month == month]) for month in months)
        lines.append((feed, layout or "any", *cells))
    extracted = {extract.month for extract in taken}
    if not months:
        show_pairs("feeds", {"months": "none has been landed yet: fundwatch ingest --month"}, as_json=False)
        return
    cells = ("extracted" if month in extracted else State.NOT_RECEIVED.value for month in months)
    lines.append(("production", "", *cells))
    show_rows("feeds", ("feed", "format", *months), lines, as_json=False)


def _cell(month: list[Arrival]) -> str:
    counted = [f"{sum(arrival.is_delivered for arrival in month)} of {len(month)}"]
    for state in (State.LATE, State.NOT_RECEIVED, State.HELD, State.REJECTED, State.WAITING):
        count = sum(arrival.state is state for arrival in month)
        counted += [f"{count} {state.value}"] if count else []
    return ", ".join(counted)


def _show_files(files: list[Arrival], works: WorkingDays, *, every: bool) -> None:
    """One line for each due file that is late, missing, held or rejected."""
    hidden = () if every else (State.RECEIVED, State.EXPECTED)
    rows = [
        (arrival.due.month, arrival.due.feed, arrival.due.format or "any", arrival.due.division or "any",
         _day(arrival.due.due_on, works), _state(arrival), arrival.reason)
        for arrival in files if arrival.state not in hidden
    ]  # fmt: skip
    if rows:
        columns = ("month", "feed", "format", "division", "due", "state", "reason")
        shown = rows if every else rows[:_FILES_SHOWN]
        show_rows("files needing attention" if not every else "files", columns, shown, as_json=False)
        if len(shown) < len(rows):
            print(f"and {len(rows) - len(shown)} more: fundwatch status --all")


def _state(arrival: Arrival) -> str:
    if not arrival.days_late:
        return arrival.state.value
    days = f"{arrival.days_late} day{'s' if arrival.days_late > 1 else ''}"
    return f"received {days} late" if arrival.is_delivered else f"{arrival.state.value}, {days} overdue"


def _day(day: date | None, works: WorkingDays) -> str:
    if day is None:
        return "no day"
    return day.isoformat() if works.is_working(day) else f"{day.isoformat()} (no working day)"


def _show_extracts(taken: list[Extract], settings: Settings) -> None:
    zone = ZoneInfo(settings.timezone)
    rows = [
        (extract.month, extract.sequence, f"{extract.taken_at.astimezone(zone):%Y-%m-%d %H:%M}",
         ", ".join(lack.name for lack in extract.missing), ", ".join(extract.held))
        for extract in taken
    ]  # fmt: skip
    if rows:
        columns = ("month", "extract", "taken at", "missing at the source", "held")
        show_rows("production", columns, rows, as_json=False)


def _record(arrival: Arrival, works: WorkingDays) -> dict[str, Any]:
    due = arrival.due
    return {
        "month": due.month,
        "feed": due.feed,
        "format": due.format,
        "division": due.division,
        "due_on": due.due_on,
        "due_is_working_day": None if due.due_on is None else works.is_working(due.due_on),
        "state": arrival.state.value,
        "days_late": arrival.days_late,
        "created_on": arrival.created_on,
        "reason": arrival.reason,
        "files": arrival.files,
    }


def _extract_record(extract: Extract) -> dict[str, Any]:
    return {
        "month": extract.month,
        "sequence": extract.sequence,
        "taken_at": extract.taken_at,
        "missing": [lack.name for lack in extract.missing],
        "held": list(extract.held),
    }


def _unattributed(connection: psycopg.Connection) -> dict[str, int]:
    """Count the files that wait or were refused without saying which month they are of, by feed."""
    return dict(
        connection.execute(
            "select feed, count(*) from ops.files where month is null and state in ('waiting', 'rejected')"
            " group by feed order by feed"
        ).fetchall()
    )

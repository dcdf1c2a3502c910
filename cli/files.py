"""Commands for received files: list, explain, retry, release."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.output import JsonOption, print_json, say_what_follows, show_pairs, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.feeds import FEEDS
from fundwatch.months import parse_month
from fundwatch.operators import operator_of
from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)

STATES = ("waiting", "loading", "loaded", "rejected", "held", "duplicate", "superseded")
COLUMNS = (
    "file_id", "name", "feed", "division", "month", "format", "sequence", "state", "reason", "declared",
    "loaded", "quarantined", "repeated",
)  # fmt: skip
_SHORT = 12
File = Annotated[str, typer.Argument(help="The file's id, the beginning of its id, or its name.")]


@app.command()
def files(
    month: Annotated[
        str | None, typer.Option(help="Only files of this month, or of none that is known.")
    ] = None,
    feed: Annotated[str | None, typer.Option(help="Only this feed; production lists its extracts.")] = None,
    state: Annotated[str | None, typer.Option(help=f"Only this state: {', '.join(STATES)}.")] = None,
    json: JsonOption = False,
) -> None:
    """List every file that arrived, with its state and reason."""
    if feed is not None and feed not in FEEDS:
        raise typer.BadParameter(f"choose one of {', '.join(FEEDS)}", param_hint="--feed")
    if state is not None and state not in STATES:
        raise typer.BadParameter(f"choose one of {', '.join(STATES)}", param_hint="--state")
    wanted = {"month": month and parse_month(month), "feed": feed, "state": state}
    with open_warehouse(Settings.read()).connect() as connection:
        rows = connection.execute(_FILES, wanted).fetchall()
    if not json:
        rows = [(row[0][:_SHORT], *row[1:]) for row in rows]
    show_rows("files", COLUMNS, rows, as_json=json)


@app.command()
def explain(file: File, json: JsonOption = False) -> None:
    """Explain a file's state, what to do, and its history."""
    from ingestion.files.operations.explain import explain as explain_file

    settings = Settings.read()
    explanation = explain_file(open_warehouse(settings), settings, file=file)
    if json:
        print_json(explanation)
        return
    hidden = {
        "refused_rows",
        "same_place",
        "history",
        "meaning" if explanation.meaning == explanation.why else "",
    }
    show_pairs(
        "file",
        {name: value for name, value in vars(explanation).items() if name not in hidden},
        as_json=False,
    )
    zone = ZoneInfo(settings.timezone)
    _show_list("rejected rows", explanation.refused_rows)
    _show_list("other files in its place", explanation.same_place)
    _show_list("history", explanation.history, zone=zone)


@app.command()
def retry(file: File, json: JsonOption = False) -> None:
    """Validate a file again, and then the files that wait for it."""
    from pipeline import steps

    settings = Settings.read()
    _show_processed(steps.retry(settings, file=file), settings, as_json=json)


@app.command()
def release(
    file: File,
    name: Annotated[str, typer.Option("--as", help="Who releases it: not who ran the pipeline.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may load although rows are rejected.")],
    json: JsonOption = False,
) -> None:
    """Load a file held for its rejected rows, as a second person."""
    from pipeline import steps

    settings = Settings.read()
    signer = operator_of(settings, name).name
    _show_processed(steps.release(settings, file=file, name=signer, reason=reason), settings, as_json=json)


def _show_processed(summary: Any, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        print_json(summary)
    else:
        _show_list("files", summary.files)
    loaded = {(file.feed, file.month) for file in summary.files if file.state == "loaded"}
    for month in sorted({month for _, month in loaded}):
        feeds = sorted(feed for feed, at in loaded if at == month)
        say_what_follows(settings, feeds, month=month, as_json=as_json)


def _show_list(title: str, items: Any, *, zone: ZoneInfo | None = None) -> None:
    if items:
        rows = [tuple(_short(value, zone) for value in vars(item).values()) for item in items]
        show_rows(title, tuple(vars(items[0])), rows, as_json=False)


def _short(value: Any, zone: ZoneInfo | None) -> Any:
    """Return an instant as the site's clocks show it, anything else as it is."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


_FILES = """
select file_id, name, feed, division, month, format, sequence, state, reason, rows_declared, rows_loaded,
    rows_quarantined, rows_repeated
from ops.files
where (%(feed)s::text is not null or feed <> 'production' or state = 'held')
    and (%(feed)s::text is null or feed = %(feed)s)
    and (%(month)s::text is null or month = %(month)s or month is null)
    and (%(state)s::text is null or state = %(state)s)
order by
    month nulls first, feed, division nulls first, format nulls first, sequence nulls first, name, file_id
"""

"""``fundwatch audit``: compare everything with the hashes kept of it; list who signed, exported, released."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cli.output import JsonOption, print_json, show_rows
from fundwatch import audit
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import AuditBroken
from fundwatch.settings import Settings

if TYPE_CHECKING:
    from pipeline.verification import Line

app = typer.Typer(
    help="The audit log of signatures, exports and releases.", no_args_is_help=True, rich_markup_mode=None
)
_NAMED = 5


@app.command("list")
def list_entries(
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(audit.STREAMS)}.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Day, or day and time, of the first entry.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who acted, as entered.")] = None,
    json: JsonOption = False,
) -> None:
    """List the entries of the audit log, oldest first."""
    if kind is not None and kind not in audit.STREAMS:
        raise typer.BadParameter(f"there is no kind {kind}; it is one of {', '.join(audit.STREAMS)}")
    settings = Settings.read()
    zone = ZoneInfo(settings.timezone)
    start = None if since is None else since.replace(tzinfo=zone) if since.tzinfo is None else since
    with open_warehouse(settings).connect() as connection:
        entries = audit.entries(connection, stream=kind, actor=actor, since=start)
    if json:
        print_json([{**dataclasses.asdict(entry), "details": entry.values} for entry in entries])
        return
    columns = ("kind", "number", "at", "actor", "action", "object", "details")
    rows = [
        (entry.stream, entry.sequence, f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", entry.actor,
         entry.action, entry.object, _brief(entry))
        for entry in entries
    ]  # fmt: skip
    show_rows("audit log", columns, rows, as_json=False)


def _brief(entry: audit.Entry) -> str:
    """Return the plain details of an entry; hashes of parts and heads of other chains are in the JSON."""
    plain = {name: value for name, value in entry.values.items() if not isinstance(value, dict | list)}
    return ", ".join(f"{name}: {value}" for name, value in plain.items() if value not in ("", None))


@app.command()
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="number:hash from the foot of a published report; may be given several times."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read log, publications, files and vault through and compare them with their hashes.

    Exits with an error that names what is not as it was entered, line by line.
    """
    from pipeline.verification import verify as verify_everything

    lines = verify_everything(Settings.read(), anchors=anchor or ())
    if json:
        print_json([dataclasses.asdict(line) for line in lines])
    else:
        columns = ("stream", "entries", "head", "fault")
        rows = [[getattr(line, name) for name in columns] for line in lines]
        show_rows("audit log, publications and vault", columns, rows, as_json=False)
    broken = [line for line in lines if line.fault]
    if broken:
        more = f"; and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
        raise AuditBroken(
            "this is not what was entered: "
            + "; ".join(f"{_named(line)}, {line.fault}" for line in broken[:_NAMED])
            + more,
            next_step="Keep the database as it is, and compare it with the latest backup",
        )


def _named(line: Line) -> str:
    return f"stream {line.stream}" if line.stream in audit.STREAMS else line.stream

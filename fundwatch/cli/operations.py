"""Running the services and looking after files: up, down, files."""

from __future__ import annotations

from typing import Annotated

import typer

from fundwatch.cli.output import JsonOption, show_pairs, show_rows
from fundwatch.errors import NotAvailableYet
from fundwatch.settings import Settings
from fundwatch.warehouse import open_warehouse

File = Annotated[str, typer.Argument(help="The file's id or name.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (up, down, files, explain, retry, release):
        app.command()(command)


def up(json: JsonOption = False) -> None:
    """Start the database and Airflow, and say where they are."""
    from fundwatch import services

    show_pairs("services", services.up(Settings.read()).described(), as_json=json)


def down(json: JsonOption = False) -> None:
    """Stop exactly what up started."""
    from fundwatch import services

    show_pairs("services", services.down(Settings.read()).described(), as_json=json)


def files(json: JsonOption = False) -> None:
    """List every file that arrived, with its state and reason."""
    query = """
        select file_id, name, feed, division, month, sequence, state, reason, rows_loaded, rows_quarantined
        from ops.files where feed <> 'production'
        order by month nulls first, feed, division, sequence, name
    """
    columns = (
        "file_id",
        "name",
        "feed",
        "division",
        "month",
        "sequence",
        "state",
        "reason",
        "loaded",
        "quarantined",
    )
    with open_warehouse(Settings.read()).connect() as connection:
        show_rows("files", columns, connection.execute(query).fetchall(), as_json=json)


def explain(file: File, json: JsonOption = False) -> None:
    """Say why a file is in its state and what to do."""
    _later("explain", file)


def retry(file: File, json: JsonOption = False) -> None:
    """Try a file again."""
    _later("retry", file)


def release(
    file: File,
    name: Annotated[str, typer.Option("--as")],
    reason: Annotated[str, typer.Option("--reason")],
    json: JsonOption = False,
) -> None:
    """Release a held file."""
    _later("release", file)


def _later(command: str, rest: str) -> None:
    raise NotAvailableYet(
        f"fundwatch {command} {rest} is not available yet in this version",
        next_step="Run fundwatch files to see every file with its state and reason",
    )

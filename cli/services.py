"""Commands of the services and of all they hold: up, down, backup, restore."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cli.output import JsonOption, show_pairs
from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)


@app.command()
def up(json: JsonOption = False) -> None:
    """Start database, Airflow and portal, and print where they are."""
    from pipeline import services

    show_pairs(
        "services", services.up(Settings.read(), on_progress=_progress(json)).described(), as_json=json
    )


@app.command()
def down(json: JsonOption = False) -> None:
    """Stop exactly what up started."""
    from pipeline import services

    show_pairs("services", services.down(Settings.read()).described(), as_json=json)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")], json: JsonOption = False
) -> None:
    """Back up warehouse, vault, publications and site into a folder.

    Whatever runs goes on: a step that builds is waited for, the next one waits for the dump.
    """
    from pipeline.backup import backup as back_up

    summary = back_up(Settings.read(), folder.absolute(), on_progress=_progress(json))
    show_pairs("backup", summary.counts(), as_json=json)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="The folder of a backup.")], json: JsonOption = False
) -> None:
    """Restore a backup into an empty database and home; verify it.

    A backup of an older version is upgraded.
    """
    from pipeline.backup import restore as bring_back

    summary = bring_back(Settings.read(), folder.absolute(), on_progress=_progress(json))
    show_pairs("restored", summary.counts(), as_json=json)


def _progress(as_json: bool) -> Callable[[str], None]:
    return (lambda _: None) if as_json else functools.partial(print, file=sys.stderr, flush=True)

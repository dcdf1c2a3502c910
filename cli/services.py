"""Running the services: up, down."""

from __future__ import annotations

import typer

from cli.output import JsonOption, show_pairs
from fundwatch.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (up, down):
        app.command()(command)


def up(json: JsonOption = False) -> None:
    """Start the database and Airflow, and say where they are."""
    from pipeline import services

    show_pairs("services", services.up(Settings.read()).described(), as_json=json)


def down(json: JsonOption = False) -> None:
    """Stop exactly what up started."""
    from pipeline import services

    show_pairs("services", services.down(Settings.read()).described(), as_json=json)

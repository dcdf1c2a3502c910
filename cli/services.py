"""Commands of the services: up, down."""

from __future__ import annotations

import typer

from cli.output import JsonOption, show_pairs
from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)


@app.command()
def up(json: JsonOption = False) -> None:
    """Start the database and Airflow, and print where they are."""
    from pipeline import services

    show_pairs("services", services.up(Settings.read()).described(), as_json=json)


@app.command()
def down(json: JsonOption = False) -> None:
    """Stop exactly what up started."""
    from pipeline import services

    show_pairs("services", services.down(Settings.read()).described(), as_json=json)

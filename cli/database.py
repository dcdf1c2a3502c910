"""``fundwatch db``: the embedded PostgreSQL, when no database is configured."""

from __future__ import annotations

import typer

from cli.output import JsonOption, show_pairs
from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings

app = typer.Typer(help="The warehouse's database server.", no_args_is_help=True, rich_markup_mode=None)


def _server(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(settings.home / "postgres")


@app.command()
def up(json: JsonOption = False) -> None:
    """Start the embedded server (or reach the configured one) and migrate the warehouse."""
    settings = Settings.read()
    warehouse = open_warehouse(settings)
    _show(settings, as_json=json, separated=warehouse.roles_separated)


@app.command()
def down(json: JsonOption = False) -> None:
    """Stop the embedded server; a configured server keeps running."""
    settings = Settings.read()
    if settings.database_url:
        show_pairs("database", {"configured": True, "stopped": False}, as_json=json)
        return
    show_pairs("database", {"configured": False, "stopped": _server(settings).stop()}, as_json=json)


@app.command()
def status(json: JsonOption = False) -> None:
    """Show whether the server answers, and whether each layer has its own role."""
    settings = Settings.read()
    running = settings.database_url or _server(settings).status().running
    separated = open_warehouse(settings).roles_separated if running else None
    _show(settings, as_json=json, separated=separated)


@app.command()
def url() -> None:
    """Print the warehouse's URL, password included, for other programs."""
    print(open_warehouse(Settings.read()).url)


def _show(settings: Settings, *, as_json: bool, separated: bool | None) -> None:
    roles = {None: "unknown", True: "one per layer", False: "off (no right to create roles)"}[separated]
    if settings.database_url:
        pairs = {"server": "configured by FUNDWATCH_DATABASE_URL", "running": True}
    else:
        server = _server(settings).status()
        pairs = {
            "server": "embedded",
            "running": server.running,
            "port": server.port,
            "folder": str(server.folder),
        }
    show_pairs("database", {**pairs, "role_separation": roles}, as_json=as_json)

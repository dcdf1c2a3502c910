"""``fundwatch db``: the embedded PostgreSQL, when no database is configured."""

from __future__ import annotations

import typer

from cli.output import JsonOption, show_pairs
from fundwatch.access import check
from fundwatch.database import roles
from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings

app = typer.Typer(help="The warehouse's database server.", no_args_is_help=True, rich_markup_mode=None)


def _server(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(settings.home / "postgres")


@app.command()
def up(json: JsonOption = False) -> None:
    """Start the embedded server (or reach the configured one) and migrate the warehouse."""
    from portal.settings import PortalSettings
    from portal.starting import give_passwords

    settings = Settings.read()
    warehouse = open_warehouse(settings)
    give_passwords(warehouse, PortalSettings.read())
    _show(settings, warehouse, as_json=json)


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
    """Show whether the server answers, whether each layer has its own role, and who has rights beyond."""
    settings = Settings.read()
    running = settings.database_url or _server(settings).status().running
    _show(settings, open_warehouse(settings) if running else None, as_json=json)


@app.command()
def url() -> None:
    """Print the warehouse's URL, password included, for other programs."""
    print(open_warehouse(Settings.read()).url)


def _show(settings: Settings, warehouse: Warehouse | None, *, as_json: bool) -> None:
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
    show_pairs("database", {**pairs, **_rights(warehouse, as_json=as_json)}, as_json=as_json)


def _rights(warehouse: Warehouse | None, *, as_json: bool) -> dict[str, object]:
    """Return how the layers are kept apart, and the rights on their tables that nobody is meant to have."""
    if warehouse is None:
        return {"role_separation": "unknown"}
    with warehouse.connect() as connection:
        faults = check.faults(connection)
        access = {"access_faults": faults if as_json else "; ".join(faults) or "none"}
        if not warehouse.roles_separated:
            return {"role_separation": "off (no right to create roles)", **access}
        beyond = roles.rights_beyond(connection, warehouse.layer_roles)
    _, put_on = warehouse.sign_in_as("business_ledger")
    separation = (
        "one per layer, put on by our user (the server lets no layer sign in)" if put_on else "one per layer"
    )
    return {
        "role_separation": separation,
        "rights_beyond": beyond if as_json else "; ".join(beyond) or "none",
        **access,
    }

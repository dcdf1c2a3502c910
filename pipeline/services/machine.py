"""All services of one machine: database, Airflow, portal; started, stopped and shown together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fundwatch.errors import SettingInvalid
from fundwatch.settings import Settings
from pipeline.services import airflow, portal
from pipeline.services.airflow import ServicesStatus
from portal.settings import PortalSettings
from portal.starting import urls_of


def up(settings: Settings, *, on_progress: Callable[[str], None] = lambda _: None) -> ServicesStatus:
    """Start the database, Airflow and the portal, and return once they are healthy.

    Where the server lets us make no roles for the portal and none are set, it stays down and that is said.
    Again:  what runs as configured is left alone; what runs otherwise configured is restarted.
    Raises: PortTaken, WarehouseUnavailable, DatabaseUrlInvalid, FolderUnusable, ServiceFailed,
    SettingInvalid (Airflow runs elsewhere).
    """
    ours = PortalSettings.read()
    airflow.up(settings, on_progress=on_progress)
    try:
        urls_of(settings, ours)
    except SettingInvalid as missing:
        on_progress(f"the portal stays down: {missing}")
    else:
        portal.start(settings, on_progress=on_progress)
    return status(settings)


def down(settings: Settings) -> ServicesStatus:
    """Stop the portal, Airflow, then the embedded database; only what ``up`` started.

    Again:  nothing runs, nothing happens.
    Raises: ServiceFailed, FolderUnusable, SettingInvalid.
    """
    portal.stop(settings)
    airflow.down(settings)
    return status(settings)


def status(settings: Settings) -> ServicesStatus:
    """Say what the services are doing, without starting or changing anything."""
    airflow_status = airflow.status(settings)
    word = portal.word(settings)
    where = {"portal_at": PortalSettings.read().url} if word == "running" else {}
    return replace(airflow_status, portal={"portal": word, **where})

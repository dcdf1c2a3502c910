"""Before the portal serves: where its roles sign in, and whether the database keeps what it promises."""

from __future__ import annotations

import psycopg

from fundwatch.access import check
from fundwatch.database import migrations
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import ServiceFailed, SettingInvalid, WarehouseUnavailable
from fundwatch.settings import Settings
from portal.database import Urls
from portal.settings import PREFIX, PortalSettings

_KEYS = {"database_url": "portal", "acts_database_url": "acts", "signin_database_url": "signin"}


def urls_of(settings: Settings, portal: PortalSettings) -> Urls:
    """Return where the three roles sign in: as configured, else as the warehouse made them.

    Raises: SettingInvalid naming what must be set where roles cannot be made; as opening the warehouse.
    """
    urls: dict[str, str] = {name: getattr(portal, name) or "" for name in _KEYS}
    if not all(urls.values()):
        warehouse = open_warehouse(settings)
        urls = {name: urls[name] or warehouse.portal_url(key) or "" for name, key in _KEYS.items()}
    missing = [PREFIX + name.upper() for name, url in urls.items() if not url]
    if missing:
        raise SettingInvalid(
            f"the server lets us make no roles for the portal, and {', '.join(missing)} is not set",
            next_step="Have its administrator make the roles of docs/portal.md, and set their URLs",
        )
    return Urls(*urls.values())


def require_safe(urls: Urls) -> None:
    """Refuse to serve from a database that is not of this release, or does not enforce who sees what.

    Raises: WarehouseUnavailable, ServiceFailed (with each fault).
    """
    with _connected(urls.signin) as connection:
        try:
            row = connection.execute("select portal.revision()").fetchone()
        except psycopg.ProgrammingError:
            row = None
        if row is None or row[0] != migrations.head():
            raise ServiceFailed(
                "the warehouse is not of this release", next_step="Run fundwatch db up, then start the portal"
            )
    with _connected(urls.reading) as connection:
        faults = check.faults(connection)
    if faults:
        raise ServiceFailed(
            f"the database does not enforce who sees what: {'; '.join(faults)}",
            next_step="Run fundwatch db up; docs/runbooks/the-portal-does-not-start.md says what each means",
        )


def _connected(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, connect_timeout=10, application_name="fundwatch portal start")
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).rpartition("failed: ")[2].split()).rstrip("?.")
        raise WarehouseUnavailable(
            f"a role of the portal cannot sign in to the warehouse ({reason})",
            next_step="Check that the server runs, and the portal's database URLs",
        ) from None

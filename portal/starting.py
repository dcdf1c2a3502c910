"""Before the portal serves: where its roles sign in, and whether the database keeps what it promises."""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg import conninfo

from fundwatch.access import check
from fundwatch.database import migrations, sign_in
from fundwatch.database.warehouse import Warehouse, open_warehouse
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


def give_passwords(warehouse: Warehouse, portal: PortalSettings) -> list[str]:
    """Give the portal's roles the passwords of the URLs that are set; return the roles that were given one.

    So whoever runs the portal need not know what the warehouse's own user knows. A URL of another role, or
    one that lets its role in already, changes nothing.
    Raises: ServiceFailed (our user may not give the role its password, or the URL leads elsewhere).
    """
    given = []
    for name, key in _KEYS.items():
        url, role = getattr(portal, name) or "", warehouse.portal_roles.get(key, "")
        parts = conninfo.conninfo_to_dict(url)
        if not role or parts.get("user") != role or _lets_in(url):
            continue
        with warehouse.connect() as connection:
            sign_in.give_password(connection, role, str(parts.get("password") or ""))
        if not _lets_in(url):
            raise ServiceFailed(
                f"{role} cannot sign in with {PREFIX}{name.upper()}",
                next_step="Let that URL name the warehouse, and its administrator set the password",
            )
        given.append(role)
    return given


def _lets_in(url: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=10):
        return True
    return False


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

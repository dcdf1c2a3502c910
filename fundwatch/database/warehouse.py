"""The warehouse: one PostgreSQL database, reached by URL, migrated on first touch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import psycopg.sql

from fundwatch.access import roles as access_roles
from fundwatch.database import migrations, roles, sign_in
from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.errors import DatabaseUrlInvalid, WarehouseBusy, WarehouseUnavailable
from fundwatch.queries import lock_key, one_row
from fundwatch.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_OLDEST_SERVER = 150000
# URLs that need no parsing: SQLAlchemy, which knows all others, takes half a second to import.
_PLAIN_URL = re.compile(
    r"postgres(?:ql)?(?:\+[a-z0-9]+)?://(?P<rest>[\w.~-]+(?::[\w.~-]+)?@[\w.-]+(?::[0-9]+)?/[\w-]+)", re.ASCII
)


@dataclass(frozen=True)
class Warehouse:
    """A migrated warehouse and how to reach it.

    ``url`` is a libpq URL (``postgresql://…``); ``layer_roles`` are the roles of the layers by schema, none
    where roles may not be created: then every layer is built by our own user. ``portal_roles`` are those of
    the portal, none there either: ``portal``, ``acts``, ``signin``, ``owner`` -> role.
    """

    url: str
    layer_roles: Mapping[str, str] = field(default_factory=dict)
    portal_roles: Mapping[str, str] = field(default_factory=dict)
    home: Path = field(default=Path(), repr=False)

    @property
    def roles_separated(self) -> bool:
        """Whether each layer builds under a database role of its own."""
        return bool(self.layer_roles)

    def connect(self, *, autocommit: bool = False, layer: str | None = None) -> psycopg.Connection:
        """Open a connection, as the role of ``layer`` where one is named; the caller closes it.

        Raises: WarehouseUnavailable.
        """
        url, role = self.sign_in_as(layer)
        try:
            connection = _connect(url, autocommit=autocommit)
        except WarehouseUnavailable:
            if url == self.url:
                raise
            # Another user of the warehouse may have given the role a password since, if the server is up.
            _connect(self.url, autocommit=True).close()
            sign_in.url_as.cache_clear()
            url, role = self.sign_in_as(layer)
            connection = _connect(url, autocommit=autocommit)
        if role:
            connection.execute(psycopg.sql.SQL("set role {}").format(psycopg.sql.Identifier(role)))
            connection.commit()
        return connection

    def sign_in_as(self, layer: str | None) -> tuple[str, str]:
        """Return the URL a session of a layer connects to, and the role it must put on then.

        A layer's role signs in itself, and has nothing to put on or off. Where the server does not let it in,
        our user does and puts the role on.
        Raises: WarehouseUnavailable.
        """
        role = self.layer_roles.get(layer or "")
        if not role:
            return self.url, ""
        as_role = sign_in.url_as(self.url, role, self.home)
        return (as_role, "") if as_role else (self.url, role)

    def portal_url(self, key: str) -> str | None:
        """Return the URL with which a role of the portal (``portal``, ``acts``, ``signin``) signs in.

        None where there is no such role, or the server does not let it in. The role is given a password when
        it has none: it follows from a secret that only its owner reads (``fundwatch.database.sign_in``).
        """
        role = self.portal_roles.get(key)
        return sign_in.url_as(self.url, role, self.home) if role else None

    @property
    def parts(self) -> URL:
        """The URL taken apart: host, port, user, password, database."""
        return _parsed(self.url)

    def parts_as(self, layer: str) -> URL:
        """The URL a session of a layer connects to, taken apart."""
        return _parsed(self.sign_in_as(layer)[0])

    @contextmanager
    def exclusive(self, what: str) -> Iterator[None]:
        """Hold the advisory lock that keeps two builds of a warehouse apart; a dump is waited for.

        Raises: WarehouseBusy at once when another process holds it.
        """
        with self.connect(autocommit=True) as connection:
            acquire = "select pg_try_advisory_lock(%s)"
            (is_acquired,) = one_row(connection.execute(acquire, (lock_key("build"),)))
            if not is_acquired:
                raise WarehouseBusy(
                    f"another build is at work on this warehouse, so {what} did not start",
                    next_step="Wait until it has ended, then run the same command again",
                )
            connection.execute("select pg_advisory_lock_shared(%s)", (lock_key("dump"),))
            yield


def open_warehouse(settings: Settings) -> Warehouse:
    """Return the configured warehouse, started (embedded), migrated and with its roles in place.

    Again:  cheap; a migrated warehouse costs a few queries of its catalogue.
    Raises: DatabaseUrlInvalid, WarehouseUnavailable, ServiceFailed.
    """
    url = server_url(settings)
    with _connect(url, autocommit=True) as connection:
        if connection.info.server_version < _OLDEST_SERVER:
            raise WarehouseUnavailable(
                f"the server is PostgreSQL {connection.info.server_version // 10000}",
                next_step="Use PostgreSQL 15 to 18",
            )
        if not migrations.is_current(connection):
            with _one_at_a_time(connection):
                migrations.upgrade(url, connection)
        layer_roles = roles.established(connection)
        if not layer_roles:
            with _one_at_a_time(connection):
                layer_roles = roles.establish(connection)
        portal_roles = access_roles.established(connection)
        if not portal_roles:
            with _one_at_a_time(connection):
                portal_roles = access_roles.establish(connection)
    return Warehouse(url=url, layer_roles=layer_roles, portal_roles=portal_roles, home=settings.home)


def _parsed(url: str) -> URL:
    from sqlalchemy.engine import make_url

    return make_url(url)


def server_url(settings: Settings) -> str:
    """Return the URL of the warehouse's database as it is, the embedded server started.

    Raises: DatabaseUrlInvalid, ServiceFailed.
    """
    if settings.database_url:
        return _checked(settings.database_url)
    return EmbeddedPostgres(settings.home / "postgres").start()


@contextmanager
def _one_at_a_time(connection: psycopg.Connection) -> Iterator[None]:
    """Hold the advisory lock of migrations and roles; the end of the connection releases it."""
    key = (lock_key("migrate"),)
    connection.execute("select pg_advisory_lock(%s)", key)
    yield
    connection.execute("select pg_advisory_unlock(%s)", key)


def _connect(url: str, *, autocommit: bool) -> psycopg.Connection:
    try:
        return psycopg.connect(
            url,
            autocommit=autocommit,
            connect_timeout=10,
            application_name="fundwatch",
            client_encoding="UTF8",
        )
    except psycopg.OperationalError as error:
        from sqlalchemy.engine import make_url

        where = make_url(url).set(password=None, query={}).render_as_string()
        reason = " ".join(str(error).rpartition("failed: ")[2].split()).rstrip("?.")
        raise WarehouseUnavailable(
            f"the warehouse at {where} cannot be reached ({reason})",
            state="What was finished before is kept",
            next_step="Check that the server runs and that FUNDWATCH_DATABASE_URL is right",
        ) from None


def _checked(text: str) -> str:
    """Return ``text`` as a libpq URL; SQLAlchemy's driver suffixes are accepted and dropped."""
    plain = _PLAIN_URL.fullmatch(text)
    if plain:
        return f"postgresql://{plain['rest']}"
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise DatabaseUrlInvalid(
            "FUNDWATCH_DATABASE_URL is not the URL of a PostgreSQL database",
            next_step="Write it as postgresql://user:password@host:5432/database",
        )
    place, mark, query = url.set(drivername="postgresql").render_as_string(hide_password=False).partition("?")
    # SQLAlchemy writes a blank of the query as a plus, which libpq takes for one.
    return place + mark + query.replace("+", "%20")

"""What the tests of the portal share: one city with its last month published, users, an application."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from fundwatch.access import passwords
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from fundwatch.site import load_site
from portal.application import create_app
from portal.database import Urls
from portal.security.sessions import COOKIE, csrf_token_of, hash_of, new_secret
from portal.settings import PortalSettings
from tests.running import folder
from tests.support import MONTHS, Databases, run_fundwatch

URL = "http://127.0.0.1:8081"
MONTH = MONTHS[-1]
CITY, PROVINCE, COUNTIES = "230600", "230000", ("230602", "230603")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of users that tests make


@dataclass(frozen=True)
class PortalCity:
    """A city of which a month is published, and whose portal has users."""

    settings: Settings
    warehouse: Warehouse
    portal_settings: PortalSettings = field(default_factory=PortalSettings)

    @property
    def urls(self) -> Urls:
        """Where the portal's roles sign in."""
        urls = [self.warehouse.portal_url(key) for key in ("portal", "acts", "signin")]
        assert all(urls)
        return Urls(*(url or "" for url in urls))

    def connect(self) -> psycopg.Connection:
        """Return a connection of the pipeline's own role; it commits at the end of its block."""
        return self.warehouse.connect()


def add_user(warehouse: Warehouse, *grants: tuple[str, str], name: str = "", password: str = "") -> str:
    """Make a user with grants of role and division; return the name."""
    name = name or f"u{secrets.token_hex(5)}"
    with warehouse.connect() as connection:
        connection.execute(
            "insert into portal.users (name, display, password_hash) values (%s, %s, %s)",
            (name, f"用户{name}", passwords.hash_of(password) if password else None),
        )
        for role, division in grants:
            connection.execute(
                "insert into portal.grants (user_name, role, division, granted_by) values (%s, %s, %s, 't')",
                (name, role, division),
            )
    return name


def begin_session(warehouse: Warehouse, user: str) -> str:
    """Begin a session of a user, without a password; return its secret."""
    secret = new_secret()
    with warehouse.connect() as connection:
        connection.execute(
            "insert into portal.sessions (secret_sha256, session_id, user_name, idle_until, ends_at)"
            " values (%s, %s, %s, now() + interval '30 minutes', now() + interval '12 hours')",
            (hash_of(secret), secrets.token_hex(6), user),
        )
    return secret


class Browser(TestClient):
    """A client of the application that sends the cookie of a session, as browsers do on this machine."""

    secret = ""

    def use(self, secret: str) -> Browser:
        """Send the cookie of a session, and its token with every request, from now on."""
        self.secret = secret
        self.headers["cookie"] = f"{COOKIE}={secret}"
        self.headers["x-csrf-token"] = csrf_token_of(secret)
        return self


@pytest.fixture(scope="session")
def portal_city(
    make_run_city: Callable[[str, tuple[str, ...]], Settings],
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> PortalCity:
    """A copy of the city with its last month run and approved; one for all tests of a worker."""
    original = folder.once("published", lambda: publish(databases, make_run_city("june", MONTHS[-1:])))
    return copied(original, databases, tmp_path_factory.mktemp("published"))


def publish(databases: Databases, settings: Settings) -> dict[str, str]:
    """Approve the last month of a city; return where its original lies."""
    number = _draft(settings)
    run_fundwatch("review", number, "--as", "Reviewer", "--note", "checked", settings=settings)
    run_fundwatch("approve", number, "--as", "Approver", "--note", "released", settings=settings)
    assert settings.database_url
    return {"database": databases.keep(settings.database_url), "home": str(settings.home)}


def copied(original: dict[str, str], databases: Databases, place: Path) -> PortalCity:
    """Return a copy of a published city, its home in a folder."""
    home = place / "home"
    shutil.copytree(original["home"], home, symlinks=True)
    settings = Settings(home=home, database_url=databases.create(template=original["database"]))
    databases.keep(settings.database_url)
    return PortalCity(settings=settings, warehouse=open_warehouse(settings))


def _draft(settings: Settings) -> str:
    with open_warehouse(settings).connect() as connection:
        row = connection.execute(
            "select max(number) from ops.publications where month = %s", (MONTH,)
        ).fetchone()
    assert row
    return str(row[0])


@pytest.fixture(scope="session")
def who(portal_city: PortalCity) -> Callable[[str, str], str]:
    """Return a function that gives the user with one grant of a role for a division, made once."""
    made: dict[tuple[str, str], str] = {}

    def user(role: str, division: str = CITY) -> str:
        if (role, division) not in made:
            made[role, division] = add_user(portal_city.warehouse, (role, division))
        return made[role, division]

    return user


@pytest.fixture(scope="session")
def application(portal_city: PortalCity) -> Iterator[Browser]:
    """The portal of the published city, running; nobody is signed in."""
    yield from served(portal_city)


@pytest.fixture
def guest(application: Browser) -> Browser:
    """A client of the running portal of this test's own, not signed in."""
    return another(application)


@pytest.fixture
def sign_in(
    portal_city: PortalCity, application: Browser, who: Callable[[str, str], str]
) -> Callable[..., Browser]:
    """Return a function that gives a client with a session of the user of a role and a division."""

    def client(role: str, division: str = CITY) -> Browser:
        return another(application).use(begin_session(portal_city.warehouse, who(role, division)))

    return client


@pytest.fixture(scope="session")
def home_folder(portal_city: PortalCity) -> Path:
    """The home of the published city."""
    return portal_city.settings.home


@pytest.fixture(scope="session")
def door(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> PortalCity:
    """A warehouse with the example site and nothing published: for who may come in, not for what is seen."""
    home = tmp_path_factory.mktemp("door") / "home"
    home.mkdir()
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    warehouse = open_warehouse(settings)
    load_site(warehouse, settings)
    return PortalCity(settings=settings, warehouse=warehouse)


@pytest.fixture(scope="session")
def entrance(door: PortalCity) -> Iterator[Browser]:
    """The portal of the empty warehouse, running; nobody is signed in."""
    yield from served(door)


@pytest.fixture
def stranger(entrance: Browser) -> Browser:
    """A client of the portal of the empty warehouse of this test's own, not signed in."""
    return another(entrance)


def served(city: PortalCity, **changed: int) -> Iterator[Browser]:
    """Give a client, signed in as nobody, of a portal that runs for a city until the client is let go.

    ``changed`` are settings of the portal that are others than the city's.
    """
    app = create_app(replace(city.portal_settings, **changed), city.urls, home=city.settings.home)
    with Browser(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def another(client: Browser) -> Browser:
    """Return another client of the same running portal, not signed in."""
    return Browser(client.app, base_url=URL, follow_redirects=False, raise_server_exceptions=False)

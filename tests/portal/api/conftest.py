"""A published city of a module's own, for tests that change or count what is kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.portal.conftest import CITY, Browser, PortalCity, add_user, another, begin_session, served
from tests.running import folder
from tests.support import Databases


@pytest.fixture(scope="module")
def city(
    portal_city: PortalCity, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> PortalCity:
    """A copy of the published city of these tests' own: acts change what others compare."""
    original = folder.once("published", dict)
    home = tmp_path_factory.mktemp("acts") / "home"
    shutil.copytree(original["home"], home, symlinks=True)
    settings = Settings(home=home, database_url=databases.create(template=original["database"]))
    return PortalCity(settings=settings, warehouse=open_warehouse(settings))


@pytest.fixture(scope="module")
def running(city: PortalCity) -> Iterator[Browser]:
    yield from served(city)


@pytest.fixture
def user(city: PortalCity, running: Browser) -> Callable[..., Browser]:
    """Return a function that gives a client of a new user with a role for a division."""

    def client(role: str, division: str = CITY) -> Browser:
        name = add_user(city.warehouse, (role, division))
        return another(running).use(begin_session(city.warehouse, name))

    return client

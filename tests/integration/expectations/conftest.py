"""One warehouse per test module, emptied for every test, and a city to land in it."""

from __future__ import annotations

import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.integration.expectations.error_lists import ErrorLists, clear_lists
from tests.integration.expectations.measured_city import LandedCity, clear
from tests.support import Databases


@pytest.fixture(scope="module")
def shared(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    url = databases.create(template=migrated)
    return open_warehouse(Settings(home=tmp_path_factory.mktemp("home"), database_url=url))


@pytest.fixture
def warehouse(shared: Warehouse) -> Warehouse:
    """The module's warehouse, emptied."""
    with shared.connect() as connection:
        clear(connection)
    return shared


@pytest.fixture
def city() -> LandedCity:
    """A city without rows."""
    return LandedCity()


@pytest.fixture
def lists(shared: Warehouse) -> ErrorLists:
    """Error lists of a warehouse without measurements, with the calendar of the example site."""
    with shared.connect() as connection:
        clear_lists(connection)
    return ErrorLists(shared)

"""One warehouse per module for what watches the feeds, emptied for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.integration.watching.watched_site import Watched, clear
from tests.support import Databases


@pytest.fixture(scope="module")
def shared(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the module's warehouse."""
    url = databases.create(template=migrated)
    return Settings(home=tmp_path_factory.mktemp("home"), database_url=url)


@pytest.fixture
def settings(shared: Settings) -> Settings:
    """The module's warehouse, emptied."""
    with open_warehouse(shared).connect() as connection:
        clear(connection)
    return shared


@pytest.fixture
def watched(warehouse: Warehouse) -> Iterator[Watched]:
    """Writes what a site expects and what arrived."""
    with warehouse.connect(autocommit=True) as connection:
        yield Watched(connection)

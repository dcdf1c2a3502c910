"""Each feed's whole catalogue, landed once in a warehouse of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from fundwatch.settings import Settings
from fundwatch.warehouse import open_warehouse
from tests.badinput.catalogue import TABLES, cases_of
from tests.badinput.checking import Landed, arrive, landed
from tests.support import Databases


@pytest.fixture(scope="session")
def make_settings(
    databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Settings]:
    """Return a function that makes settings of an empty warehouse."""

    def make() -> Settings:
        home: Path = tmp_path_factory.mktemp("badinput")
        return Settings(home=home, database_url=databases.create(template=migrated))

    return make


@pytest.fixture(scope="session")
def land_catalogue(make_settings: Callable[[], Settings]) -> Callable[[str], Landed]:
    """Return a function that gives a feed's catalogue as it has landed."""

    @cache
    def land_once(feed: str) -> Landed:
        settings = make_settings()
        warehouse = open_warehouse(settings)
        arrive(settings, cases_of(feed))
        return landed(warehouse, settings, feed, TABLES[feed])

    return land_once

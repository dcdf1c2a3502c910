"""Each feed's catalogue, as far as it was chosen, landed once in a warehouse of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.badinput.catalogue import TABLES
from tests.badinput.checking import Landed, arrive, landed
from tests.badinput.model import Case
from tests.support import Databases


@pytest.fixture(scope="session")
def make_settings(
    databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Settings]:
    """Return a function that makes settings of an empty warehouse."""

    def make() -> Settings:
        home = tmp_path_factory.mktemp("badinput")
        return Settings(home=home, database_url=databases.create(template=migrated))

    return make


@pytest.fixture(scope="session")
def land_catalogue(
    request: pytest.FixtureRequest, make_settings: Callable[[], Settings]
) -> Callable[[str], Landed]:
    """Return a function that gives a feed's chosen cases as they have landed, all in one go."""
    parameters = [getattr(item, "callspec", None) for item in request.session.items]
    chosen = [
        parameter.params["case"]
        for parameter in parameters
        if parameter and isinstance(parameter.params.get("case"), Case)
    ]

    @cache
    def land_once(feed: str) -> Landed:
        settings = make_settings()
        warehouse = open_warehouse(settings)
        cases = [case for case in chosen if case.feed == feed]
        arrive(settings, cases)
        return landed(warehouse, settings, feed, TABLES[feed], cases)

    return land_once

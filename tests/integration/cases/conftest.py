"""A desk of cases: one warehouse a module, emptied for each test."""

from __future__ import annotations

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.integration.cases.desk import Desk


@pytest.fixture(scope="module")
def shared_desk(databases, migrated, tmp_path_factory) -> Desk:
    home = tmp_path_factory.mktemp("home")
    return Desk(open_warehouse(Settings(home=home, database_url=databases.create(template=migrated))))


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    shared_desk.clear_away()
    return shared_desk

"""One office a module: its people, cases, issues and drafts are each test's own."""

from __future__ import annotations

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.integration.acts.office import Office


@pytest.fixture(scope="module")
def office(databases, migrated, tmp_path_factory) -> Office:
    home = tmp_path_factory.mktemp("home")
    return Office(open_warehouse(Settings(home=home, database_url=databases.create(template=migrated))))

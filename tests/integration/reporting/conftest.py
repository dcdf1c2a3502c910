"""The warehouse of the tests of publications."""

from __future__ import annotations

import pytest

from fundwatch.database.warehouse import Warehouse
from tests.integration.reporting.support import CELLS


@pytest.fixture
def built(warehouse: Warehouse) -> Warehouse:
    """A warehouse that holds the report cells of two months and nothing else."""
    with warehouse.connect() as connection:
        connection.execute(CELLS)
    return warehouse

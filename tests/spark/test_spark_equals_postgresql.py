"""The models give the same rows on Spark as on PostgreSQL, of bad rows and of months out of order too."""

from __future__ import annotations

import shutil

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import parse_range
from fundwatch.settings import Settings
from pipeline.steps import LEDGER_LAYERS
from simulator import simulate
from tests.oracle.dirty import dirty_city
from tests.spark.engines import Engines, build_on_spark
from tests.support import Databases, run_fundwatch

DIRTY = "2024-06"
MONTHS = (DIRTY, "2024-05")  # in this order
pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def engines(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Engines:
    """A city of 600 persons, its last month dirtied, built on both engines from the same landed rows."""
    folder = tmp_path_factory.mktemp("engines")
    clean, city = folder / "clean", folder / "home" / "city"
    simulate(out=clean, months=parse_range("2023-11..2024-06"), persons=600, seed=7, production_url=None)
    dirty_city(clean, city, month=DIRTY, seed=1)
    for month in MONTHS:
        if month != DIRTY:
            shutil.copy(clean / f"production-{month}.db", city)
    settings = Settings(home=folder / "home", database_url=databases.create(template=migrated))
    for step in ("ingest", "build"):
        for month in MONTHS:
            run_fundwatch(
                step, "--month", month, *(["--feed", "production"] if step == "ingest" else []),
                settings=settings,
            )  # fmt: skip
    warehouse, work = open_warehouse(settings), folder / "spark"
    build_on_spark(settings, warehouse, layers=LEDGER_LAYERS, months=MONTHS, folder=work)
    return Engines(warehouse=warehouse, folder=work)


@pytest.mark.parametrize("layer", LEDGER_LAYERS)
def test_every_table_is_the_same_on_spark(engines: Engines, layer: str) -> None:
    on_postgresql, on_spark = engines.tables(layer)
    assert on_spark == on_postgresql
    differing, compared = {}, 0
    for table in sorted(on_spark):
        left, right = engines.rows(layer, table)
        compared += right.total()
        if left != right:
            differing[table] = {"on PostgreSQL only": left - right, "on Spark only": right - left}
    assert compared > 0
    assert differing == {}

"""A warehouse of a former release loses the tables of models that went; what others hold is left alone."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from fundwatch.database import migrations
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.support import Databases

BEFORE = "0047_bases_of_division"
TABLES = "review_contributions", "review_sums", "review_vouchers", "review_movements", "results"


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Settings:
    """A warehouse of the release before, in which the tables of its models stand."""
    settings = Settings(home=tmp_path / "home", database_url=databases.create())
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    config.attributes["url"] = make_url(settings.database_url).set(drivername="postgresql+psycopg")
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("create schema ops")
    command.upgrade(config, BEFORE)
    with psycopg.connect(settings.database_url) as connection:
        for table in TABLES:
            connection.execute(f"create table reconciliation.{table} (amount numeric)")
    return settings


def test_tables_of_models_that_went_are_dropped_by_the_upgrade(settings: Settings) -> None:
    query = "select relname from pg_class where relnamespace = 'reconciliation'::regnamespace"
    with open_warehouse(settings).connect() as connection:
        assert connection.execute(query).fetchall() == [("results",)]

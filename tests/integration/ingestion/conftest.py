"""One warehouse for all landing tests, emptied for each: making databases is what would take the time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from ingestion import land
from tests.integration.ingestion.support import rows_of
from tests.support import Databases, put_off_guards

_EMPTY = """
do $$
declare emptied text;
begin
    -- History and releases refuse to be deleted from by anyone but a test.
    set local session_replication_role = replica;
    for emptied in
        select format('%I.%I', schemaname, tablename) from pg_tables
        where schemaname in ('quarantine', 'landing', 'ops') and tablename <> 'schema_version'
        order by schemaname = 'ops', schemaname
    loop
        execute 'delete from ' || emptied;
    end loop;
end $$
"""


@pytest.fixture(scope="session")
def landing_database(databases: Databases, migrated: str) -> str:
    """URL of the warehouse the landing tests share, which they empty again and again."""
    url = databases.create(template=migrated)
    with psycopg.connect(url, autocommit=True) as connection:
        put_off_guards(connection)
    return url


@pytest.fixture
def settings(landing_database: str, tmp_path: Path) -> Settings:
    """Settings of an emptied warehouse, with a home, an inbox and no city."""
    return Settings(home=tmp_path / "home", database_url=landing_database)


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    """An emptied, migrated warehouse."""
    opened = open_warehouse(settings)
    with opened.connect() as connection:
        connection.execute(_EMPTY)
    return opened


@pytest.fixture
def ingest(warehouse: Warehouse, settings: Settings) -> Callable[..., dict[str, tuple[str, str]]]:
    """Return a function that ingests a feed, by default as June; it returns state and reason by file name."""

    def ingested(feed: str = "tax", month: str = "2024-06") -> dict[str, tuple[str, str]]:
        land(warehouse, settings, month=month, feeds=[feed])
        rows = rows_of(warehouse, "select name, state, reason from ops.files where feed = %s", feed)
        return {name: (state, reason) for name, state, reason in rows}

    return ingested

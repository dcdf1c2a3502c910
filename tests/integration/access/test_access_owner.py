"""Forced row security where the pipeline is an ordinary owner: it sees every row, and so does a dump."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from fundwatch.access import check
from fundwatch.acts.signoff import approve, review
from fundwatch.database import dump
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.integration.access.people import reading, seen, sign_in
from tests.integration.reporting.support import draft
from tests.support import Databases

SITE = """
    insert into site.versions (site_version) values ('v1');
    insert into site.divisions (_site_version, _row, division, level) values ('v1', 1, '230600', 'city')
"""


def text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def owned(databases: Databases, prefix: str) -> URL:
    """Return the URL of an empty database of a user who may create roles and nothing else."""
    url = make_url(databases.create())
    name = f"{prefix}_{url.database[-6:]}"
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(f"create role {name} login createrole password 'plain'")
        connection.execute(f"alter database {url.database} owner to {name}")
    return url.set(username=name, password="plain")  # noqa: S106 - a throw-away role


@pytest.fixture(scope="module")
def warehouse(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of an ordinary owner with one publication approved."""
    home = tmp_path_factory.mktemp("owned")
    warehouse = open_warehouse(Settings(home=home, database_url=text(owned(databases, "owner"))))
    with warehouse.connect() as connection:
        connection.execute(SITE)
    draft(warehouse, number=1)
    review(warehouse, number=1, name="李复核")
    approve(warehouse, number=1, name="张负责")
    return warehouse


def cells_seen(warehouse: Warehouse, *grants: tuple[str, str]) -> int:
    with reading(warehouse) as portal:
        return len(seen(portal, sign_in(warehouse, *grants), "select 1 from published.cells"))


def test_owner_sees_its_rows_through_forced_row_security(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        assert connection.execute(
            "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
        ).fetchone() == (False,)
        assert check.faults(connection) == []
        for relation in ("ops.publication_cells", "published.cells", "published.figures"):
            assert connection.execute(f"select count(*) from {relation}").fetchone() == (2,)
        connection.execute("drop policy pipeline on ops.publication_cells")
        assert connection.execute("select count(*) from ops.publication_cells").fetchone() == (0,)
        connection.rollback()


def test_sessions_are_judged_where_roles_bear_the_owners_name(warehouse: Warehouse) -> None:
    assert warehouse.portal_roles["portal"].startswith("fundwatch_portal_owner_") or (
        warehouse.portal_roles["portal"] == "fundwatch_portal"
    )
    assert cells_seen(warehouse, ("auditor", "230600")) == 2
    assert cells_seen(warehouse, ("admin", "230600")) == 0


def test_dump_of_an_ordinary_owner_is_restored_whole_by_another_user(
    warehouse: Warehouse, databases: Databases, tmp_path: Path
) -> None:
    dump.dump(warehouse.url, tmp_path / "dump")
    url = text(owned(databases, "other"))
    dump.restore(tmp_path / "dump", url)
    restored = open_warehouse(Settings(home=tmp_path / "home", database_url=url))
    assert not set(restored.portal_roles.values()) & set(warehouse.portal_roles.values())
    with restored.connect() as connection:
        assert check.faults(connection) == []
        assert connection.execute("select count(*) from ops.publication_cells").fetchone() == (2,)
    assert cells_seen(restored, ("statistician", "230600")) == 2
    assert cells_seen(restored, ("engineer", "230600")) == 0

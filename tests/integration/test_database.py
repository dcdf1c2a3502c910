"""The embedded server and the warehouse it holds."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from fundwatch import errors
from fundwatch.database import migrations, roles
from fundwatch.database.embedded import EmbeddedPostgres, account
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.support import Databases


@pytest.fixture
def embedded(tmp_path: Path):
    server = EmbeddedPostgres(tmp_path / "postgres")
    yield server
    server.stop()


def test_embedded_server_starts_in_a_folder_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "postgres")
    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server under another account")
def test_embedded_server_starts_when_its_programs_lie_in_a_folder_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = account.wheel_binaries().parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, closed / part.name, ignore=shutil.ignore_patterns("include"))
    with tempfile.TemporaryDirectory() as programs:
        Path(programs).chmod(0o755)
        monkeypatch.setattr(account, "PROGRAMS", Path(programs) / "fundwatch")
        server = EmbeddedPostgres(closed / "postgres", binaries=closed / package.name / "pginstall" / "bin")
        try:
            for _ in range(2):
                with psycopg.connect(server.start()) as connection:
                    assert connection.execute("select 1").fetchone() == (1,)
        finally:
            server.stop()
        assert len(list((Path(programs) / "fundwatch").iterdir())) == 1


def test_embedded_server_is_durable_local_and_private(embedded: EmbeddedPostgres) -> None:
    with psycopg.connect(embedded.start()) as connection:
        shown = {
            name: connection.execute("select current_setting(%s)", (name,)).fetchone()[0]
            for name in ("fsync", "full_page_writes", "synchronous_commit", "listen_addresses")
        }
    assert shown == {
        "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "listen_addresses": "127.0.0.1",
    }  # fmt: skip
    assert stat.S_IMODE((embedded.folder / "connection.json").stat().st_mode) == 0o600
    without_password = make_url(embedded.url("postgres")).set(password=None)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(without_password.render_as_string(), passfile="/dev/null")


def test_embedded_server_keeps_data_and_databases_apart_over_a_restart(embedded: EmbeddedPostgres) -> None:
    url = embedded.start()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 7 as value")
    assert embedded.stop()
    assert not embedded.status().running
    assert not embedded.stop()
    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("select value from kept").fetchone() == (7,)
    with psycopg.connect(embedded.url("airflow")) as connection:
        assert connection.execute("select to_regclass('kept')").fetchone() == (None,)


def test_embedded_server_that_runs_is_found_again_after_a_start_that_failed_during_its_recovery(
    embedded: EmbeddedPostgres,
) -> None:
    url = embedded.start()
    noted = embedded.folder / "connection.json"
    noted.write_text(json.dumps(json.loads(noted.read_text()) | {"port": 1}))
    assert embedded.start() == url
    assert embedded.status().running


def test_embedded_server_is_made_anew_when_its_creation_was_killed(embedded: EmbeddedPostgres) -> None:
    (embedded.folder / "data").mkdir(parents=True)
    (embedded.folder / "data" / "PG_VERSION").write_text("18\n")
    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_open_warehouse_changes_nothing_the_second_time(settings: Settings) -> None:
    first = open_warehouse(settings)
    with first.connect() as connection:
        before = connection.execute("select count(*), max(oid) from pg_class").fetchone()
    assert open_warehouse(settings) == first
    with first.connect() as connection:
        assert connection.execute("select count(*), max(oid) from pg_class").fetchone() == before


def test_roles_are_made_by_the_next_start_when_the_first_was_killed_after_migrating(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.create()
    with psycopg.connect(url, autocommit=True) as connection:
        migrations.upgrade(url, connection)
    assert open_warehouse(Settings(home=tmp_path, database_url=url)).roles_separated


def test_exclusive_refuses_a_second_holder_and_frees_the_lock_after(warehouse: Warehouse) -> None:
    with (
        warehouse.exclusive("one"),
        pytest.raises(errors.WarehouseBusy, match="two did not start"),
        warehouse.exclusive("two"),
    ):
        pytest.fail("two builds at once")
    with warehouse.exclusive("three"):
        pass


@pytest.mark.parametrize(("schema", "reads"), roles.READS.items())
def test_role_reads_only_the_layers_below_it(
    warehouse: Warehouse, schema: str, reads: tuple[str, ...]
) -> None:
    every = {*roles.READS, "landing", "ops", "site", "quarantine", "quality"}
    with warehouse.connect(autocommit=True) as connection:
        for each in every:
            connection.execute(f"create table if not exists {each}.probe (value int)")
            if each in roles.READS:
                connection.execute(f"alter table {each}.probe owner to {roles.role_of(each)}")
    with warehouse.connect(autocommit=True, role=roles.role_of(schema)) as connection:
        readable = set()
        for each in every:
            try:
                connection.execute(f"select * from {each}.probe")
            except psycopg.errors.InsufficientPrivilege:
                continue
            readable.add(each)
    assert readable == {schema, *reads}


def test_role_separation_is_reported_off_where_roles_may_not_be_created(databases: Databases) -> None:
    url = make_url(databases.create())
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("drop role if exists plain_user")
        connection.execute("create role plain_user login password 'plain'")
        connection.execute(f"alter database {url.database} owner to plain_user")
    plain = url.set(username="plain_user", password="plain").render_as_string(  # noqa: S106 - a throw-away role
        hide_password=False
    )
    settings = Settings(home=Path("unused"), database_url=plain)
    assert open_warehouse(settings).roles_separated is False
    assert open_warehouse(settings).roles_separated is False

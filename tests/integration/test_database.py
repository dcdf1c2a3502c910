"""The embedded server and the warehouse it holds."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from fundwatch import errors
from fundwatch.database.embedded import EmbeddedPostgres, account
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings


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


def test_embedded_server_that_ends_by_itself_while_it_is_stopped_is_stopped(
    embedded: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.start()
    run = embedded._run

    def run_after_its_end(program: str, *arguments: str) -> None:
        run(program, *arguments)
        run(program, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(embedded, "_run", run_after_its_end)
        assert embedded.stop()
    assert not embedded.status().running
    assert not embedded.stop()


def test_embedded_server_that_cannot_be_stopped_is_no_stopped_one(
    embedded: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.start()
    run = embedded._run
    with monkeypatch.context() as patched:
        patched.setattr(embedded, "_run", lambda program, *_: run(program, "no such act"))
        with pytest.raises(errors.ServiceFailed):
            embedded.stop()
    assert embedded.status().running


def test_embedded_server_is_made_anew_when_its_creation_was_killed(embedded: EmbeddedPostgres) -> None:
    (embedded.folder / "data.creating").mkdir(parents=True)
    (embedded.folder / "data.creating" / "PG_VERSION").write_text("18\n")
    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not (embedded.folder / "data.creating").exists()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server that holds a row and does not run."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("stopped") / "postgres")
    with psycopg.connect(server.start()) as connection:
        connection.execute("create table kept as select 7 as value")
    server.stop()
    return server.folder


@pytest.fixture
def holding(stopped: Path, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A copy of that server, free to be damaged."""
    subprocess.run(["cp", "-a", str(stopped), str(tmp_path)], check=True)
    server = EmbeddedPostgres(tmp_path / "postgres")
    yield server
    with suppress(errors.FundwatchError):
        server.stop(immediately=True)


def _kept(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("select value from kept").fetchone()[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [("complete", None), ("connection.json", None), ("connection.json", ""), ("connection.json", "[1]")],
)
def test_embedded_server_keeps_its_data_when_a_file_beside_it_is_gone(
    holding: EmbeddedPostgres, name: str, content: str | None
) -> None:
    (holding.folder / name).unlink()
    if content is not None:
        (holding.folder / name).write_text(content)
    assert _kept(holding.start()) == 7
    assert (holding.folder / "complete").exists()
    assert _kept(EmbeddedPostgres(holding.folder).start()) == 7


@pytest.mark.parametrize("left", ["complete", "connection.json"])
def test_embedded_server_is_never_made_anew_where_data_was(holding: EmbeddedPostgres, left: str) -> None:
    (holding.folder / "data").rename(holding.folder / "elsewhere")
    for name in {"complete", "connection.json"} - {left}:
        (holding.folder / name).unlink()
    with pytest.raises(errors.ServiceFailed, match="lost its data folder"):
        holding.start()
    assert not (holding.folder / "data").exists()


def test_embedded_server_leaves_files_that_are_no_whole_database(holding: EmbeddedPostgres) -> None:
    for path in ("complete", "connection.json", "data/global/pg_control"):
        (holding.folder / path).unlink()
    with pytest.raises(errors.ServiceFailed, match="no whole database"):
        holding.start()
    assert (holding.folder / "data" / "PG_VERSION").exists()


def test_embedded_server_that_runs_without_its_password_says_the_way_back(holding: EmbeddedPostgres) -> None:
    holding.start()
    (holding.folder / "connection.json").unlink()
    for command in (holding.start, holding.status):
        with pytest.raises(errors.ServiceFailed, match="fundwatch db down"):
            command()
    assert holding.stop()
    assert _kept(holding.start()) == 7


@pytest.mark.parametrize("content", [b"", b"\xff\x00 garbage\n", b"-1\n"])
def test_damaged_pid_file_is_named_with_the_way_back(holding: EmbeddedPostgres, content: bytes) -> None:
    path = holding.folder / "data" / "postmaster.pid"
    path.write_bytes(content)
    for command in (holding.start, holding.stop, holding.status):
        with pytest.raises(errors.ServiceFailed, match=r"postmaster\.pid is damaged.*remove that file"):
            command()
    path.unlink()
    assert _kept(holding.start()) == 7


def test_server_in_a_folder_closed_to_this_user_is_named(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "home" / "postgres")
    server.folder.mkdir(parents=True)
    server.folder.parent.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)
        for command in (server.start, server.stop, server.status):
            with pytest.raises(errors.FolderUnusable, match=r"closed to this user|cannot be used"):
                command()
    finally:
        os.seteuid(user)
        server.folder.parent.chmod(0o700)


def test_server_starts_at_once_when_another_program_has_its_process_number(holding: EmbeddedPostgres) -> None:
    path = holding.folder / "data" / "postmaster.pid"
    owner = (holding.folder / "data" / "PG_VERSION").stat()
    with subprocess.Popen(["sleep", "600"], user=owner.st_uid, group=owner.st_gid) as other:
        path.write_text(f"{other.pid}\n{holding.folder / 'data'}\n1700000000\n5432\n\n127.0.0.1\n")
        os.chown(path, owner.st_uid, owner.st_gid)
        began = time.monotonic()
        assert not holding.status().running
        assert not holding.stop()
        assert _kept(holding.start()) == 7
        assert time.monotonic() - began < 30
        assert other.poll() is None
        other.kill()


def test_open_warehouse_changes_nothing_the_second_time(settings: Settings) -> None:
    first = open_warehouse(settings)
    with first.connect() as connection:
        before = connection.execute("select count(*), max(oid) from pg_class").fetchone()
    assert open_warehouse(settings) == first
    with first.connect() as connection:
        assert connection.execute("select count(*), max(oid) from pg_class").fetchone() == before


def test_exclusive_refuses_a_second_holder_and_frees_the_lock_after(warehouse: Warehouse) -> None:
    with (
        warehouse.exclusive("one"),
        pytest.raises(errors.WarehouseBusy, match="two did not start"),
        warehouse.exclusive("two"),
    ):
        pytest.fail("two builds at once")
    with warehouse.exclusive("three"):
        pass

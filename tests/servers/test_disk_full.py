"""Disks run full, of the vault and of the database: an operator's error, nothing half, and then it goes on.

Small file systems in memory are mounted for this, so these tests need root.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import DiskFull
from fundwatch.settings import Settings
from tests.faults.arrivals import write_arrivals
from tests.faults.conftest import INGEST, land_before
from tests.faults.state import State, broken_accounts, broken_invariants, state_of
from tests.faults.workers import Forker

pytestmark = pytest.mark.servers
UNAVAILABLE, DISK_FULL = 11, 25
_SEGMENT = 16 * 2**20


@contextmanager
def small_disk(folder: Path, *, mebibytes: int) -> Iterator[Path]:
    """Mount a small file system in memory."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(disk: Path, *, leaving: int = 0) -> Iterator[None]:
    """Fill a disk up to a few bytes while the block runs."""
    filler = disk / "filler"
    with filler.open("wb") as handle, suppress(OSError):
        handle.write(b"\0" * (shutil.disk_usage(disk).free - leaving))
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture(scope="module")
def forker(tmp_path_factory) -> Forker:
    return Forker(tmp_path_factory.mktemp("commands"))


@pytest.fixture(scope="module")
def arrived(tmp_path_factory) -> Settings:
    return write_arrivals(tmp_path_factory.mktemp("arrived"))


@pytest.fixture(scope="module")
def peace(arrived, databases, migrated, forker) -> State:
    """What is left when no disk is full."""
    settings = replace(arrived, database_url=databases.create(template=migrated))
    land_before(settings, forker)
    assert forker.run(*INGEST, settings=settings).code == 0
    return state_of(settings, forker)


def require_completion(settings: Settings, forker: Forker, peace: State) -> None:
    """Land what is left, now that there is room, and find everything as if there always had been."""
    ended = forker.run(*INGEST, settings=settings)
    assert ended.code == 0, ended.errors
    assert broken_invariants(settings) == []
    assert state_of(settings, forker).differences(peace) == []


@pytest.mark.parametrize("leaving", [0, 40_000], ids=["no room", "room for some files"])
def test_landing_completes_when_the_disk_of_the_vault_was_full(
    arrived, databases, migrated, forker, peace, tmp_path, leaving
):
    with small_disk(tmp_path / "disk", mebibytes=8) as disk:
        url = databases.create(template=migrated)
        settings = replace(arrived, database_url=url, home=disk / "home")
        land_before(settings, forker)
        with filled(disk, leaving=leaving):
            ended = forker.run(*INGEST, settings=settings)
            assert (ended.code, ended.errors.count("\n")) == (DISK_FULL, 1), ended.errors
            assert broken_accounts(settings) == []
        require_completion(settings, forker, peace)


def test_embedded_database_says_that_its_disk_is_full_when_it_cannot_begin(tmp_path):
    with small_disk(tmp_path / "disk", mebibytes=20) as disk:
        disk.chmod(0o711)
        server = EmbeddedPostgres(disk / "postgres")
        with pytest.raises(DiskFull):
            server.start()
        assert not (server.folder / "data").exists()


@pytest.fixture
def small_server(arrived, forker, tmp_path) -> Iterator[tuple[EmbeddedPostgres, Settings, Path]]:
    """A server on a small disk, with the month before landed."""
    with small_disk(tmp_path / "disk", mebibytes=250) as disk:
        disk.chmod(0o711)
        server = EmbeddedPostgres(disk / "postgres")
        settings = replace(arrived, home=tmp_path / "home", database_url=server.start())
        open_warehouse(settings)
        land_before(settings, forker)
        yield server, settings, disk
        server.stop(immediately=True)


def test_landing_completes_when_the_disk_of_the_database_was_full(small_server, forker, peace):
    _, settings, disk = small_server
    with filled(disk):
        for _ in range(2):
            ended = forker.run(*INGEST, settings=settings)
            assert (ended.code, ended.errors.count("\n")) == (DISK_FULL, 1), ended.errors
            assert broken_accounts(settings) == []
    require_completion(settings, forker, peace)


def test_landing_completes_when_the_log_of_the_database_had_no_room(small_server, forker, peace):
    running, settings, disk = small_server
    frozen = forker.start(*INGEST, settings=settings, failpoint="loading.rows:3:stop")
    frozen.wait_until_frozen()
    with filled(disk, leaving=_SEGMENT // 2):
        with suppress(psycopg.Error), psycopg.connect(settings.database_url, autocommit=True) as connection:
            for _ in range(10):
                connection.execute("select pg_switch_wal(), pg_logical_emit_message(true, 'fault', 'x')")
        frozen.go_on()
        ended = frozen.wait()
        assert (ended.code, ended.errors.count("\n")) == (UNAVAILABLE, 1), ended.errors
    running.stop(immediately=True)
    running.start()
    require_completion(settings, forker, peace)

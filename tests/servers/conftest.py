"""A MariaDB server of our own, for as long as the tests run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

_PATIENCE = 30


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty database on a server that listens on 127.0.0.1 only and goes with the tests."""
    program = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    if not Path(program).exists():
        pytest.fail("mariadbd is not installed: apt-get install mariadb-server")
    folder, port = tmp_path_factory.mktemp("mariadb"), _free_port()
    data = folder / "data"
    user = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
         "--auth-root-authentication-method=normal", *user],
        check=True, capture_output=True,
    )  # fmt: skip
    server = subprocess.Popen(
        [program, "--no-defaults", f"--datadir={data}", f"--socket={folder}/socket", f"--port={port}",
         f"--pid-file={folder}/pid", "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0",
         "--character-set-server=utf8mb4", "--lower-case-table-names=0", *user],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(port, server)
        yield f"mysql+pymysql://root@127.0.0.1:{port}/core?charset=utf8mb4"
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE)


def _await(port: int, server: subprocess.Popen) -> None:
    """Wait until the server answers, and make the database."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with pymysql.connect(host="127.0.0.1", port=port, user="root") as connection:
                connection.cursor().execute("create database core character set utf8mb4")
                return
        except pymysql.err.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]

"""The statements a request makes as the role that reads, and ``pgbench`` running them at the same rate."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from starlette.testclient import TestClient

from benchmarks.portal.load import CONNECTIONS, PER_SECOND
from benchmarks.portal.people import Request
from fundwatch.database.embedded.account import wheel_binaries
from fundwatch.settings import Settings
from portal.application import create_app
from portal.database import Urls
from portal.settings import PortalSettings

_BEGIN = "begin transaction isolation level repeatable read, read only;"
_OK, _FIELDS = 200, 6
_MICROSECONDS = 1e6


@contextmanager
def in_process(settings: Settings, urls: Urls) -> Iterator[TestClient]:
    """Give a client of the application in this process, with no limit of requests."""
    ours = PortalSettings(requests_per_second=1_000_000)
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "portal").mkdir(exist_ok=True)
    app = create_app(ours, urls, home=settings.home)
    with TestClient(app, base_url=ours.url, follow_redirects=False) as client:
        yield client


def statements_of(client: TestClient, request: Request, *, role: str) -> list[str]:
    """Return what a request has the server do as ``role``, with the values in it.

    Raises: RuntimeError when the answer is not the page.
    """
    statements: list[str] = []
    plain = psycopg.Connection.execute

    def noted(connection: psycopg.Connection, query: Any, values: Any = None, **how: Any) -> Any:
        if connection.info.user == role:
            statements.append(psycopg.ClientCursor(connection).mogrify(query, values))
        return plain(connection, query, values, **how)

    with mock.patch.object(psycopg.Connection, "execute", noted):
        answer = client.get(request.address, headers=request.reader.headers)
    if answer.status_code != _OK:
        raise RuntimeError(f"{request.name} answers {answer.status_code}")
    return [" ".join(statement.split()) for statement in statements]


def write_script(file: Path, statements: Sequence[str]) -> None:
    """Write the statements of one request as a script of one transaction."""
    lines = [_BEGIN, *(f"{statement};" for statement in statements), "end;"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def pgbench(url: str, scripts: Mapping[str, Path], *, seconds: int, folder: Path) -> dict[str, list[float]]:
    """Run the scripts in equal parts at the rate of the load on as many connections.

    Shape:  name -> seconds of each of its transactions, from when it was due.
    Raises: RuntimeError when a transaction fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        str(wheel_binaries() / "pgbench"), "--no-vacuum", f"--client={CONNECTIONS}", "--jobs=1",
        f"--rate={PER_SECOND}", f"--time={seconds}", "--log", f"--log-prefix={folder / 'log'}",
        *(f"--file={script}" for script in scripts.values()), url,
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PGCLIENTENCODING": "UTF8"}
    )
    if done.returncode or "ERROR" in done.stderr:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    names = list(scripts)
    seconds_of: dict[str, list[float]] = {name: [] for name in names}
    for log in folder.glob("log.*"):
        for line in log.read_text().splitlines():
            fields = line.split()
            if len(fields) >= _FIELDS:
                seconds_of[names[int(fields[3])]].append(int(fields[2]) / _MICROSECONDS)
    return seconds_of

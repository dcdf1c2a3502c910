"""The server as operators start it: slow and half-open clients, a database that goes away and comes back."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvicorn
from sqlalchemy.engine import make_url

from fundwatch.database import sign_in
from fundwatch.host import free_port
from pipeline.services import portal as portal_service
from portal import server, starting
from portal.database import Urls
from portal.middleware import protocol
from portal.settings import PortalSettings
from tests.portal.conftest import CITY, PortalCity, add_user, begin_session
from tests.running.commands import PROGRAM
from tests.support import portal_ports

_SECONDS = 120


class Served:
    """A portal that runs as its own program."""

    def __init__(self, port: int, metrics: int, log: Path) -> None:
        """Remember where it is."""
        self.port, self.metrics, self.log = port, metrics, log

    def get(self, path: str, *, port: int = 0, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers of a GET."""
        with closing(http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=30)) as connection:
            connection.request(
                "GET", path, headers={name.replace("_", "-"): headers[name] for name in headers}
            )
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())


def _environment(door: PortalCity, port: int, metrics: int, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FUNDWATCH_")}
    return {
        **inherited,
        "FUNDWATCH_HOME": str(door.settings.home),
        "FUNDWATCH_DATABASE_URL": door.settings.database_url or "",
        "FUNDWATCH_PORTAL_PORT": str(port),
        "FUNDWATCH_PORTAL_METRICS_PORT": str(metrics),
        "FUNDWATCH_PORTAL_WORKERS": "2",
        **more,
    }


@pytest.fixture(scope="module")
def served(door: PortalCity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The portal of the empty warehouse, as its own program with two workers."""
    port, metrics = free_port(), free_port()
    log = tmp_path_factory.mktemp("portal") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(PROGRAM), "portal"], env=_environment(door, port, metrics), stdout=output, stderr=output
        )
    portal = Served(port, metrics, log)
    try:
        _wait_until_ready(portal, process)
        yield portal
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_ready(portal: Served, process: subprocess.Popen) -> None:
    until = time.monotonic() + _SECONDS
    while True:
        try:
            if portal.get("/readyz")[0] == 200:
                return
        except OSError:
            pass
        log = portal.log.read_text() if portal.log.is_file() else ""
        assert process.poll() is None, log
        assert time.monotonic() < until, log
        threading.Event().wait(0.2)


def test_probes_answer_and_metrics_name_nobody(door: PortalCity, served: Served) -> None:
    user = add_user(door.warehouse, ("auditor", CITY))
    secret = begin_session(door.warehouse, user)
    host = f"127.0.0.1:{served.port}"
    assert served.get("/healthz")[:2] == (200, b"ok")
    assert served.get("/api/v1/me", host=host, cookie=f"__Host-fundwatch={secret}")[0] == 200
    assert served.get("/none/" + user, host=host)[0] == 404
    metrics = served.get("/metrics", port=served.metrics)[1].decode()
    assert 'fundwatch_portal_requests_total{method="GET",route="/api/v1/me",status="200"}' in metrics
    assert "fundwatch_portal_sessions" in metrics
    assert user not in metrics
    assert secret not in metrics


def _counted(served: Served, sample: str) -> float:
    """Return what Prometheus is told of a name and its labels; 0 where nothing is."""
    lines = served.get("/metrics", port=served.metrics)[1].decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{sample} "))


def test_metrics_add_up_what_all_workers_count(door: PortalCity, served: Served) -> None:
    user = add_user(door.warehouse, ("engineer", CITY))
    secret = begin_session(door.warehouse, user)
    host, cookie = f"127.0.0.1:{served.port}", f"__Host-fundwatch={secret}"
    refused = 'fundwatch_portal_denials_total{kind="not-found"}'
    route = 'fundwatch_portal_requests_total{method="GET",route="/api/v1/cases",status="404"}'
    before = _counted(served, refused), _counted(served, route)
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: served.get("/api/v1/cases", host=host, cookie=cookie)[0], range(24))
        )
    assert answers == [404] * 24
    assert (_counted(served, refused) - before[0], _counted(served, route) - before[1]) == (24, 24)
    assert _counted(served, 'fundwatch_portal_pool{pool="reading",state="size"}') >= 2
    with door.connect() as connection:
        row = connection.execute(
            "select count(*) from portal.sessions where ended_at is null and idle_until > now()"
        ).fetchone()
    assert row
    assert _counted(served, "fundwatch_portal_sessions") == row[0]


def test_what_is_no_request_is_told_so_with_the_headers_of_every_response(served: Served) -> None:
    for sent in (b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * (70 * 2**10)):
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as client:
            client.sendall(sent)
            answer = client.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"content-security-policy: default-src 'none'" in answer
        assert b"server:" not in answer.lower()


@pytest.mark.scenarios
def test_half_open_clients_keep_nobody_out_and_are_hung_up_on(served: Served) -> None:
    waiting = [socket.create_connection(("127.0.0.1", served.port), timeout=60) for _ in range(60)]
    for client in waiting[::2]:
        client.sendall(b"GET /healthz HTTP/1.1\r\nhost:")
    assert served.get("/healthz")[0] == 200
    begun = time.monotonic()
    for client in waiting:
        assert client.recv(1) == b""
        client.close()
    assert time.monotonic() - begun < protocol.HEAD_SECONDS * 4


def test_lost_backends_are_replaced_without_a_restart(door: PortalCity, served: Served) -> None:
    secret = begin_session(door.warehouse, add_user(door.warehouse, ("auditor", CITY)))
    host, cookie = f"127.0.0.1:{served.port}", f"__Host-fundwatch={secret}"
    assert served.get("/api/v1/me", host=host, cookie=cookie)[0] == 200
    kill = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and application_name like 'fundwatch portal%'"
    )
    for _ in range(3):
        with psycopg.connect(door.settings.database_url or "", autocommit=True) as connection:
            connection.execute(kill)
        assert served.get("/api/v1/me", host=host, cookie=cookie)[0] == 200


def _settings_with(urls: Urls) -> dict[str, Any]:
    names = ("database_url", "acts_database_url", "signin_database_url")
    return dict(zip(names, astuple(urls), strict=True))


def test_portal_serves_with_the_urls_of_its_roles_alone(door: PortalCity, tmp_path: Path) -> None:
    """Nothing of the warehouse's owner is told, and the home is another one."""
    urls = {f"FUNDWATCH_PORTAL_{name.upper()}": url for name, url in _settings_with(door.urls).items()}
    environment = _environment(door, free_port(), 0, **urls)
    environment["FUNDWATCH_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    environment["FUNDWATCH_HOME"] = str(tmp_path / "other")
    process = subprocess.Popen([str(PROGRAM), "portal"], env=environment)
    try:
        _wait_until_ready(Served(int(environment["FUNDWATCH_PORTAL_PORT"]), 0, tmp_path), process)
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_roles_are_given_the_passwords_of_the_urls_that_are_set(
    door: PortalCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = PortalSettings(**_settings_with(door.urls))
    assert starting.give_passwords(door.warehouse, settings) == []
    given: list[tuple[str, str]] = []

    def lets_in(url: str) -> bool:
        parts = make_url(url)
        return (parts.username, parts.password) in given

    monkeypatch.setattr(starting, "_lets_in", lets_in)
    monkeypatch.setattr(sign_in, "give_password", lambda _, role, password: given.append((role, password)))
    assert starting.give_passwords(door.warehouse, settings) == [role for role, _ in given]
    assert given == [(make_url(url).username, make_url(url).password) for url in astuple(door.urls)]
    assert starting.give_passwords(door.warehouse, PortalSettings(database_url="postgresql://x@y/z")) == []


def test_portal_refuses_to_start_where_row_security_is_off(door: PortalCity) -> None:
    table = "ops.publication_cases"
    with door.connect() as connection:
        connection.execute(f"alter table {table} disable row level security")
    try:
        done = subprocess.run(
            [str(PROGRAM), "portal"], env=_environment(door, free_port(), 0), capture_output=True,
            check=False, timeout=_SECONDS,
        )  # fmt: skip
    finally:
        with door.connect() as connection:
            connection.execute(f"alter table {table} enable row level security")
    assert done.returncode == 21
    assert b"does not enforce who sees what" in done.stderr
    assert b"publication_cases" in done.stderr


def test_portal_does_not_listen_for_others_without_encryption(door: PortalCity) -> None:
    done = subprocess.run(
        [str(PROGRAM), "portal"], capture_output=True, check=False, timeout=_SECONDS,
        env=_environment(door, free_port(), 0, FUNDWATCH_PORTAL_HOST="192.0.2.1"),
    )  # fmt: skip
    assert done.returncode == 24
    assert b"FUNDWATCH_PORTAL_HOST" in done.stderr


def test_worker_that_imports_slowly_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = []

    class Supervisor:
        def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
            patience.append(config.timeout_worker_healthcheck)
            for listening in sockets:
                listening.close()

        def run(self) -> None:
            """Serve nothing."""

    monkeypatch.setattr("uvicorn.supervisors.Multiprocess", Supervisor)
    for name in ("DATABASE_URL", "ACTS_DATABASE_URL", "SIGNIN_DATABASE_URL", "PORT"):
        monkeypatch.setenv(f"FUNDWATCH_PORTAL_{name}", str(free_port()))
    monkeypatch.setenv("FUNDWATCH_HOME", str(tmp_path))
    settings = PortalSettings(port=free_port(), metrics_port=0)
    server.serve(settings, Urls("", "", ""), home=tmp_path)
    assert patience == [pytest.approx(120, abs=60)]


@pytest.mark.scenarios
def test_portal_starts_beside_airflow_and_stops(
    door: PortalCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in portal_ports().items():
        monkeypatch.setenv(name, value)
    settings = replace(door.settings, home=tmp_path)
    try:
        portal_service.start(settings, on_progress=lambda _: None)
        assert portal_service.word(settings) == "running"
    finally:
        portal_service.stop(settings)
    assert portal_service.word(settings) == "stopped"

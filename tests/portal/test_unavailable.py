"""What the portal says while the database is slow, held up or away, and that it comes back by itself."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from fundwatch.host import free_port
from portal import database
from portal.application import create_app
from portal.visits import CurrentVisit
from tests.portal.conftest import CITY, URL, Browser, PortalCity, add_user, begin_session
from tests.portal.test_server import Served, _wait_until_ready
from tests.running.commands import PROGRAM

_SECONDS = 300


def test_statement_that_takes_too_long_is_ended_and_said_so(
    door: PortalCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "statement_timeout=5000" in database._SETTINGS
    monkeypatch.setattr(
        database, "_SETTINGS", database._SETTINGS.replace("statement_timeout=5000", "statement_timeout=200")
    )
    app = create_app(door.portal_settings, door.urls, home=door.settings.home)

    def slow(visit: CurrentVisit) -> None:
        visit.rows("select pg_sleep(30)")

    def traced(visit: CurrentVisit) -> int:
        return len(visit.rows("select pg_sleep(0.4)", seconds=10))

    app.get("/api/v1/slow")(slow)
    app.get("/slow")(slow)
    app.get("/api/v1/traced")(traced)
    user = add_user(door.warehouse, ("auditor", CITY))
    with Browser(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as client:
        client.use(begin_session(door.warehouse, user))
        answer = client.get("/api/v1/slow")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/timeout")
        assert int(answer.headers["retry-after"]) > 0
        assert "pg_sleep" not in answer.text
        page = client.get("/slow")
        assert (page.status_code, page.headers["retry-after"]) == (503, answer.headers["retry-after"])
        assert "查询时间过长" in page.text
        assert client.get("/api/v1/traced").json() == 1
        assert client.get("/api/v1/me").status_code == 200


@pytest.mark.scenarios
def test_server_that_is_stopped_and_started_is_found_again(tmp_path: Path) -> None:
    """A whole PostgreSQL goes away: 503 with a time to wait; when it is back, no restart is needed."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FUNDWATCH_")}
    environment |= {
        "FUNDWATCH_HOME": str(tmp_path / "home"), "FUNDWATCH_PORTAL_PORT": str(port),
        "FUNDWATCH_PORTAL_METRICS_PORT": "0", "FUNDWATCH_PORTAL_WORKERS": "1",
    }  # fmt: skip

    def run(*arguments: str) -> None:
        subprocess.run([str(PROGRAM), *arguments], env=environment, check=True, timeout=_SECONDS)

    run("db", "up")
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([str(PROGRAM), "portal"], env=environment, stdout=output, stderr=output)
    portal, headers = Served(port, 0, log), {"host": f"127.0.0.1:{port}"}
    asked = {**headers, "cookie": "__Host-fundwatch=" + "0" * 64}
    try:
        _wait_until_ready(portal, process)
        assert _get(portal, asked)[0] == 401
        run("db", "down")
        begun = time.monotonic()
        status, _, answered = _get(portal, asked)
        assert status == 503
        assert int(answered["retry-after"]) > 0
        assert time.monotonic() - begun < 10
        status, page, told = portal.get("/", host=asked["host"], cookie=asked["cookie"])
        assert (status, told["content-type"]) == (503, "text/html; charset=utf-8")
        assert "数据库暂时不可用" in page.decode()
        assert _until(portal, 503)[1] == b'{"failing":["database"]}'
        assert portal.get("/healthz")[0] == 200
        run("db", "up")
        assert _until(portal, 200)[1] == b"ok"
        assert _get(portal, asked)[0] == 401
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(timeout=60)
        run("db", "down")


def _get(portal: Served, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    status, body, answered = portal.get("/api/v1/me", host=headers["host"], cookie=headers["cookie"])
    return status, body, {name.lower(): value for name, value in answered.items()}


def _until(portal: Served, status: int) -> tuple[int, bytes, dict[str, str]]:
    """Ask whether it is ready until it says so; return the answer."""
    until = time.monotonic() + 60
    while True:
        answer = portal.get("/readyz")
        if answer[0] == status or time.monotonic() > until:
            return answer
        threading.Event().wait(0.5)

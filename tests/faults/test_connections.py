"""The connection to PostgreSQL is lost, around a COMMIT above all, or the server itself stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.faults.conftest import INGEST, land_before
from tests.faults.proxy import CuttingProxy
from tests.faults.state import broken_accounts, broken_invariants, state_of
from tests.faults.workers import Ended

UNAVAILABLE = 11
TERMINATE = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


def is_operators_error(ended: Ended) -> bool:
    """Whether it ended as an operator can act on: one line, its own exit code."""
    return ended.code == UNAVAILABLE and ended.errors.startswith("error: ") and ended.errors.count("\n") == 1


@pytest.fixture
def ingest_through_proxy(scene, forker) -> Iterator[Callable[..., tuple[Ended, int]]]:
    proxies = []

    def ingest(**cut) -> tuple[Ended, int]:
        proxy = CuttingProxy(scene.database_url, **cut)
        proxies.append(proxy)
        ended = forker.run(*INGEST, settings=replace(scene, database_url=proxy.url))
        return ended, proxy.commits

    yield ingest
    for proxy in proxies:
        proxy.close()


@pytest.mark.scenarios
@pytest.mark.parametrize("answered", [True, False], ids=["its answer", "itself"])
@pytest.mark.parametrize("commit", [1, 4, 9])
def test_landing_recovers_when_a_commit_is_lost(ingest_through_proxy, scene, forker, peace, commit, answered):
    ended, commits = ingest_through_proxy(cut_at=commit, answered=answered)
    assert commits >= commit
    assert is_operators_error(ended), ended.errors
    assert broken_accounts(scene) == []
    assert forker.run(*INGEST, settings=scene).code == 0
    assert broken_invariants(scene) == []
    assert state_of(scene, forker).differences(peace.state) == []


@pytest.mark.faults
@pytest.mark.parametrize("answered", [True, False], ids=["its answer", "itself"])
def test_landing_recovers_when_any_commit_is_lost(make_scene, forker, peace, answered):
    commit, wrong = 0, {}
    while True:
        commit, settings = commit + 1, make_scene()
        proxy = CuttingProxy(settings.database_url, cut_at=commit, answered=answered)
        ended = forker.run(*INGEST, settings=replace(settings, database_url=proxy.url))
        proxy.close()
        if proxy.commits < commit:
            break
        faults = [] if is_operators_error(ended) else [ended.errors]
        faults += broken_accounts(settings)
        assert forker.run(*INGEST, settings=settings).code == 0
        faults += broken_invariants(settings) + state_of(settings, forker).differences(peace.state)
        if faults:
            wrong[commit] = faults
    assert commit > 10
    assert wrong == {}


@pytest.mark.parametrize("place", ["loading.rows", "loading.before_commit", "production.during_rows"])
def test_landing_recovers_when_its_backend_is_killed(scene, forker, peace, place):
    frozen = forker.start(*INGEST, settings=scene, failpoint=f"{place}:1:stop")
    frozen.wait_until_frozen()
    with psycopg.connect(scene.database_url) as connection:
        assert connection.execute(TERMINATE).fetchone()[0] >= 1
    frozen.go_on()
    ended = frozen.wait()
    assert is_operators_error(ended), ended.errors
    assert forker.run(*INGEST, settings=scene).code == 0
    assert broken_invariants(scene) == []
    assert state_of(scene, forker).differences(peace.state) == []


@pytest.fixture
def own_server(arrived: Settings, forker, tmp_path: Path) -> Iterator[tuple[EmbeddedPostgres, Settings]]:
    """A server of this test's own, free to be stopped, with the month before landed."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    settings = replace(arrived, home=tmp_path / "home", database_url=server.start())
    open_warehouse(settings)
    land_before(settings, forker)
    yield server, settings
    server.stop(immediately=True)


@pytest.mark.scenarios
def test_landing_recovers_when_the_server_stops_at_once(own_server, forker, peace):
    server, settings = own_server
    for place in ("production.after_rows", "loading.rows", "loading.before_commit"):
        frozen = forker.start(*INGEST, settings=settings, failpoint=f"{place}:2:stop")
        frozen.wait_until_frozen()
        server.stop(immediately=True)
        frozen.go_on()
        ended = frozen.wait()
        assert is_operators_error(ended), f"{place}: {ended.errors}"
        down = forker.run(*INGEST, settings=settings)
        assert is_operators_error(down), f"{place}: {down.errors}"
        server.start()
        assert broken_accounts(settings) == []
    assert forker.run(*INGEST, settings=settings).code == 0
    assert broken_invariants(settings) == []
    assert state_of(settings, forker).differences(peace.state) == []

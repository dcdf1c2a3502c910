"""Several workers at the same files, and workers that freeze while others go on: one copy of everything."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from tests.faults.conftest import INGEST
from tests.faults.state import broken_invariants, state_of
from tests.integration.ingestion.support import receipts, write_file

UNAVAILABLE = 11
# Where a worker holds nothing that another would have to wait for.
FREE = ("vault.before_rename", "file.after_claim", "loading.rows", "loading.after_quarantine",
    "production.after_reading")  # fmt: skip
# More of these, and where its transaction holds locks that others need until the server ends its session.
MORE = (
    "vault.during_write", "file.before_claim", "file.after_decision", "loading.after_rows",
    "loading.before_commit", "production.during_read", "production.during_rows", "production.before_commit",
)  # fmt: skip


def test_one_file_is_loaded_once_when_two_workers_load_it_together(scene, forker, peace):
    workers = [forker.start(*INGEST, settings=scene, failpoint="loading.after_rows:1:stop") for _ in range(2)]
    for worker in workers:
        worker.wait_until_frozen()
    for worker in workers:
        worker.go_on()
    assert [worker.wait().code for worker in workers] == [0, 0]
    assert forker.run(*INGEST, settings=scene).code == 0
    assert broken_invariants(scene) == []
    assert state_of(scene, forker).differences(peace.state) == []


@pytest.mark.parametrize(
    ("amounts", "states"),
    [(("5.00", "5.00"), ["duplicate", "loaded"]), (("5.00", "6.00"), ["loaded", "rejected"])],
    ids=["the same bytes", "the same slot"],
)
def test_one_of_two_files_is_loaded_when_two_workers_load_them_together(
    scene, forker, tmp_path, amounts, states
):
    workers = []
    for name, amount in zip(("one", "other"), amounts, strict=True):
        settings = replace(scene, inbox=tmp_path / name)
        receipt = receipts(("r", "", "110", amount, "2024-06-20", "", "230602"))
        write_file(settings, "tax", f"{name}.csv", **receipt, division="230604")
        command = ("ingest", "--month", "2024-06", "--feed", "tax")
        workers.append(forker.start(*command, settings=settings, failpoint="loading.after_rows:1:stop"))
    for worker in workers:
        worker.wait_until_frozen()
    for worker in workers:
        worker.go_on()
    assert [worker.wait().code for worker in workers] == [0, 0]
    with psycopg.connect(scene.database_url) as connection:
        rows = connection.execute("select state from ops.files where division = '230604' order by state")
        assert [state for (state,) in rows] == states
    assert broken_invariants(scene) == []


@pytest.mark.scenarios
def test_inbox_is_landed_once_when_eight_workers_process_it_together(scene, forker, peace):
    workers = [forker.start(*INGEST, settings=scene) for _ in range(8)]
    assert [(ended.code, ended.errors) for ended in (worker.wait() for worker in workers)] == [(0, "")] * 8
    assert forker.run(*INGEST, settings=scene).code == 0
    assert broken_invariants(scene) == []
    assert state_of(scene, forker).differences(peace.state) == []


@pytest.mark.parametrize(
    "place",
    [
        *(pytest.param(place, marks=pytest.mark.scenarios) for place in FREE),
        *(pytest.param(place, marks=pytest.mark.faults) for place in MORE),
    ],
)
def test_frozen_worker_changes_nothing_when_it_continues_after_its_retry(scene, forker, peace, place):
    frozen = forker.start(*INGEST, settings=scene, failpoint=f"{place}:1:stop")
    frozen.wait_until_frozen()
    retry = forker.run(*INGEST, settings=scene)
    assert retry.code == 0, retry.errors
    frozen.go_on()
    ended = frozen.wait()
    assert ended.code in (0, UNAVAILABLE), ended.errors
    assert broken_invariants(scene) == []
    assert state_of(scene, forker).differences(peace.state) == []

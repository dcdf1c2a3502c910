"""One copy, whatever happens: dead processes, stopped ones, two workers at one file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from fundwatch.errors import WarehouseUnavailable
from ingestion import land, locks
from ingestion.files.loading import ledger
from ingestion.files.loading import load as loading
from tests.integration.ingestion.support import (
    rows_of,
    voucher,
    vouchers,
    write_file,
    write_production,
    write_site,
)


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings)


@pytest.fixture
def file(settings):
    rows = [voucher(amount="10.00") for _ in range(200)] + [voucher(amount="0.50", collected_on="")]
    write_file(settings, "tax", "v.csv", **vouchers(*rows))


def copies(warehouse) -> list[tuple]:
    """State of the one file, its rows in landing, its rows in quarantine."""
    return rows_of(
        warehouse,
        "select state, (select count(*) from landing.tax__voucher), (select count(*) from quarantine.rows)"
        " from ops.files",
    )


def ingest(warehouse, settings):
    return land(warehouse, settings, month="2024-06", feeds=["tax"])


@pytest.mark.usefixtures("file")
def test_file_is_loaded_once_when_the_process_dies_before_it_commits(warehouse, settings, monkeypatch):
    entered = ledger.enter_loaded

    def die_at_the_end(connection, *arguments, **options):
        entered(connection, *arguments, **options)
        connection.close()
        raise psycopg.OperationalError("connection lost: 张三")

    monkeypatch.setattr(ledger, "enter_loaded", die_at_the_end)
    with pytest.raises(WarehouseUnavailable) as caught:
        ingest(warehouse, settings)
    assert "张三" not in str(caught.value)
    assert copies(warehouse) == [("loading", 0, 0)]
    monkeypatch.undo()
    ingest(warehouse, settings)
    assert copies(warehouse) == [("loaded", 200, 1)]


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("module", "step"), [(loading, "load"), (ledger, "enter_loaded")], ids=["before", "after its rows"]
)
def test_slow_attempt_changes_nothing_when_its_retry_has_finished(
    warehouse, settings, monkeypatch, module, step
):
    do_it, woken = getattr(module, step), []

    def overtaken(connection, arrival, attempt, *arguments, **options):
        if not woken:
            woken.append(attempt)
            with monkeypatch.context() as patched:
                patched.setattr(locks, "WAIT_SECONDS", 0.05)
                ingest(warehouse, settings)
        do_it(connection, arrival, attempt, *arguments, **options)

    monkeypatch.setattr(module, step, overtaken)
    ingest(warehouse, settings)
    assert woken == [1]
    assert copies(warehouse) == [("loaded", 200, 1)]
    assert rows_of(warehouse, "select attempt from ops.files") == [(2,)]


@pytest.mark.usefixtures("file")
def test_file_is_loaded_once_when_two_workers_process_it_together(warehouse, settings, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.01)
    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(lambda _: ingest(warehouse, settings), range(2)))
    assert len(summaries) == 2
    ingest(warehouse, settings)
    assert copies(warehouse) == [("loaded", 200, 1)]


def test_same_bytes_are_loaded_once_when_another_file_takes_the_place_meanwhile(
    warehouse, settings, monkeypatch
):
    content = vouchers(voucher())
    write_file(settings, "tax", "b.csv", **content)
    load, late = loading.load, []

    def another_first(connection, arrival, attempt, **options):
        if not late:
            late.append(arrival.name)
            write_file(settings, "tax", "a.csv", **content)
            ingest(warehouse, settings)
        load(connection, arrival, attempt, **options)

    monkeypatch.setattr(loading, "load", another_first)
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)
    ingest(warehouse, settings)
    assert late == ["b.csv"]
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(1,)]
    assert sorted(rows_of(warehouse, "select state from ops.files")) == [("duplicate",), ("loaded",)]


def test_extract_is_landed_once_when_two_workers_read_the_same_month(warehouse, settings, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.01)
    write_production(settings, "2024-06", {"AC01": ("AAC001", [(str(n),) for n in range(500)])})
    with ThreadPoolExecutor(2) as pool:
        results = list(
            pool.map(lambda _: land(warehouse, settings, month="2024-06", feeds=["production"]), range(2))
        )
    assert sum(table.landed for result in results for table in result.tables) == 500
    assert rows_of(warehouse, "select count(*) from landing.production__ac01") == [(500,)]
    assert rows_of(warehouse, "select count(*) from ops.extracts") == [(14,)]

"""Months live side by side: run again, in another order, killed half-way, or with late data."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from fundwatch.settings import Settings
from ingestion.files.formats import FORMATS
from tests.scenarios.hand_matching import undo_match, write_off_oldest, written_off
from tests.support import (
    COMPARED_WITH_EARLIER_MONTHS,
    EXPORTS,
    FIGURES,
    NEEDS_THE_MONTH_BEFORE,
    PROVENANCE,
    BuiltCity,
    Databases,
    differing,
    export_rows,
    exports,
    run_fundwatch,
    start_fundwatch,
)

MONTH = "2024-06"
# What rests on files of banks and books, and rules that see a payment otherwise where a bank returned it.
OF_BANK_AND_FINANCE = (
    "account_rules", "balance_statement", "four_way", "fund_identity", "payments_returned", "treasury_delay",
    "statistics_against_books",
)  # fmt: skip
OF_RETURN_FILES = (
    "duplicate_payment", "paid_differs_from_approved", "payee_name_mismatch", "returned_payment_open",
)  # fmt: skip


def test_second_run_of_a_month_lands_and_skips_everything_else(cold_june: Settings) -> None:
    before = exports(cold_june, MONTH, EXPORTS)
    with psycopg.connect(cold_june.database_url, autocommit=True) as connection:
        ((last,),) = connection.execute("select max(run_id) from ops.runs").fetchall()
        shown = json.loads(run_fundwatch("run", "--month", MONTH, "--json", settings=cold_june).stdout)
        steps = connection.execute("select step from ops.runs where run_id > %s", (last,)).fetchall()
    assert steps == [("ingest",)]
    assert [name for name, summary in shown.items() if "skipped_since" not in summary] == ["ingest"]
    assert differing(exports(cold_june, MONTH, EXPORTS), before) == {}


def test_forced_run_of_a_month_changes_nothing_and_keeps_what_is_matched_by_hand(
    cold_june: Settings,
) -> None:
    without = exports(cold_june, MONTH, EXPORTS)
    number = write_off_oldest(cold_june, MONTH)
    run_fundwatch("run", "--month", MONTH, settings=cold_june)
    assert len(written_off(cold_june, MONTH)) == 1
    before = exports(cold_june, MONTH, EXPORTS)
    with psycopg.connect(cold_june.database_url, autocommit=True) as connection:
        count = "select count(*) from ops.publications"
        publications = connection.execute(count).fetchone()
        run_fundwatch("run", "--month", MONTH, "--force", settings=cold_june)
        assert connection.execute(count).fetchone() == publications
    assert differing(exports(cold_june, MONTH, EXPORTS), before) == {}
    undo_match(cold_june, number)
    run_fundwatch("run", "--month", MONTH, settings=cold_june)
    assert differing(exports(cold_june, MONTH, EXPORTS), without) == {}


def test_run_killed_at_any_stage_and_run_again_gives_the_same_exports(
    make_city_settings: Callable[[], Settings], cold_june: Settings
) -> None:
    settings = make_city_settings()
    stages = ("ingest", "build", "reconcile", "crosscheck", "measure", "publish")
    for stage in stages:
        _kill_during(stage, settings)
    run_fundwatch("run", "--month", MONTH, settings=settings)
    assert differing(exports(settings, MONTH, EXPORTS), exports(cold_june, MONTH, EXPORTS)) == {}


def _kill_during(stage: str, settings: Settings) -> None:
    """Start a run, wait until the stage is at work in the database, and kill the process."""
    process = start_fundwatch("run", "--month", MONTH, settings=settings)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(f"{stage} {MONTH} ...".encode()):
            break
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        busy = (
            "select exists (select 1 from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and xact_start is not null)"
        )
        while process.poll() is None and not connection.execute(busy).fetchone()[0]:
            pass
        process.kill()
        process.wait()
        process.stderr.close()
        gone = (
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        while connection.execute(gone).fetchone()[0]:
            pass


def test_late_may_rows_restate_may_and_leave_june_alone(
    built_city: BuiltCity, databases: Databases, tmp_path: Path
) -> None:
    template = make_url(built_city.settings.database_url).database
    settings = Settings(home=tmp_path, database_url=databases.create(template=template))
    city = shutil.copytree(built_city.folder, tmp_path / "city")
    may, june = exports(settings, "2024-05", FIGURES), exports(settings, MONTH, FIGURES)
    with sqlite3.connect(city / "production-2024-05.db") as production:
        changed = production.execute(
            "update AC43 set AAE082 = AAE082 - 1, AAE036 = '20240531' where AAZ223 in"
            " (select AAZ223 from AC43 where AAE002 = '202405' and AAE078 = 1 order by AAZ223 limit 5)"
        ).rowcount
    assert changed == 5
    run_fundwatch("run", "--month", "2024-05", settings=settings)
    run_fundwatch("run", "--month", MONTH, settings=settings)
    assert set(differing(exports(settings, "2024-05", FIGURES), may)) >= {"indicators", "reports"}
    assert differing(exports(settings, MONTH, FIGURES), june) == {}


def test_city_without_bank_and_finance_completes_and_says_so(
    make_city_settings: Callable[[], Settings], cold_june: Settings, tmp_path: Path
) -> None:
    settings = make_city_settings()
    inbox = tmp_path / "inbox"
    for feed in ("tax", "civil_registry"):
        shutil.copytree(settings.inbox_folder / feed, inbox / feed)
    done = run_fundwatch("run", "--month", MONTH, settings=settings, env={"FUNDWATCH_INBOX": str(inbox)})
    status = " ".join(done.stdout.decode().split())
    assert "not received" in status
    assert "bank" in status
    assert "finance" in status
    absent = tuple(form.name for form in FORMATS.values() if form.feed in ("bank", "finance"))
    but_for = {
        "scorecard": ("table", absent),
        "reconciliation": ("check", OF_BANK_AND_FINANCE),
        "cases": ("rule_id", OF_RETURN_FILES),
    }
    rows = export_rows("reconciliation", MONTH, settings=settings)
    heard = {row["status"] for row in rows if row["check"] in ("balance_statement", "fund_identity")}
    assert heard == {"not_received"}
    ours, whole = (exports(warehouse, MONTH, FIGURES, but_for=but_for) for warehouse in (settings, cold_june))
    assert ours["scorecard"]
    assert differing(ours, whole) == {}


def test_june_after_may_equals_june_on_an_empty_warehouse(built_city: BuiltCity, cold_june: Settings) -> None:
    aside = PROVENANCE | COMPARED_WITH_EARLIER_MONTHS
    warm, cold = (
        exports(settings, MONTH, FIGURES, without=aside, but_for=NEEDS_THE_MONTH_BEFORE)
        for settings in (built_city.settings, cold_june)
    )
    assert all(cold.values()), {what: len(rows) for what, rows in cold.items()}
    assert differing(warm, cold) == {}

"""The four processes of Airflow on PostgreSQL, carrying months with stand-ins for the work of the steps."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import ServiceFailed
from fundwatch.feeds import FEEDS
from fundwatch.host import free_port
from fundwatch.settings import Settings
from pipeline import services
from pipeline.freshness import is_ready
from pipeline.services.airflow import api_of
from pipeline.services.api import AirflowApi
from pipeline.task import records_of
from tests.dags.records import load_file
from tests.support import portal_ports

STAND_INS = Path(__file__).with_name("stand_ins")
CANARY = "王小明"
WHOLE_MONTH = Counter({"build": 2, "crosscheck": 1, "measure": 1, "publish": 1})  # reconcile builds, too
AFTER_BANK = Counter({"build": 1, "crosscheck": 1, "measure": 1, "publish": 1})
SECONDS = 300.0
pytestmark = pytest.mark.scenarios


@dataclass(frozen=True)
class Running:
    """Airflow as ``up`` left it, its warehouse, the stand-ins' notes of calls, and the portal's ports."""

    settings: Settings
    api: AirflowApi
    warehouse: psycopg.Connection
    calls: Path
    ports: dict[str, str]

    def called(self, month: str) -> Counter:
        """Count what was done for a month, landing apart."""
        return Counter(what for what, *_ in self._words(month) if what != "land")

    def landed(self, month: str) -> list[str]:
        """Return the feeds landed for a month, in alphabetical order."""
        return sorted(feeds[0] for what, *feeds, _ in self._words(month) if what == "land")

    def trigger(self, dag: str, *, month: str) -> None:
        """Trigger a DAG by hand, with its parameter."""
        self.api.post(f"dags/{dag}/dagRuns", {"logical_date": None, "conf": {"month": month}})

    def until(self, what: Callable[[], bool]) -> None:
        """Wait until ``what()`` holds and no run goes on."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if what() and not self._runs_go_on():
                return
            time.sleep(0.5)
        pytest.fail(f"not reached in {SECONDS} s: {self.calls.read_text()}")

    def is_published(self, month: str) -> bool:
        """Whether the month's publication is up to date."""
        return is_ready("publication", records_of(self.settings, month=month))

    def run_id(self, dag: str, *, month: str, state: str) -> str:
        """Return the first run of a DAG for a month that is in ``state``."""
        runs = self.api.get(f"dags/{dag}/dagRuns", state=state, limit=100, order_by="id")["dag_runs"]
        months = {run["dag_run_id"]: (run["partition_key"], run["conf"].get("month")) for run in runs}
        return next(run_id for run_id, known in months.items() if month in known)

    def clear(self, dag: str, run_id: str) -> None:
        """Clear a run, so that it runs again."""
        self.api.post(f"dags/{dag}/dagRuns/{run_id}/clear", {"dry_run": False, "only_failed": False})

    def _runs_go_on(self) -> bool:
        return self.api.get("dags/~/dagRuns", state=["queued", "running"], limit=1)["total_entries"] > 0

    def _words(self, month: str) -> list[list[str]]:
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line.split() for line in lines if line.endswith(month)]


@pytest.fixture(scope="module")
def running(databases, migrated, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    settings = Settings(
        home=home,
        database_url=databases.create(template=migrated),
        airflow_database_url=databases.create(),
        airflow_port=free_port(),
    )
    stand_ins = {"PYTHONPATH": str(STAND_INS), "STAND_IN_CALLS": str(home / "calls")}
    ports = portal_ports()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (stand_ins | ports).items():
            patch.setenv(name, value)
        try:
            services.up(settings)
            with open_warehouse(settings).connect(autocommit=True) as connection:
                yield Running(settings, api_of(settings), connection, home / "calls", ports)
        finally:
            status = services.down(settings)
        assert not status.is_running


def test_up_does_nothing_the_second_time(running, monkeypatch):
    for name, value in running.ports.items():
        monkeypatch.setenv(name, value)
    notes = running.settings.home / "airflow"
    before = {note.name: note.read_text() for note in notes.glob("*.pid.json")}
    assert len(before) == 4
    assert set(services.up(running.settings).processes.values()) == {"running"}
    assert {note.name: note.read_text() for note in notes.glob("*.pid.json")} == before


def test_run_month_names_the_step_that_failed_and_no_log_holds_values(running):
    running.calls.with_suffix(".fails").write_text("crosscheck 2024-05\n")
    with pytest.raises(ServiceFailed, match="crosscheck failed for 2024-05") as failed:
        services.run_month(running.settings, "2024-05", on_progress=lambda _: None)
    named = Path(failed.value.next_step.removeprefix("Read ").partition(",")[0])
    logs = [path for path in (running.settings.home / "airflow" / "logs").rglob("*") if path.is_file()]
    texts = {path: path.read_text(errors="replace") for path in logs}
    assert any(path.is_relative_to(named) and "ValueError" in text for path, text in texts.items())
    hidden = [CANARY, running.api.password, make_url(running.settings.database_url).password]
    assert [path for path, text in texts.items() for secret in hidden if secret in text] == []


def test_step_that_failed_in_airflow_has_raised_its_alert(running):
    alerts = "select subject from ops.alerts where kind = 'step_failed' and month = '2024-05'"
    running.until(lambda: running.warehouse.execute(alerts).fetchall() == [("crosscheck",)])


def test_month_without_any_file_is_finished_once_the_failed_run_is_cleared(running):
    running.calls.with_suffix(".fails").unlink()
    running.clear("crosscheck", running.run_id("crosscheck", month="2024-05", state="failed"))
    running.until(lambda: running.is_published("2024-05"))
    assert running.landed("2024-05") == sorted(FEEDS)
    assert running.called("2024-05") >= WHOLE_MONTH + Counter({"crosscheck": 1})
    assert running.called("2024-05")["publish"] == 1


def test_months_queued_at_once_are_each_made_once_of_their_own_events(running):
    before = running.called("2024-05")
    for month in ("2024-06", "2024-04"):
        for feed in FEEDS:
            running.trigger(f"ingest_{feed}", month=month)
    running.until(lambda: running.is_published("2024-04") and running.is_published("2024-06"))
    assert running.called("2024-04") == WHOLE_MONTH
    lines = running.calls.read_text().splitlines()
    once_more = Counter[str]()
    if lines.index("measure 2024-04") > lines.index("measure 2024-06"):
        # June's rates are set beside April's: what still follows in June measures it once more.
        once_more = Counter({"measure": 1, "publish": 1})
    assert running.called("2024-06") in (WHOLE_MONTH, WHOLE_MONTH + once_more)
    assert running.called("2024-05") == before


def test_late_file_restates_its_month_and_those_after_it_when_one_feed_is_cleared(running):
    before = {month: running.called(month) for month in ("2024-04", "2024-05", "2024-06")}
    load_file(running.warehouse, "bank", month="2024-05", name="late")
    running.clear("ingest_bank", running.run_id("ingest_bank", month="2024-06", state="success"))
    running.until(lambda: running.called("2024-06") == before["2024-06"] + AFTER_BANK)
    running.until(lambda: running.called("2024-05") == before["2024-05"] + AFTER_BANK)
    assert running.called("2024-04") == before["2024-04"]


def test_backfill_of_one_month_lands_that_month_alone(running):
    backfill = {
        "dag_id": "ingest_tax",
        "from_date": "2024-03-01T00:00:00+08:00",
        "to_date": "2024-03-31T00:00:00+08:00",
    }
    running.api.post("backfills", backfill)
    running.until(lambda: running.landed("2024-03") == ["tax"])
    assert not running.called("2024-03")
    landed = {line.split()[-1] for line in running.calls.read_text().splitlines() if line.startswith("land")}
    assert landed == {"2024-03", "2024-04", "2024-05", "2024-06"}, "no scheduled run comes of a backfill"


def test_every_run_has_its_month_noted(running):
    runs = running.api.get("dags/~/dagRuns", limit=100)["dag_runs"]
    of_months = [run for run in runs if run["dag_id"] not in ("alerts", "editions")]
    assert len(of_months) > 20
    assert {run["note"] for run in of_months if run["state"] == "success"} >= {
        "2024-04",
        "2024-05",
        "2024-06",
    }
    assert [run["dag_run_id"] for run in of_months if not run["note"]] == []


def test_paused_step_stays_still_and_makes_up_when_triggered_for_its_month(running):
    before = running.called("2024-06")
    running.api.patch("dags/publish", {"is_paused": True})
    running.trigger("measure", month="2024-06")
    running.until(lambda: running.called("2024-06") == before + Counter({"measure": 1}))
    running.api.patch("dags/publish", {"is_paused": False})
    running.trigger("publish", month="2024-06")
    running.until(lambda: running.called("2024-06") == before + Counter({"measure": 1, "publish": 1}))

"""One task's turn: which month, whether it runs, what it announces, and what its failures tell."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from dags.common import ASSETS, in_turn, month_of, tell_of_failure
from fundwatch.errors import MonthInvalid, ProductionUnavailable, WarehouseBusy
from fundwatch.feeds import FEEDS
from tests.dags.records import load_file, record, record_month

CANARY = "王小明 230602199001011234"


@dataclass
class Outlet:
    months: list[str] = field(default_factory=list)

    def add_partitions(self, months: list[str]) -> None:
        self.months += months


def context(
    *, month: str | None = None, key: str | None = None, run_type: str = "asset_triggered", tries: int = 1
):
    return {
        "params": {"month": month},
        "dag_run": SimpleNamespace(partition_key=key, run_type=run_type),
        "ti": SimpleNamespace(try_number=tries),
        "outlet_events": {asset: Outlet() for asset in ASSETS.values()},
    }


@dataclass
class Step:
    """Stands in for a step: notes the months it was called for."""

    fails_with: Exception | None = None
    months: list[str] = field(default_factory=list)

    def __call__(self, _settings, *, month: str, **_options):
        self.months.append(month)
        if self.fails_with:
            raise self.fails_with
        return SimpleNamespace(counts=lambda: {"rows": 3})


@pytest.fixture
def connection(warehouse, settings, monkeypatch):
    """The warehouse the task will open, found through the environment as in a real task."""
    monkeypatch.setenv("FUNDWATCH_HOME", str(settings.home))
    monkeypatch.setenv("FUNDWATCH_DATABASE_URL", settings.database_url)
    with warehouse.connect(autocommit=True) as opened:
        yield opened


def test_month_is_the_parameter_of_a_manual_run():
    assert month_of(context(month="2024-05", run_type="manual")) == "2024-05"


def test_month_is_the_partition_key_of_a_woken_or_scheduled_run():
    assert month_of(context(key="2024-06")) == "2024-06"


@pytest.mark.parametrize(
    ("month", "key"), [(None, None), ("2024-05", "2024-06"), (None, "2024-6"), (None, "2024-06-01")]
)
def test_month_is_refused_when_it_is_missing_contradicted_or_none(month, key):
    with pytest.raises(MonthInvalid):
        month_of(context(month=month, key=key))


def test_turn_runs_the_step_and_announces_the_month_when_all_is_there(connection):
    record(connection, "ingest", feeds=["production"])
    woken, step = context(key="2024-05"), Step()
    assert in_turn(step, product="ledgers", context=woken) == {"rows": 3}
    assert step.months == ["2024-05"]
    assert woken["outlet_events"][ASSETS["ledgers"]].months == ["2024-05"]


def test_turn_is_skipped_when_an_input_is_missing(connection):
    record(connection, "ingest", feeds=["tax", "bank", "finance"])
    step = Step()
    with pytest.raises(Exception, match="waits for: ledgers") as skipped:
        in_turn(step, product="reconciliation", context=context(key="2024-05"))
    assert type(skipped.value).__name__ == "AirflowSkipException"
    assert step.months == []


def test_turn_is_skipped_when_an_earlier_run_has_seen_all_events(connection):
    record_month(connection, "2024-05")
    step = Step()
    with pytest.raises(Exception, match="up to date"):
        in_turn(step, product="reconciliation", context=context(key="2024-05"))
    assert step.months == []


@pytest.mark.parametrize("asked", [{"run_type": "manual"}, {"tries": 2}])
def test_turn_runs_the_step_when_somebody_triggered_or_cleared_it(connection, asked):
    record_month(connection, "2024-05")
    step = Step()
    in_turn(step, product="reconciliation", context=context(key="2024-05", **asked))
    assert step.months == ["2024-05"]


def test_turn_keeps_to_its_own_month_when_events_of_several_months_are_queued(connection):
    for month in ("2024-04", "2024-05", "2024-06"):
        record(connection, "ingest", month=month, feeds=list(FEEDS))
        record(connection, "build", month=month)
    step = Step()
    for month in ("2024-06", "2024-04", "2024-05"):
        in_turn(step, product="reconciliation", context=context(key=month))
    assert step.months == ["2024-06", "2024-04", "2024-05"]


def test_feed_announces_its_month_when_nothing_arrived(connection):
    woken = context(key="2024-05")
    in_turn(Step(), product="bank", context=woken, feed="bank")
    assert woken["outlet_events"][ASSETS["bank"]].months == ["2024-05"]


def test_feed_announces_every_month_a_late_file_restates(connection):
    for month in ("2024-04", "2024-05", "2024-06"):
        record_month(connection, month)

    def land(settings, *, month, feed):
        load_file(connection, feed, month="2024-05", name="late")
        record(connection, "ingest", month=month, feeds=[feed])
        return Step()(settings, month=month)

    woken = context(key="2024-07")
    in_turn(land, product="bank", context=woken, feed="bank")
    assert woken["outlet_events"][ASSETS["bank"]].months == ["2024-05", "2024-06", "2024-07"]


def test_turn_fails_for_good_when_an_operator_must_act(connection):
    mistake = ProductionUnavailable("the production database cannot be read", next_step="Check the URL")
    with pytest.raises(Exception, match="Check the URL") as failed:
        in_turn(Step(mistake), product="production", context=context(key="2024-05"), feed="production")
    assert type(failed.value).__name__ == "AirflowFailException"


def test_turn_may_be_retried_when_the_warehouse_is_busy(connection):
    busy = WarehouseBusy("another build is at work", next_step="Wait")
    with pytest.raises(WarehouseBusy):
        in_turn(Step(busy), product="ledgers", context=context(key="2024-05", run_type="manual"))


def test_turn_tells_the_place_and_never_the_values_when_a_step_breaks(connection, caplog):
    broken = Step(ValueError(CANARY))
    with pytest.raises(Exception, match="ledgers failed with ValueError") as failed:
        in_turn(broken, product="ledgers", context=context(key="2024-05", run_type="manual"))
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    assert "test_turns.py" in caplog.text
    assert CANARY not in caplog.text + str(failed.value)


@pytest.mark.parametrize(
    ("dag_id", "step"), [("ingest_civil_registry", "ingest civil_registry"), ("build", "build")]
)
def test_step_that_failed_for_good_raises_one_alert(connection, dag_id, step):
    failed = context(key="2024-06") | {"dag": SimpleNamespace(dag_id=dag_id)}
    tell_of_failure(failed)
    tell_of_failure(failed)
    rows = connection.execute("select kind, subject, month from ops.alerts").fetchall()
    assert rows == [("step_failed", step, "2024-06")]

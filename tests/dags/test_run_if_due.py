"""One task: which month, whether it runs, what it announces, and what its failures report."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from dags.common import ASSETS, alert_of_failure, land_feed, month_of, run_if_due
from fundwatch.errors import InvariantBroken, MonthInvalid, WarehouseBusy
from pipeline.task import Task
from tests.dags.built import Done, build, build_all
from tests.dags.records import land, load_file

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


def stand_in_for(product: str):
    """Return a step that decides and records as the real one, and does no work."""

    def step(settings, *, month, force):
        return Task(product, settings, month, force=force).run(lambda _: Done())

    return step


def test_due_step_runs_and_announces_its_month(connection):
    land(connection, "production")
    woken, step = context(key="2024-05"), Step()
    assert run_if_due(step, product="ledgers", context=woken) == {"rows": 3}
    assert step.months == ["2024-05"]
    assert woken["outlet_events"][ASSETS["ledgers"]].months == ["2024-05"]


def test_step_is_skipped_when_an_input_is_missing(connection):
    land(connection, "tax", "bank", "finance", "declaration")
    step = Step()
    with pytest.raises(AirflowSkipException, match="waits for: ledgers"):
        run_if_due(step, product="reconciliation", context=context(key="2024-05"))
    assert step.months == []


def test_step_that_is_up_to_date_is_skipped_and_announces_nothing(connection, settings):
    land(connection)
    build_all(settings)
    woken = context(key="2024-05")
    with pytest.raises(AirflowSkipException, match="up to date"):
        run_if_due(stand_in_for("reconciliation"), product="reconciliation", context=woken)
    assert woken["outlet_events"][ASSETS["reconciliation"]].months == []


def test_step_that_is_up_to_date_wakes_what_failed_below_it(connection, settings, landing):
    land(connection)
    build_all(settings)
    with pytest.raises(ZeroDivisionError):
        build(settings, "quality", force=True, work=lambda: 1 / 0)
    landed, woken = context(key="2024-05"), context(key="2024-05")
    land_feed("production", context=landed)
    assert landed["outlet_events"][ASSETS["production"]].months == ["2024-05"]
    for product in ("ledgers", "reconciliation"):
        run_if_due(stand_in_for(product), product=product, context=woken)
        assert woken["outlet_events"][ASSETS[product]].months == ["2024-05"]


@pytest.mark.parametrize("asked", [{"run_type": "manual"}, {"tries": 2}])
def test_step_runs_when_somebody_triggered_or_cleared_it(connection, settings, asked):
    land(connection)
    build_all(settings)
    woken = context(key="2024-05", **asked)
    run_if_due(stand_in_for("reconciliation"), product="reconciliation", context=woken)
    assert woken["outlet_events"][ASSETS["reconciliation"]].months == ["2024-05"]


def test_step_runs_for_its_own_month_when_events_of_several_months_are_queued(connection, settings):
    for month in ("2024-04", "2024-05", "2024-06"):
        land(connection, month=month)
        build(settings, "ledgers", month=month)
    step = Step()
    for month in ("2024-06", "2024-04", "2024-05"):
        run_if_due(step, product="reconciliation", context=context(key=month))
    assert step.months == ["2024-06", "2024-04", "2024-05"]


@pytest.fixture
def landing(connection, monkeypatch):
    """Stand in for landing: it records that it ran, and calls what the test appends."""
    acts = []

    def ingest(_settings, *, month, feed):
        for act in acts:
            act()
        land(connection, feed, month=month)
        return SimpleNamespace(counts=lambda: {"files": 0})

    monkeypatch.setattr("pipeline.steps.ingest", ingest)
    return acts


def test_feed_announces_its_month_when_nothing_arrived_and_nothing_is_built(landing):
    woken = context(key="2024-05")
    assert land_feed("bank", context=woken) == {"files": 0}
    assert woken["outlet_events"][ASSETS["bank"]].months == ["2024-05"]


@pytest.mark.parametrize("asked", [{}, {"run_type": "manual"}])
def test_feed_that_landed_nothing_new_wakes_nobody(connection, settings, landing, asked):
    land(connection)
    build_all(settings)
    woken = context(key="2024-05", **asked)
    with pytest.raises(AirflowSkipException, match="brought nothing new"):
        land_feed("bank", context=woken)
    assert woken["outlet_events"][ASSETS["bank"]].months == []


def scheduled(month: str, *, began_after: timedelta):
    woken = context(key=month, run_type="scheduled")
    due = datetime(2024, 7, 6, 2, tzinfo=UTC)
    woken["dag_run"].run_after, woken["dag_run"].start_date = due, due + began_after
    return woken


@pytest.mark.parametrize("began_after", [timedelta(minutes=1), timedelta(days=3)])
def test_scheduled_run_in_time_lands_whatever_was_landed_before(landing, began_after):
    assert land_feed("bank", context=scheduled("2024-06", began_after=began_after)) == {"files": 0}


def test_scheduled_run_made_up_goes_on_from_the_month_before_and_from_no_other(connection, landing):
    made_up = {"began_after": timedelta(days=3, seconds=1)}
    land(connection, "bank", month="2024-03")
    with pytest.raises(AirflowSkipException, match="2024-06 is past, and bank of the month before"):
        land_feed("bank", context=scheduled("2024-06", **made_up))
    assert connection.execute("select month from ops.runs").fetchall() == [("2024-03",)]
    land(connection, "bank", month="2024-05")
    assert land_feed("bank", context=scheduled("2024-06", **made_up)) == {"files": 0}


def test_feed_announces_every_month_a_late_file_restates(connection, settings, landing):
    for month in ("2024-04", "2024-05", "2024-06"):
        land(connection, month=month)
        build_all(settings, month=month)
    landing.append(lambda: load_file(connection, "bank", month="2024-05", name="late"))
    woken = context(key="2024-07")
    land_feed("bank", context=woken)
    assert woken["outlet_events"][ASSETS["bank"]].months == ["2024-05", "2024-06", "2024-07"]


def test_step_fails_for_good_when_an_operator_must_act(connection):
    mistake = InvariantBroken("an invariant does not hold", next_step="Check the rows")
    with pytest.raises(AirflowFailException, match="Check the rows"):
        run_if_due(Step(mistake), product="ledgers", context=context(key="2024-05", run_type="manual"))


def test_step_may_be_retried_when_the_warehouse_is_busy(connection):
    busy = WarehouseBusy("another build is at work", next_step="Wait")
    with pytest.raises(WarehouseBusy):
        run_if_due(Step(busy), product="ledgers", context=context(key="2024-05", run_type="manual"))


def test_step_that_breaks_logs_the_place_and_never_the_values(connection, caplog):
    broken = Step(ValueError(CANARY))
    with pytest.raises(Exception, match="ledgers failed with ValueError") as failed:
        run_if_due(broken, product="ledgers", context=context(key="2024-05", run_type="manual"))
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    assert "test_run_if_due.py" in caplog.text
    assert CANARY not in caplog.text + str(failed.value)


@pytest.mark.parametrize(
    ("dag_id", "step"), [("ingest_civil_registry", "ingest civil_registry"), ("build", "build")]
)
def test_step_that_failed_for_good_raises_one_alert(connection, dag_id, step):
    failed = context(key="2024-06") | {"dag": SimpleNamespace(dag_id=dag_id)}
    alert_of_failure(failed)
    alert_of_failure(failed)
    rows = connection.execute("select kind, subject, month from ops.alerts").fetchall()
    assert rows == [("step_failed", step, "2024-06")]


def test_run_without_a_month_that_failed_raises_no_alert_and_breaks_nothing(connection, caplog):
    alert_of_failure(context(run_type="manual") | {"dag": SimpleNamespace(dag_id="build")})
    assert connection.execute("select count(*) from ops.alerts").fetchone() == (0,)
    assert "this run has no month" in caplog.text

"""Months as operators see them: how far each is, what follows a landing, and one that is forgotten."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from alerts.conditions import watched_months
from fundwatch.acts.signoff import review
from fundwatch.errors import NotFound, SignOffRefused
from fundwatch.feeds import FEEDS
from pipeline.forgetting import forget
from pipeline.overview import State, months
from pipeline.services import waking
from tests.dags.built import build, build_all
from tests.dags.records import extract, land, load_file
from tests.support import put_off_guards, run_fundwatch

MAY, JUNE = "2024-05", "2024-06"
ALL_FRESH = dict.fromkeys(("ingest", "build", "reconcile", "crosscheck", "measure", "publish"), State.FRESH)


@pytest.fixture
def connection(warehouse):
    with warehouse.connect(autocommit=True) as opened:
        yield opened


@pytest.fixture
def states(warehouse, settings):
    """Return a function that gives month -> step -> state."""

    def read() -> dict[str, dict[str, State]]:
        shown = months(warehouse, settings, site_version="", last=100)
        return {month.month: {name: step.state for name, step in month.steps.items()} for month in shown}

    return read


@pytest.fixture(autouse=True)
def site(monkeypatch):
    """Stand in for the site: what months rest on is written row by row."""
    monkeypatch.setattr("pipeline.task.load_site", lambda *_: "")


def test_month_that_was_built_is_fresh_and_what_follows_a_late_file_is_stale(connection, settings, states):
    land(connection, month=MAY)
    build_all(settings, month=MAY)
    assert states() == {MAY: ALL_FRESH}
    load_file(connection, "bank", month=MAY, name="late")
    assert states()[MAY] == ALL_FRESH | dict.fromkeys(
        ("reconcile", "crosscheck", "measure", "publish"), State.STALE
    )


def test_step_that_failed_and_one_that_runs_are_told_apart_from_one_that_was_killed(
    connection, settings, warehouse, states
):
    land(connection, month=MAY)
    build_all(settings, month=MAY)
    with pytest.raises(ZeroDivisionError):
        build(settings, "cases", month=MAY, force=True, work=lambda: 1 / 0)
    assert states()[MAY]["crosscheck"] == State.FAILED
    begun = "insert into ops.runs (step, month) values ('measure', %s)"
    connection.execute(begun, (MAY,))
    assert states()[MAY]["measure"] == State.FAILED
    with warehouse.exclusive("the test"):
        assert states()[MAY]["measure"] == State.RUNNING


def test_month_of_which_a_feed_was_not_landed_waits(connection, states):
    land(connection, "tax", month=MAY)
    assert (states()[MAY]["ingest"], states()[MAY]["build"]) == (State.WAITING, State.WAITING)
    land(connection, *FEEDS, month=MAY)
    assert (states()[MAY]["ingest"], states()[MAY]["build"]) == (State.FRESH, State.NOT_RUN)


class Api:
    """Stands in for Airflow's API server."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict]] = []

    def get(self, _path: str, *, name_pattern: str, limit: int) -> dict:
        assert limit == 100
        return {"assets": [{"id": 7, "name": name_pattern}, {"id": 8, "name": f"{name_pattern} of another"}]}

    def post(self, path: str, body: dict) -> None:
        self.posted.append((path, body))


@pytest.fixture
def airflow(monkeypatch):
    """An Airflow that runs, as far as waking it is concerned."""
    api = Api()
    monkeypatch.setattr(waking, "api_of", lambda _: api)
    monkeypatch.setattr(waking, "status", lambda _: type("Up", (), {"is_running": True}))
    return api


def test_landing_at_the_command_line_wakes_airflow_for_each_month_it_changes(connection, settings, airflow):
    for month in (MAY, JUNE):
        land(connection, month=month)
        build_all(settings, month=month)
    assert str(waking.wake(settings, ["bank"], month=JUNE)) == ""
    load_file(connection, "bank", month=MAY, name="late")
    following = waking.wake(settings, ["bank"], month=JUNE)
    assert str(following) == "Airflow builds what changed of 2024-05, 2024-06: see fundwatch status"
    assert airflow.posted == [
        ("assets/events", {"asset_id": 7, "partition_key": month}) for month in (MAY, JUNE)
    ]


def test_landing_says_what_to_run_where_airflow_does_not(connection, settings):
    land(connection, month=MAY)
    assert str(waking.wake(settings, ["bank"], month=MAY)) == (
        "2024-05 must be built from it: fundwatch run --month 2024-05"
    )


def test_month_run_by_mistake_is_forgotten_until_it_is_run_again(connection, settings, states):
    for month in (MAY, "2042-06"):
        land(connection, month=month)
        extract(connection, sequence=1, month=month)
    build_all(settings, month="2042-06")
    connection.execute(
        "insert into ops.alerts (kind, month, text_zh, text_en) values ('step_failed', '2042-06', '', '')"
    )
    assert [*states()] == [MAY, JUNE, "2042-06", "2042-07"]
    done = run_fundwatch("months", "forget", "2042-06", "--as", "王主任", "--json", settings=settings)
    assert json.loads(done.stdout)["runs"] == 6
    assert [*states()] == [MAY, JUNE]
    assert watched_months(connection) == [MAY, JUNE]
    assert connection.execute("select count(*) from ops.alerts where resolved_at is null").fetchall() == [
        (0,)
    ]
    entered = connection.execute(
        "select actor, action, object from ops.audit where stream = 'months'"
    ).fetchall()
    assert entered == [("王主任", "month forgotten", "month 2042-06")]
    with pytest.raises(NotFound):
        forget(settings, month="2042-06", name="me", reason="")
    build(settings, "ledgers", month="2042-06")
    assert "2042-06" in states()


@pytest.mark.parametrize("because", ["later", "files", "name", "signed"])
def test_month_that_something_rests_on_is_not_forgotten(connection, settings, warehouse, because):
    land(connection, month=MAY)
    build_all(settings, month=MAY)
    if because == "signed":
        put_off_guards(connection)
        connection.execute(
            "insert into ops.publications (number, month, state, content_sha256, code_version, site_version,"
            " as_of, batches, preparer) values (9, %s, 'draft', 'x', '1', '1', '2024-05-31', '{}', 'me')",
            (MAY,),
        )
        review(warehouse, number=9, name="Reviewer")
    elif because == "later":
        land(connection, month=JUNE)
        build(settings, "ledgers", month=JUNE)
    elif because == "files":
        load_file(connection, "bank", month=MAY, name="delivered")
    with pytest.raises(SignOffRefused, match=r"signed|built upon|delivered|no letter in it"):
        forget(settings, month=MAY, name="" if because == "name" else "me", reason="")
    assert connection.execute("select count(*) from ops.runs where month = %s", (MAY,)).fetchone() == (6,)


def test_elsewhere_running_airflow_is_neither_started_nor_stopped(settings):
    from fundwatch.errors import SettingInvalid
    from pipeline import services

    elsewhere = replace(settings, airflow_url="http://127.0.0.1:1")
    for act in (services.up, services.down):
        with pytest.raises(SettingInvalid, match="runs elsewhere"):
            act(elsewhere)
    assert set(services.status(elsewhere).processes.values()) == {"stopped"}

"""The DAG files: readable, quick to read, and wired as the architecture says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fundwatch.feeds import FEEDS
from fundwatch.months import PATTERN
from pipeline.inputs import STEP_OF, UPSTREAM

_IMPORT_SECONDS = 0.3
# They concern no month.
BY_THE_CLOCK = {"alerts", "editions"}


@pytest.fixture(scope="module")
def described(tmp_path_factory) -> dict:
    """What Airflow sees in the DAG folder; read twice, so that the second time is not a cold disk's."""
    environment = os.environ | {"AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow"))}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    program = Path(__file__).with_name("describe_dags.py")
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_dag_files_import_without_errors(described):
    assert described["errors"] == {}


def test_dag_files_are_all_there(described):
    of_months = {*STEP_OF.values(), *(f"ingest_{feed}" for feed in FEEDS)}
    assert set(described["dags"]) == BY_THE_CLOCK | of_months


def test_dag_files_load_nothing_heavy(described):
    assert described["heavy"] == []


def test_dag_files_import_fast(described):
    later = sorted(described["seconds"].values())[:-1]  # the first one pays for what Airflow loads once
    assert max(later) < _IMPORT_SECONDS


def test_dag_files_stay_tables_of_contents(described):
    short = {name: lines for name, lines in described["lines"].items() if name != "common.py"}
    assert len(short) >= 6
    assert max(short.values()) <= 100


def test_dags_have_owner_documentation_and_tags(described):
    assert len(described["dags"]) == 13
    for name, dag in described["dags"].items():
        assert dag["owner"] == "data centre", name
        assert dag["tags"], name
        assert all(word in dag["doc"] for word in ("Reads:", "Writes:", "Failure:")), name


def test_dags_and_their_parameter_are_named_in_both_languages(described):
    both = re.compile(r"[\u4e00-\u9fff]+.* [A-Z][a-z]+")
    assert len(described["dags"]) == 13
    assert [name for name, dag in described["dags"].items() if not both.match(dag["display_name"])] == []
    months = [dag["month"] for dag in described["dags"].values() if dag["month"]]
    assert len(months) == 11
    assert all(both.match(month["title"]) for month in months)


def test_tasks_have_a_time_limit_and_retries(described):
    tasks = [task for dag in described["dags"].values() for task in dag["tasks"].values()]
    assert len(tasks) == 13
    assert all(0 < task["timeout"] <= 3600 and task["retries"] > 0 for task in tasks)


def test_steps_tell_of_their_failure(described):
    steps = {name: dag["tasks"] for name, dag in described["dags"].items() if name not in BY_THE_CLOCK}
    assert len(steps) == 11
    assert all(task["tells"] for tasks in steps.values() for task in tasks.values())


def test_dags_take_a_nullable_month(described):
    months = {name: dag for name, dag in described["dags"].items() if name not in BY_THE_CLOCK}
    assert len(months) == 11
    for name, dag in months.items():
        assert dag["month"]["type"] == ["null", "string"], name
        assert dag["month"]["pattern"] == f"^{PATTERN}$", name


@pytest.mark.parametrize("product", list(UPSTREAM))
def test_step_is_woken_by_any_of_what_it_is_made_from(described, product):
    dag = described["dags"][STEP_OF[product]]
    assert dag["woken_by"] == sorted(UPSTREAM[product])
    assert dag["any_wakes"]


@pytest.mark.parametrize("product", list(UPSTREAM))
def test_step_makes_its_product_under_the_lock_of_the_warehouse(described, product):
    (task,) = described["dags"][STEP_OF[product]]["tasks"].values()
    assert task["outlets"] == [product]
    assert task["pool"] == "warehouse"


@pytest.mark.parametrize("feed", FEEDS)
def test_feed_announces_its_own_asset_and_lands_beside_the_others(described, feed):
    dag = described["dags"][f"ingest_{feed}"]
    (task,) = dag["tasks"].values()
    assert task["outlets"] == [feed]
    assert task["pool"] == "default_pool"
    assert dag["key_format"] == "%Y-%m"


def test_end_of_a_task_that_used_dbts_locks_says_nothing():
    lock = "lock = multiprocessing.get_context('spawn').RLock()"
    program = (
        f"import multiprocessing, os, dags\nif os.fork():\n    os.wait()\nelse:\n    {lock}\n    os._exit(0)"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, check=True
    )
    assert done.stderr == b""

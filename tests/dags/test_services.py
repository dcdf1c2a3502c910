"""Starting, watching and stopping Airflow's processes, without Airflow."""

import importlib.util
import itertools
import os
import socket
import stat
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from fundwatch.errors import PortTaken
from fundwatch.settings import Settings
from pipeline import services
from pipeline.services import airflow, configuration, processes
from pipeline.services.api import ApiUnreachable

_PARENT = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
)


def start(folder, code: str) -> processes.Child:
    return processes.start(
        "scheduler",
        [sys.executable, "-c", code],
        environment=dict(os.environ),
        configuration="a",
        folder=folder,
        log=folder / "log",
    )


def test_stop_ends_a_process_and_what_it_started(tmp_path):
    child = start(tmp_path, f"{_PARENT}; print('ready', flush=True); time.sleep(60)")
    while "ready" not in (tmp_path / "log").read_text():
        assert child.process()
    (grandchild,) = child.process().children()
    assert processes.stop([child], folder=tmp_path) == ["scheduler"]
    assert child.process() is None
    assert not grandchild.is_running()
    assert processes.noted(tmp_path, "scheduler") is None


def test_stop_leaves_a_process_alone_that_got_the_pid_later(tmp_path):
    child = start(tmp_path, "import time; time.sleep(60)")
    recycled = replace(child, started_at=child.started_at - 3600)
    assert processes.stop([recycled], folder=tmp_path) == []
    assert child.process() is not None
    processes.stop([child], folder=tmp_path)


def test_process_that_ended_is_not_running(tmp_path):
    child = start(tmp_path, "pass")
    child.process().wait(10) if child.process() else None
    assert child.process() is None


def test_up_refuses_a_port_of_another_program(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = Settings(home=tmp_path, airflow_port=other.getsockname()[1])
        with pytest.raises(PortTaken, match="FUNDWATCH_AIRFLOW_PORT"):
            services.up(settings)
    assert not (tmp_path / "postgres").exists()


def test_down_is_harmless_when_nothing_runs(tmp_path):
    assert not services.down(Settings(home=tmp_path)).is_running


def test_status_says_stopped_and_offers_no_sign_in_while_nothing_runs(settings):
    status = services.status(settings)
    assert set(status.processes.values()) == {"stopped"}
    assert "sign in as" not in status.described()


def test_status_says_where_the_password_lies_and_not_what_it_is_while_airflow_runs(settings):
    running = replace(services.status(settings), processes={"scheduler": "running"})
    running.password_file.parent.mkdir(parents=True)
    running.password_file.write_text('{"admin": "unseen"}')
    assert running.described()["sign in as"] == f"admin, password in {running.password_file}"


def test_up_says_that_it_waits_for_a_slow_start_and_gives_it_minutes(tmp_path, monkeypatch):
    """A look at the clock stands for a quarter of a second."""
    clock, tries = itertools.count(), itertools.count()

    class SlowApi:
        def warm(self):
            if next(tries) < 500:
                raise ApiUnreachable("", state="", next_step="")

        def health(self):
            return {"scheduler": "healthy"}

    def look() -> float:
        return next(clock) / 4

    monkeypatch.setattr(airflow, "time", SimpleNamespace(monotonic=look, sleep=lambda _: None))
    monkeypatch.setattr(airflow, "api_of", lambda _: SlowApi())
    for name, answer in {"_children": [], "_all_dags_known": True, "_ensure_pool": None}.items():
        monkeypatch.setattr(airflow, name, lambda _, answer=answer: answer)
    told = []
    airflow._wait_until_healthy(Settings(home=tmp_path), None, told.append)
    assert look() > 200
    assert len(told) > 10
    assert set(told) == {"waiting until Airflow is healthy and has read the DAGs"}


def test_plugin_is_named_like_no_package_of_ours(tmp_path):
    """Airflow imports a plugin by the name of its file: one named fundwatch would hide the package."""
    home, _ = configuration.prepare(Settings(home=tmp_path), database_url="postgresql://127.0.0.1/airflow")
    plugins = {path.stem for path in (home.folder / "plugins").glob("*.py")}
    assert plugins
    assert not [name for name in plugins if importlib.util.find_spec(name)]


def test_configuration_is_private_and_keeps_its_secrets(tmp_path):
    settings = Settings(home=tmp_path)
    url = "postgresql://fundwatch:se%25cret@127.0.0.1:5432/airflow"
    home, first = configuration.prepare(settings, database_url=url)
    password = home.password()
    files = [path for path in home.folder.iterdir() if path.is_file()]
    assert len(files) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert configuration.prepare(settings, database_url=url)[1] == first
    assert home.password() == password


@pytest.mark.parametrize("content", ["", "garbage", "[]", '{"admin": 1}'])
def test_secret_that_is_damaged_is_made_anew(tmp_path, content):
    settings = Settings(home=tmp_path)
    url = "postgresql://fundwatch:secret@127.0.0.1:5432/airflow"
    home, _ = configuration.prepare(settings, database_url=url)
    home.password_file.write_text(content)
    assert home.password() == ""
    for path in home.folder.glob("*.secret"):
        path.write_text("")
    configuration.prepare(settings, database_url=url)
    assert len(home.password()) > 10
    assert all(len(path.read_text()) > 10 for path in home.folder.glob("*.secret"))


def test_configuration_is_another_one_when_a_setting_changes(tmp_path):
    url = "postgresql://fundwatch:secret@127.0.0.1:5432/airflow"
    digests = {
        configuration.prepare(Settings(home=tmp_path, **changed), database_url=url)[1]
        for changed in (
            {},
            {"airflow_port": 18081},
            {"timezone": "UTC"},
            {"production_url": "sqlite:///x.db"},
        )
    }
    assert len(digests) == 4


def test_environment_drops_foreign_airflow_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "True")
    monkeypatch.setenv("FUNDWATCH_SITE", "/of/somebody/else")
    settings = Settings(home=tmp_path, site=None)
    home, _ = configuration.prepare(settings, database_url="postgresql://u:p@127.0.0.1/airflow")
    environment = configuration.environment(settings, home)
    assert "AIRFLOW__CORE__LOAD_EXAMPLES" not in environment
    assert "FUNDWATCH_SITE" not in environment
    assert environment["FUNDWATCH_HOME"] == str(tmp_path)


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, "127.0.0.1,localhost"), ({"no_proxy": "10.1, .gov"}, "10.1,.gov,127.0.0.1,localhost"),
     ({"NO_PROXY": "localhost,a"}, "localhost,a,127.0.0.1")],
)  # fmt: skip
def test_environment_adds_this_machine_to_the_hosts_without_a_proxy(given, expected, tmp_path, monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings(home=tmp_path, site=None)
    home, _ = configuration.prepare(settings, database_url="postgresql://u:p@127.0.0.1/airflow")
    environment = configuration.environment(settings, home)
    assert (environment["no_proxy"], environment["NO_PROXY"]) == (expected, expected)


def test_airflow_reads_the_configuration_as_written(tmp_path):
    settings = Settings(home=tmp_path, airflow_port=18082)
    url = "postgresql://fundwatch:se%25cret@127.0.0.1:5432/airflow"
    home, _ = configuration.prepare(settings, database_url=url)
    done = subprocess.run(
        [configuration.program(), "config", "get-value", "database", "sql_alchemy_conn"],
        capture_output=True, text=True, env=configuration.environment(settings, home), check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "postgresql+psycopg2://fundwatch:se%25cret@127.0.0.1:5432/airflow"

"""What the workers of a run share: forked commands answer as the program does, and things are made once."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from cli import UNEXPECTED
from fundwatch.errors import UsageWrong
from fundwatch.settings import Settings
from tests.running import folder
from tests.running.server import start
from tests.support import run_fundwatch, run_program, start_fundwatch

SECONDS = 60


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("run", "--moonth", "2024-06"),
        ("files", "--month", "2024-06"),
        ("export", "indicators", "--month", "2024-06"),
        ("build", "--month", "2024-13"),
        ("ingest", "--month", "2024-06", "--feed", "production"),
    ],
    ids=" ".join,
)
def test_forked_command_answers_as_the_program_does(settings: Settings, arguments: tuple[str, ...]) -> None:
    forked = run_fundwatch(*arguments, settings=settings, check=False)
    program = run_program(*arguments, settings=settings)
    assert forked.stdout + forked.stderr
    assert forked.returncode != UNEXPECTED
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        program.returncode, program.stdout, program.stderr,
    )  # fmt: skip


def test_forked_command_has_its_own_exit_code_folder_and_signals(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    away = replace(settings, home=Path("here"))
    assert run_fundwatch("run", "--moonth", settings=away, check=False).returncode == UsageWrong.exit_code
    run_fundwatch("files", "--month", "2024-06", settings=away)
    waits = {"FUNDWATCH_TESTING": "1", "FUNDWATCH_FAILPOINT": "nowhere:1"}
    process = start_fundwatch("simulate", "--out", str(tmp_path / "city"), settings=settings, env=waits)
    with process.stderr:
        process.kill()
        assert process.wait(SECONDS) == -9
        assert process.poll() == -9


def test_what_all_need_is_made_once_however_many_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "run_folder", lambda: tmp_path)
    made = []

    def make() -> int:
        time.sleep(0.05)
        made.append(len(made))
        return len(made)

    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(lambda _: folder.once("thing", make), range(8))) == [1] * 8


def test_server_of_a_run_ends_with_the_process_that_owns_the_run(tmp_path: Path) -> None:
    held = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run = tmp_path / "run"
    run.mkdir()
    url = start(run, owner=held.pid)
    with psycopg.connect(url) as connection:
        assert connection.execute("show fsync").fetchone() == ("off",)
    with held:
        held.kill()
    until = time.monotonic() + SECONDS
    while run.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not run.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)

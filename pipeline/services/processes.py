"""Detached child processes, known by pid and start time, so that a recycled pid is never taken for ours."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_STOP_SECONDS = 30.0
_ORPHANS_SECONDS = 5.0
_SAME_START_SECONDS = 2.0  # The clock may be set while a process runs; a pid is not reused that fast.


@dataclass(frozen=True)
class Child:
    """One process we started, leader of a session of its own.

    ``started_at`` is its start in seconds since the epoch; ``configuration`` names what it was started with.
    """

    name: str
    pid: int
    started_at: float
    configuration: str

    def process(self) -> psutil.Process | None:
        """Return this very process while it runs; None when it is gone or its pid belongs to another."""
        try:
            process = psutil.Process(self.pid)
            is_ours = abs(process.create_time() - self.started_at) < _SAME_START_SECONDS
            return process if is_ours and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def start(
    name: str, command: list[str], *, environment: dict[str, str], configuration: str, folder: Path, log: Path
) -> Child:
    """Start ``command`` detached from us, its output appended to ``log``, and note it in ``folder``."""
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    child = Child(name, process.pid, psutil.Process(process.pid).create_time(), configuration)
    draft = _note(folder, name).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(child)))
    draft.replace(_note(folder, name))
    return child


def noted(folder: Path, name: str) -> Child | None:
    """Return the process noted under ``name``, running or not; None when there is no note."""
    try:
        return Child(**json.loads(_note(folder, name).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def stop(children: list[Child], *, folder: Path) -> list[str]:
    """Stop processes and all they started: ask, wait, then kill. Return the names of those that ran.

    Again: a process that is gone, or whose pid now belongs to another one, is left alone.
    """
    running = {child.name: process for child in children if (process := child.process())}
    families = [member for process in running.values() for member in _family(process)]
    _tell(list(running.values()), psutil.Process.terminate)
    psutil.wait_procs(list(running.values()), timeout=_STOP_SECONDS)
    for signal in (psutil.Process.terminate, psutil.Process.kill):
        _, families = psutil.wait_procs(families, timeout=0)
        _tell(families, signal)
        _, families = psutil.wait_procs(families, timeout=_ORPHANS_SECONDS)
    for child in children:
        _note(folder, child.name).unlink(missing_ok=True)
    return list(running)


def _tell(members: list[psutil.Process], signal: Callable[[psutil.Process], None]) -> None:
    for member in members:
        with contextlib.suppress(psutil.NoSuchProcess):
            signal(member)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return [process]


def _note(folder: Path, name: str) -> Path:
    return folder / f"{name}.pid.json"

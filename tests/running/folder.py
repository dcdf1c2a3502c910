"""The folder of a test run, and what is made in it once for all workers."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FOLDER, _OWNER = "FUNDWATCH_TEST_RUN", "FUNDWATCH_TEST_OWNER"


def create() -> None:
    """Make the folder of this run; its path is short, since a socket lies in it."""
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="fundwatch-")
    os.environ[_OWNER] = str(os.getpid())


def remove() -> None:
    """Remove the folder, unless a server was started: its process does so, once it has stopped it."""
    if not (run_folder() / "server").exists():
        shutil.rmtree(run_folder())


def run_folder() -> Path:
    """Return the folder of this run."""
    return Path(os.environ[_FOLDER])


def owner() -> int:
    """Return the process whose end is the end of the run."""
    return int(os.environ[_OWNER])


def once(name: str, make: Callable[[], Any]) -> Any:
    """Return what ``make`` returned (any JSON) in the first process that asked; the others wait for it."""
    result = run_folder() / f"{name}.json"
    with result.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            result.write_text(json.dumps(make()))
    return json.loads(result.read_text())

"""Commands of ``fundwatch`` as processes that can be killed, frozen and continued, in milliseconds."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fundwatch.settings import Settings

ROOT = Path(__file__).parents[2]
_SECONDS = 120
# How long a worker waits for another that holds the lock, instead of half a minute.
_PATIENCE = 0.3


@dataclass(frozen=True)
class Ended:
    """How a command ended: ``code`` is its exit code, negative for the signal that killed it."""

    code: int
    output: bytes
    errors: str

    @property
    def was_killed(self) -> bool:
        """Whether a failpoint killed it."""
        return self.code == -signal.SIGKILL


class Command:
    """One running command."""

    def __init__(self, forker: Forker, pid: int, output: Path, errors: Path) -> None:
        """Wrap a started process."""
        self._forker, self._output, self._errors = forker, output, errors
        self.pid = pid

    def wait_until_frozen(self) -> None:
        """Wait until a failpoint froze it; fail when it ends instead."""
        status = self._wait()
        if not os.WIFSTOPPED(status):
            pytest.fail(f"it was not frozen, but ended: {self._errors.read_text()}")

    def wait(self) -> Ended:
        """Wait until it ends."""
        code = os.waitstatus_to_exitcode(self._wait())
        return Ended(code, self._output.read_bytes(), self._errors.read_text())

    def go_on(self) -> None:
        """Continue it after it was frozen."""
        os.kill(self.pid, signal.SIGCONT)

    def _wait(self) -> int:
        try:
            return self._forker.ask(do="wait", pid=self.pid)["status"]
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            pytest.fail(f"a command neither ended nor froze within {_SECONDS} seconds")


class Forker:
    """Starts commands; one for the whole test run."""

    def __init__(self, folder: Path) -> None:
        """Start the process that forks; the commands' output goes to ``folder``."""
        self._folder, self._number = folder, 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forking"], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def close(self) -> None:
        """End the process that forks."""
        self._process.stdin.close()
        self._process.wait(timeout=_SECONDS)

    def start(
        self, *arguments: str, settings: Settings, failpoint: str | None = None, log: Path | None = None
    ) -> Command:
        """Start a command, armed with a failpoint where one is given, and return at once."""
        self._number += 1
        output, errors = (self._folder / f"{self._number}.{kind}" for kind in ("out", "err"))
        temporary = settings.home.with_name(f"{settings.home.name}-tmp")
        temporary.mkdir(exist_ok=True)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FUNDWATCH_")},
            "FUNDWATCH_HOME": str(settings.home),
            "FUNDWATCH_DATABASE_URL": settings.database_url,
            "FUNDWATCH_INBOX": str(settings.inbox_folder),
            "FUNDWATCH_SITE": str(settings.site_folder),
            "FUNDWATCH_PRODUCTION_URL": settings.production_url,
            "TMPDIR": str(temporary),
        }
        if failpoint:
            environment |= {"FUNDWATCH_TESTING": "1", "FUNDWATCH_FAILPOINT": failpoint}
        if log:
            environment["FUNDWATCH_FAILPOINT_LOG"] = str(log)
        asked = self.ask(
            do="start", arguments=arguments, environment=environment,
            output=str(output), errors=str(errors), patience=_PATIENCE,
        )  # fmt: skip
        return Command(self, asked["pid"], output, errors)

    def run(self, *arguments: str, settings: Settings, failpoint: str | None = None) -> Ended:
        """Run a command to its end, whatever that is."""
        return self.start(*arguments, settings=settings, failpoint=failpoint).wait()

    def ask(self, **request: Any) -> dict[str, int]:
        """Send one request and return the answer."""
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], _SECONDS)[0]:
            raise TimeoutError
        return json.loads(self._process.stdout.readline())

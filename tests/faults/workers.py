"""Commands of ``fundwatch`` as processes that can be killed, frozen and continued, in milliseconds."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fundwatch.settings import Settings
from tests.running.commands import Command, start

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


class Worker:
    """One running command."""

    def __init__(self, command: Command, output: Path, errors: Path) -> None:
        """Wrap a started process."""
        self._command, self._output, self._errors = command, output, errors

    def wait_until_frozen(self) -> None:
        """Wait until a failpoint froze it; fail when it ends instead."""
        with self._in_time():
            is_frozen = self._command.wait_until_frozen(_SECONDS)
        if not is_frozen:
            pytest.fail(f"it was not frozen, but ended: {self._errors.read_text()}")

    def wait(self) -> Ended:
        """Wait until it ends."""
        with self._in_time():
            code = self._command.wait(_SECONDS)
        return Ended(code, self._output.read_bytes(), self._errors.read_text())

    def go_on(self) -> None:
        """Continue it after it was frozen."""
        self._command.send_signal(signal.SIGCONT)

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            self._command.kill()
            pytest.fail(f"a command neither ended nor froze within {_SECONDS} seconds")


class Forker:
    """Starts commands; one for the whole test run."""

    def __init__(self, folder: Path) -> None:
        """Let the commands' output go to ``folder``."""
        self._folder, self._number = folder, 0

    def start(
        self, *arguments: str, settings: Settings, failpoint: str | None = None, log: Path | None = None
    ) -> Worker:
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
        with output.open("wb") as stdout, errors.open("wb") as stderr:
            command = start(
                arguments, environment=environment, stdout=stdout, stderr=stderr, patience=_PATIENCE
            )
        return Worker(command, output, errors)

    def run(self, *arguments: str, settings: Settings, failpoint: str | None = None) -> Ended:
        """Run a command to its end, whatever that is."""
        return self.start(*arguments, settings=settings, failpoint=failpoint).wait()

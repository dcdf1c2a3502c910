"""Commands of ``fundwatch`` as processes of their own: forked in milliseconds, or the installed program."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from tests.running.folder import once, owner, run_folder

_ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("fundwatch")
# As the process that forks is to find them: no thread may be running when it does.
_SINGLE_THREADED = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
# What a command may take before a test gives it up: a dirtied city of 20,000 persons takes many minutes.
_SECONDS = 3600 if os.environ.get("FUNDWATCH_TEST_FULL") else 600
_OUTLIVING: list[subprocess.Popen] = []


class Command:
    """One command under way, as far as ``subprocess.Popen`` would show it."""

    def __init__(self, connection: socket.socket, stderr: IO[bytes] | None) -> None:
        """Wrap a started process."""
        self._connection, self.stderr = connection, stderr
        try:
            self.pid: int = self._next(_SECONDS)["pid"]
        except BaseException:
            connection.close()
            raise
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return its exit code, negative for the signal that killed it; None while it runs or is frozen."""
        while self.returncode is None and (status := self._status(0)) is not None:
            self._note(status)
        return self.returncode

    def wait(self, timeout: float = _SECONDS) -> int:
        """Wait until it ends and return its exit code.

        Raises: TimeoutError.
        """
        while self.returncode is None:
            self._note(self._next(timeout)["status"])
        return self.returncode

    def wait_until_frozen(self, timeout: float = _SECONDS) -> bool:
        """Wait until it is frozen; return False when it ends instead.

        Raises: TimeoutError.
        """
        status = self._next(timeout)["status"]
        self._note(status)
        return os.WIFSTOPPED(status)

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(9)

    def _note(self, status: int) -> None:
        if not os.WIFSTOPPED(status):
            self.returncode = os.waitstatus_to_exitcode(status)
            self._connection.close()

    def _status(self, timeout: float) -> int | None:
        try:
            return self._next(timeout)["status"]
        except (BlockingIOError, TimeoutError):
            return None

    def _next(self, timeout: float) -> dict[str, int]:
        self._connection.settimeout(timeout)
        try:
            message = self._connection.recv(1024)
        except ConnectionResetError:
            message = b""
        if not message:
            raise RuntimeError(f"the process that forks commands has ended: {_log().read_text()}")
        return json.loads(message)


def start(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    stdout: IO[bytes],
    stderr: IO[bytes] | None,
    patience: float | None = None,
) -> Command:
    """Fork a command; ``stderr`` None is a pipe, ``patience`` how many seconds it waits for a lock.

    The folder and the standard input are those of this process.
    """
    ours, theirs = (None, stderr) if stderr else map(os.fdopen, os.pipe(), ("rb", "wb"))
    request = {
        "arguments": list(arguments), "environment": dict(environment), "folder": str(Path.cwd()),
        "patience": patience,
    }  # fmt: skip
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.connect(_forker())
    except OSError:
        connection.close()
        raise
    with open(os.devnull, "rb") as stdin:  # noqa: PTH123 - a device
        files = [stdin.fileno(), stdout.fileno(), theirs.fileno()]
        socket.send_fds(connection, [json.dumps(request).encode()], files)
        command = Command(connection, ours)
    if ours:
        theirs.close()
    return command


@cache
def _forker() -> str:
    """Start the process that forks, unless another worker has, and return its socket."""
    return once("forker", _start_forker)


def _start_forker() -> str:
    path = str(run_folder() / "commands")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FUNDWATCH_")}
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, _log().open("wb") as log:
        listener.bind(path)
        listener.listen(64)
        _OUTLIVING.append(subprocess.Popen(
            [sys.executable, "-m", "tests.running.forking", str(listener.fileno()), str(owner())],
            cwd=_ROOT, env=environment | _SINGLE_THREADED, pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        ))  # fmt: skip
    return path


def _log() -> Path:
    return run_folder() / "commands.log"

"""A process that has imported the command line and forks a copy of itself for every command.

A copy starts in milliseconds where a new interpreter takes seconds, and it is a process of its own: it can be
killed, frozen and continued. Each connection of the socket asks for one command, with its arguments,
environment, folder and three open files, and is told the copy's number and then every change of its state.

``python -m tests.running.forking LISTENER OWNER`` serves on an open socket until the process OWNER has ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import re
import selectors
import signal
import socket
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from coverage import Coverage

from tests.running.tracing import leave_dbt_untraced

PACKAGES = ("fundwatch", "alerts", "pipeline", "ingestion", "expectations", "crosschecks", "reconciliation",
    "reporting", "simulator", "cli")  # fmt: skip
# What commands import only when they need it.
LIBRARIES = ("alembic.command", "alembic.config", "dbt.adapters.postgres", "dbt.cli.main",
    "great_expectations", "opencc", "pandas", "psycopg2", "pyarrow.compute", "pyarrow.csv", "pypinyin",
    "pysdmx.io.pd", "pysdmx.io.writer", "rapidfuzz.distance", "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.postgresql.psycopg2", "sqlalchemy.dialects.sqlite.pysqlite", "typst")  # fmt: skip
SCRIPTS = re.compile(r"\.__main__$|\.migrations\.")
LARGEST_REQUEST = 2**18


def import_everything() -> None:
    """Import what any command may need, and see that no thread was started: a copy would lack it."""
    for name in LIBRARIES:
        importlib.import_module(name)
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not SCRIPTS.search(module.name):
                importlib.import_module(module.name)
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"{threads} threads run after the imports; a process that forks may have one")
    gc.collect()
    gc.freeze()


def save_coverage() -> None:
    """Write down what ran so far, if it is measured: each copy would write all the imports again."""
    measured = Coverage.current()
    if measured is not None:
        measured.save()


class Server:
    """Forks copies as asked and reports what becomes of them."""

    def __init__(self, listener: socket.socket, owner: int) -> None:
        """Serve the connections of ``listener`` until ``owner`` has ended."""
        self._listener, self._owner = listener, os.pidfd_open(owner)
        self._wake, wakes = os.pipe()
        for end in (self._wake, wakes):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._wakes = wakes
        self._asked: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        for source in (listener, self._owner, self._wake):
            self._selector.register(source, selectors.EVENT_READ)

    def serve(self) -> dict[str, Any] | None:
        """Serve; return None at the end of the run, and in each copy the request that it is to run."""
        while True:
            ready = {key.fileobj for key, _ in self._selector.select()}
            if self._owner in ready:
                for pid in self._asked:
                    os.kill(pid, signal.SIGKILL)
                return None
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._report()
            if self._listener in ready and (request := self._fork()) is not None:
                return request

    def _fork(self) -> dict[str, Any] | None:
        """Fork a copy for one connection; return its request in the copy alone."""
        connection, _ = self._listener.accept()
        message, files, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 3)
        request = json.loads(message)
        pid = os.fork()
        if pid == 0:
            self._leave(connection)
            return request | {"files": files}
        for number in files:
            os.close(number)
        self._asked[pid] = connection
        connection.send(json.dumps({"pid": pid}).encode())
        return None

    def _report(self) -> None:
        """Tell who asked for it of each copy that ended, froze or went on."""
        while self._asked:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return
            has_ended = not os.WIFSTOPPED(status)
            connection = self._asked.pop(pid) if has_ended else self._asked[pid]
            with suppress(BrokenPipeError):  # who asked may have gone
                connection.send(json.dumps({"status": status}).encode())
            if has_ended:
                connection.close()

    def _leave(self, connection: socket.socket) -> None:
        """Close in a copy what belongs to the process that forked it."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for opened in (self._listener, connection, *self._asked.values()):
            opened.close()
        for number in (self._owner, self._wake, self._wakes):
            os.close(number)


def run(request: dict[str, Any]) -> NoReturn:
    """Run one command as the program ``fundwatch`` would, with everything the request says, and end."""
    for number, given in enumerate(request["files"]):
        os.dup2(given, number)
        os.close(given)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    tempfile.tempdir = None
    sys.argv = [str(Path(sys.executable).with_name("fundwatch")), *request["arguments"]]
    sys.modules["__main__"].__package__ = None  # it would give the program another name

    from cli import main
    from fundwatch import failpoints
    from ingestion import locks

    if request["patience"] is not None:
        locks.WAIT_SECONDS = request["patience"]
    code = 1
    try:
        failpoints.arm(os.environ)
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does with what nobody caught
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve(number: int, owner: int) -> None:
    """Import everything, then serve on the socket of this number until the owner has ended."""
    with socket.socket(fileno=number) as listener:
        import_everything()
        leave_dbt_untraced()
        save_coverage()
        request = Server(listener, owner).serve()
    if request is not None:
        run(request)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))

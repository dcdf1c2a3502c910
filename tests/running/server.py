"""The PostgreSQL server of a test run: quick instead of durable, stopped when the run has ended.

``python -m tests.running.server FOLDER OWNER [BINARIES]`` starts it in the run's folder, prints its URL,
waits until the process OWNER has ended, stops the server and removes the folder.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from fundwatch.database.embedded import EmbeddedPostgres

_ROOT = Path(__file__).parents[2]
# The data need not outlive the machine. Autovacuum would visit hundreds of databases used for seconds.
_QUICK = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
checkpoint_timeout = 1h
autovacuum_naptime = 10min
"""


_OUTLIVING: list[subprocess.Popen] = []


class QuickPostgres(EmbeddedPostgres):
    """An embedded server that trades durability for speed."""

    def _create(self) -> None:
        super()._create()
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write(_QUICK)


def start(folder: Path, *, owner: int) -> str:
    """Start the server of the run in a process of its own and return its URL."""
    binaries = os.environ.get("FUNDWATCH_TEST_BINARIES")
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.running.server", str(folder), str(owner), *filter(None, [binaries])],
        cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    _OUTLIVING.append(keeper)
    assert keeper.stdout is not None
    with keeper.stdout as output:
        url = output.readline().decode().strip()
    if not url:
        raise RuntimeError(f"the server of the test run did not start in {folder}")
    return url


def wait_for_end(process: int) -> None:
    """Wait until a process has ended."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    select.select([handle], [], [])
    os.close(handle)


def main(folder: str, owner: str, binaries: str | None = None) -> None:
    """Serve until the owner has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = QuickPostgres(Path(folder) / "server", binaries=Path(binaries) if binaries else None)
    try:
        print(server.start(), flush=True)  # noqa: T201 - whoever started this process reads it
        wait_for_end(int(owner))
    finally:
        server.stop(immediately=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

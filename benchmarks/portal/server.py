"""``fundwatch portal`` in its own processes, and the memory of its workers."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.landing import url_of
from benchmarks.month import FUNDWATCH
from fundwatch.settings import Settings

WORKERS = 2
_READY_SECONDS, _STOP_SECONDS = 60, 20
_MIB = 1024


@dataclass(frozen=True)
class Portal:
    """A portal that answers: where, how long it took to, and its supervisor's process."""

    port: int
    ready_seconds: float
    process: subprocess.Popen
    ready_cpu_seconds: float

    @property
    def workers(self) -> list[int]:
        """The process ids of the workers."""
        return [child for child in _children(self.process.pid) if b"spawn_main" in _command(child)]


@contextmanager
def portal_of(settings: Settings, log: Path, *, per_second: int = 20) -> Iterator[Portal]:
    """Serve a warehouse with two workers until the end of the block.

    ``per_second``: what a session may ask; where a leg asks faster it is raised, and still counted.
    Raises: RuntimeError when it does not answer in time, with what it printed.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "FUNDWATCH_HOME": str(settings.home), "FUNDWATCH_DATABASE_URL": url_of(settings),
        "FUNDWATCH_PORTAL_PORT": str(port), "FUNDWATCH_PORTAL_METRICS_PORT": "0",
        "FUNDWATCH_PORTAL_WORKERS": str(WORKERS), "FUNDWATCH_PORTAL_REQUESTS_PER_SECOND": str(per_second),
    }  # fmt: skip
    with log.open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen([FUNDWATCH, "portal"], env=environment, stdout=output, stderr=output)
        try:
            while not _is_ready(port):
                if process.poll() is not None or time.monotonic() - started > _READY_SECONDS:
                    raise RuntimeError(f"the portal does not answer: {log.read_text()[-2000:]}")
                time.sleep(0.02)
            ready = time.monotonic() - started
            yield Portal(port, ready, process, _cpu_seconds(process.pid))
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def resident(pid: int, *, peak: bool = False) -> float:
    """Return the memory a process holds, or the most it held since ``forget_peak``, in MiB."""
    field = "VmHWM" if peak else "VmRSS"
    size = re.search(rf"{field}:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())
    if size is None:
        raise RuntimeError(f"/proc/{pid}/status lists no {field}: memory is measured on Linux alone")
    return int(size[1]) / _MIB


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and its children."""
    ticks = 0
    for one in (pid, *_children(pid)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def forget_peak(pid: int) -> None:
    """Let the most memory a process held count from now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""

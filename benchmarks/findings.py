"""The findings of a benchmark, and the page they are written to."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg


@dataclass(frozen=True)
class Finding:
    """One line of the page: what was measured, the figure, and the bar it was to meet."""

    what: str
    measured: str
    bar: str = ""
    is_met: bool | None = None

    @property
    def verdict(self) -> str:
        """Whether the bar is met, in a word; nothing where there is none."""
        return "" if self.is_met is None else ("met" if self.is_met else "**missed**")

    @staticmethod
    def ratio(what: str, ours: float, theirs: float, *, most: float, aim: float | None = None) -> Finding:
        """Return a quotient of two times of the same run, which is to be at most ``most``."""
        quotient = ours / theirs
        bar = f"at most {most:g}" + (f" (aim {aim:g})" if aim else "")
        return Finding(what, f"{quotient:.2f}", bar, quotient <= most)


@dataclass(frozen=True)
class Taken:
    """Seconds of CPU, those of the database included, and of wall clock."""

    cpu: float
    clock: float

    def __add__(self, other: Taken) -> Taken:
        """Return what both took."""
        return Taken(self.cpu + other.cpu, self.clock + other.clock)

    def __sub__(self, other: Taken) -> Taken:
        """Return what this took more."""
        return Taken(self.cpu - other.cpu, self.clock - other.clock)


@dataclass(frozen=True)
class Section:
    """A heading of the page, how its figures were measured, and the figures."""

    title: str
    how: str
    findings: Sequence[Finding]

    def lines(self) -> list[str]:
        """Return the section as Markdown."""
        rows = [f"| {line.what} | {line.measured} | {line.bar} | {line.verdict} |" for line in self.findings]
        return [
            f"## {self.title}", "", self.how, "",
            "| What | Measured | Bar | |", "|---|---|---|---|", *rows, "",
        ]  # fmt: skip


def medians(legs: dict[str, Callable[[], float]], *, times: int) -> dict[str, float]:
    """Run the legs in turn, ``times`` over, in the opposite order every other time; return their medians."""
    seconds: dict[str, list[float]] = {name: [] for name in legs}
    for turn in range(times):
        for name in list(legs) if turn % 2 == 0 else reversed(list(legs)):
            seconds[name].append(legs[name]())
            print(f"  {name}: {seconds[name][-1]:.2f} s", flush=True)
    return {name: statistics.median(values) for name, values in seconds.items()}


def peak_memory() -> int:
    """Return the most memory this program held, in MiB; getrusage counts the parent process, too."""
    peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    if peak is None:
        raise RuntimeError("/proc/self/status lists no VmHWM: memory is measured on Linux alone")
    return int(peak[1]) // 1024


def worked(url: str) -> float:
    """Return the seconds of CPU this program and the server of a database of this machine worked so far.

    On a machine that others work on, too, the difference of two says more than the clock.
    """
    with psycopg.connect(url) as connection:
        server = psutil.Process(connection.info.backend_pid).parent()
    if server is None:
        raise RuntimeError("the server of the database does not run on this machine")
    times = server.cpu_times()
    seconds = time.process_time() + times.user + times.system + times.children_user + times.children_system
    for process in server.children():
        with suppress(psutil.NoSuchProcess):  # it ended in between: its server has its time
            seconds += sum(process.cpu_times()[:2])
    return seconds


def taken(url: str, work: Callable[[], object]) -> Taken:
    """Return what some work upon a database of this machine takes."""
    busy, started = worked(url), time.monotonic()
    work()
    return Taken(worked(url) - busy, time.monotonic() - started)

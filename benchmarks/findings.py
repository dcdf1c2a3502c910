"""What a benchmark finds, and the page it makes."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """One line of the page: what was measured, what it came to, and the bar it was to meet."""

    what: str
    measured: str
    bar: str = ""
    is_met: bool | None = None

    @staticmethod
    def ratio(what: str, ours: float, theirs: float, *, most: float, aim: float | None = None) -> Finding:
        """Return a quotient of two times of the same run, which is to be at most ``most``."""
        found = ours / theirs
        bar = f"at most {most:g}" + (f" (aim {aim:g})" if aim else "")
        return Finding(what, f"{found:.2f}", bar, found <= most)


@dataclass(frozen=True)
class Section:
    """A heading of the page, how its findings were come by, and the findings."""

    title: str
    how: str
    findings: Sequence[Finding]

    def lines(self) -> list[str]:
        """Return the section as Markdown."""
        rows = [f"| {one.what} | {one.measured} | {one.bar} | {_word(one.is_met)} |" for one in self.findings]
        return [
            f"## {self.title}", "", self.how, "",
            "| What | Measured | Bar | |", "|---|---|---|---|", *rows, "",
        ]  # fmt: skip


def _word(is_met: object) -> str:
    return "" if is_met is None else ("met" if is_met else "**missed**")


def medians(legs: dict[str, Callable[[], float]], *, times: int) -> dict[str, float]:
    """Run the legs in turn, ``times`` over, in the opposite order every other time; return their medians."""
    found: dict[str, list[float]] = {name: [] for name in legs}
    for turn in range(times):
        for name in list(legs) if turn % 2 == 0 else reversed(list(legs)):
            found[name].append(legs[name]())
            print(f"  {name}: {found[name][-1]:.2f} s", flush=True)
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def peak_memory() -> int:
    """Return the most memory this program held, in MiB; getrusage counts what started it, too."""
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) // 1024

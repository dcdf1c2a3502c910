"""Measure, and write docs/benchmarks.md: what each figure is, what it was, and on how much."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
FUNDWATCH = str(Path(sys.executable).with_name("fundwatch"))
SIMULATED = {"persons": "100000", "months": "2023-07..2024-06"}
RUN = {"persons": "20000", "months": "2023-07..2024-06", "month": "2024-06"}


def main() -> None:
    """Run every benchmark and write the page."""
    lines = [
        "# Benchmarks",
        "",
        (
            f"Written by `make bench` on {os.cpu_count()} cores, {platform.machine()}, Python"
            f" {platform.python_version()}. Wall-clock seconds of whole commands, start-up included."
        ),
        "",
        "| What | Seconds |",
        "|---|---|",
        *(f"| {what} | {seconds:.1f} |" for what, seconds in (*_simulation(), *_month())),
    ]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def _simulation():
    """Time the simulation of 100 thousand persons and 12 months; the bar is one minute."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = _timed(
            "simulate", "--out", f"{folder}/city", "--persons", SIMULATED["persons"],
            "--months", SIMULATED["months"], home=folder,
        )  # fmt: skip
    yield "simulate 100 thousand persons, 12 months", seconds


def _month():
    """Time one month of a city of 20 thousand persons: cold, then again with nothing changed."""
    with tempfile.TemporaryDirectory() as home:
        _timed(
            "simulate", "--persons", RUN["persons"], "--months", RUN["months"], home=home
        )  # fmt: skip
        try:
            yield "run a month, 20 thousand persons, cold", _timed("run", "--month", RUN["month"], home=home)
            again = [_timed("run", "--month", RUN["month"], home=home) for _ in range(3)]
            yield "run it again, nothing changed (median of 3)", statistics.median(again)
        finally:
            _timed("db", "down", home=home)


def _timed(*arguments: str, home: str) -> float:
    started = time.monotonic()
    environment = {**os.environ, "FUNDWATCH_HOME": home}
    subprocess.run([FUNDWATCH, *arguments], check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


if __name__ == "__main__":
    main()

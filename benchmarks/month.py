"""A simulated city, and one month of it through the whole pipeline."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.findings import Finding, Section

FUNDWATCH = str(Path(sys.executable).with_name("fundwatch"))
_MONTHS = "2023-07..2024-06"
_LARGE, _SMALL = "100000", "20000"
_MINUTE = 60


def measure(folder: Path) -> Section:
    """Time the simulation, a month over an empty warehouse, and the same month with nothing changed."""
    simulated = _timed(
        "simulate", "--out", str(folder / "large"), "--persons", _LARGE, "--months", _MONTHS, home=folder
    )
    home = folder / "home"
    _timed("simulate", "--persons", _SMALL, "--months", _MONTHS, home=home)
    try:
        cold = _timed("run", "--month", "2024-06", home=home)
        again = statistics.median(_timed("run", "--month", "2024-06", home=home) for _ in range(3))
    finally:
        _timed("db", "down", home=home)
    return Section(
        "A city and a month",
        "Wall-clock seconds of whole commands, start-up included.",
        [
            Finding(
                "simulate 100 thousand persons, 12 months, s", f"{simulated:.1f}", f"under {_MINUTE}",
                simulated < _MINUTE,
            ),
            Finding("run a month, 20 thousand persons, cold, s", f"{cold:.1f}"),
            Finding("run it again, nothing changed (median of 3), s", f"{again:.1f}"),
        ],
    )  # fmt: skip


def _timed(*arguments: str, home: Path) -> float:
    started = time.monotonic()
    subprocess.run(
        [FUNDWATCH, *arguments], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "FUNDWATCH_HOME": str(home)},
    )  # fmt: skip
    return time.monotonic() - started

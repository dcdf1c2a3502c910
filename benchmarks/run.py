"""Measure, and write docs/benchmarks.md: what each figure is, what it was, and on how much.

``python -m benchmarks.run [section ...]`` measures the sections named, all of them by default; the page keeps
what was measured before of the others.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import bases, extraction, landing, ledgers, month, quality, reconciliation, reports, trace
from benchmarks.findings import Section
from benchmarks.linkage import comparison as linkage
from benchmarks.portal import flips, memory, pages, security
from benchmarks.rules import comparison as rules

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
SECTIONS: dict[str, Callable[[Path], Section]] = {
    "month": month.measure,
    "landing": landing.measure,
    "landing_beside_dlt": landing.measure_beside_dlt,
    "extraction": extraction.measure,
    "statistics": ledgers.measure,
    "quality": quality.measure,
    "reconciliation": reconciliation.measure,
    "bases": bases.measure,
    "reports": reports.measure,
    "trace": trace.measure,
    "linkage": linkage.measure,
    "rules": rules.measure,
    "portal_pages": pages.measure,
    "portal_security": security.measure,
    "portal_flips": flips.measure,
    "portal_memory": memory.measure,
}


def main(wanted: list[str]) -> None:
    """Measure the sections ``wanted`` and write the page."""
    unknown = sorted(set(wanted) - set(SECTIONS))
    if unknown:
        raise SystemExit(f"no such section: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    written = _written()
    for name, measure in SECTIONS.items():
        if name in wanted or not wanted:
            print(f"{name} ...", flush=True)
            with tempfile.TemporaryDirectory(prefix="fundwatch-bench-") as folder:
                lines = measure(Path(folder)).lines()
            print("\n".join(lines), flush=True)
            written[name] = "\n".join([f"<!-- {name} -->", *lines])
    _write({name: written[name] for name in SECTIONS if name in written})


def _written() -> dict[str, str]:
    """Return the sections the page holds, by name."""
    if not PAGE.exists():
        return {}
    parts = PAGE.read_text(encoding="utf-8").split("<!-- ")[1:]
    return {part.partition(" -->")[0]: "<!-- " + part.rstrip() + "\n" for part in parts}


def _write(sections: dict[str, str]) -> None:
    lines = [
        "# Benchmarks",
        "",
        (
            f"Written by `python -m benchmarks.run` on {os.cpu_count()} cores, {platform.machine()}, Python"
            f" {platform.python_version()}, embedded PostgreSQL. Ratios are of one run, side by side; equal"
            " results are checked before anything is timed."
        ),
        "",
    ]
    PAGE.write_text("\n".join(lines) + "\n" + "\n".join(sections.values()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

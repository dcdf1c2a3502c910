"""The grade of a table in a division."""

from __future__ import annotations

from collections.abc import Iterable


def grade(failed_severities: Iterable[str | None]) -> str:
    """Grade a table of a division from the severities of its failed thresholds alone."""
    failed = [severity for severity in failed_severities if severity]
    if not failed:
        return "A"
    if "critical" in failed:
        return "D" if failed.count("critical") == 1 else "F"
    return "C" if "warning" in failed else "B"

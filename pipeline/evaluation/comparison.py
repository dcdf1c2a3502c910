"""What was found against what was planted, of one rule or one status of a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Key = tuple[str, ...]


@dataclass(frozen=True)
class Evaluation:
    """One rule in one month; ``decoys_raised`` are points on what only looks like one.

    ``recall`` is what was found of the planted, ``precision`` what was planted of the found; without any
    there is none.
    """

    rule: str
    planted: int
    found: int
    both: int
    decoys_raised: int
    recall: float | None
    precision: float | None


def compared(rule: str, raised: set[Key], planted: set[Key], decoys: set[Key]) -> Evaluation:
    """Return how the points found compare with those planted."""
    both = raised & planted
    return Evaluation(
        rule=rule,
        planted=len(planted),
        found=len(raised),
        both=len(both),
        decoys_raised=sum(_raises(point, decoys) for point in raised - planted),
        recall=len(both) / len(planted) if planted else None,
        precision=len(both) / len(raised) if raised else None,
    )


def _raises(point: Key, decoys: set[Key]) -> bool:
    """Whether a point is on a decoy; one that names no scheme is a decoy in every one."""
    return any(
        all(value in ("", wanted) for value, wanted in zip(decoy[2:], point[2:], strict=True))
        for decoy in decoys
        if decoy[:2] == point[:2]
    )


def holds(item: Mapping[str, Any], month: str) -> bool:
    """Whether a plant is there in the month: it has begun and is not corrected yet."""
    if "month" in item:
        return bool(item["month"] == month)
    return bool(item["first_month"] <= month <= (item.get("last_month") or month))

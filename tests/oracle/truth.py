"""What the simulator planted, read from DIR/truth as it stands in a month."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.values import ZERO, shift

Planted = dict[str, Any]
CaseKey = tuple[str, str, str]


def planted(folder: Path, name: str, month: str) -> list[Planted]:
    """Give what is planted under a name and visible in month m."""
    return [
        fault
        for fault in _read(folder, name)["planted"]
        if fault["first_month"] <= month <= (fault.get("last_month") or month)
    ]


def decoys(folder: Path, name: str, month: str) -> list[Planted]:
    """Give the decoys that must not be raised in month m."""
    return [decoy for decoy in _read(folder, name)["decoys"] if decoy["first_month"] <= month]


def planted_cases(folder: Path, rule_id: str, month: str) -> dict[CaseKey, tuple[int, Decimal]]:
    """Give months and amount of every planted case, as known in month m.

    Shape: (person, other person or empty, scheme) -> (months, amount), the months of a pair
           within the last twelve.
    """
    first = shift(month, -11) if rule_id == "duplicate_enrolment" else ""
    cases = {}
    for fault in planted(folder, rule_id, month):
        parts = [
            (part.get("for_month") or part["month"], Decimal(part["amount"]))
            for part in fault.get("payments") or fault["months"]
            if part["visible_from"] <= month
        ]
        parts = [(paid_for, amount) for paid_for, amount in parts if first <= paid_for <= month]
        key = (fault["person_id"], fault.get("other_person_id") or "", fault["scheme"])
        amount = sum((amount for _, amount in parts), ZERO)
        cases[key] = (len({paid_for for paid_for, _ in parts}), amount)
    return cases


def is_plantable(rule_id: str) -> bool:
    """Columns of amounts are numeric in the city, as most vendors have them: none holds anything else."""
    return not rule_id.endswith("-0") or rule_id == "AC60-0"


def planted_failures(
    folder: Path, rule_ids: Iterable[str], month: str, *, city: str
) -> dict[tuple[str, str], int]:
    """Count what is planted under each rule and visible in month m.

    Shape: (division, rule) -> rows, for each county that has any, and all of them for the city.
    """
    counted: dict[tuple[str, str], int] = Counter()
    for rule_id in rule_ids:
        for fault in planted(folder, rule_id, month):
            counted[city, rule_id] += 1
            if fault["division"] is not None:
                counted[fault["division"], rule_id] += 1
    return dict(counted)


def decoy_pairs(folder: Path, rule_id: str, month: str) -> set[tuple[str, str]]:
    """Give person and other person (or empty) of every decoy of month m."""
    return {
        (decoy["person_id"], decoy.get("other_person_id") or "") for decoy in decoys(folder, rule_id, month)
    }


def _read(folder: Path, name: str) -> dict[str, list[Planted]]:
    return json.loads((folder / "truth" / f"{name}.json").read_text(encoding="utf-8"))

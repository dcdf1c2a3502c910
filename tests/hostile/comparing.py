"""Exported points of a month set against the oracle's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from tests.oracle.compare import year_month
from tests.oracle.crosschecks.points import PER_YEAR, Point

Key = tuple[str, str, str, str, str]
SHOWN = 6


def exported_points(rows: list[dict[str, str]]) -> dict[Key, dict[str, str]]:
    """Index the rows of ``fundwatch export cases`` as the oracle does; class D is not its business."""
    by_key: dict[Key, dict[str, str]] = {}
    for row in rows:
        if row["match_class"] == "D":
            continue
        year = row["first_month"][:4] if row["rule_id"] in PER_YEAR else ""
        key = row["rule_id"], row["scheme"], row["person_id"], row["other_person_id"], year
        assert key not in by_key, f"{key} is exported twice"
        by_key[key] = row
    return by_key


def stated(row: Mapping[str, str]) -> tuple[str, str, str, int, Decimal]:
    """Give class, first and last month, months, amount."""
    first, last = (year_month(row[name]) if row[name] else "" for name in ("first_month", "last_month"))
    return row["match_class"], first, last, int(row["months"]), Decimal(row["amount"])


def unequal(
    expected: Mapping[Key, Point], rows: list[dict[str, str]], rules: list[str]
) -> dict[str, list[str]]:
    """Say per rule which points are missing, too many, or say something else."""
    exported = {key: row for key, row in exported_points(rows).items() if key[0] in rules}
    wrong: dict[str, list[str]] = defaultdict(list)
    for key in sorted(expected.keys() | exported.keys()):
        mine, row = expected.get(key), exported.get(key)
        if mine is None or row is None:
            difference = (
                f"only expected: {mine.stated}" if mine is not None else f"only exported: {stated(row or {})}"
            )
            wrong[key[0]].append(f"{key[1:]} {difference}")
        elif mine.stated != stated(row):
            wrong[key[0]].append(f"{key[1:]} expected {mine.stated}, exported {stated(row)}")
        elif mine.divisions and row["division"] not in mine.divisions:
            allowed = sorted(mine.divisions)
            wrong[key[0]].append(f"{key[1:]} expected a division of {allowed}, exported {row['division']!r}")
        elif lacking := mine.evidence - _evidence(row):
            wrong[key[0]].append(f"{key[1:]} has no evidence {sorted(lacking)[:3]}")
    return wrong


def _evidence(row: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(row["table"], row["key"]) for row in json.loads(row["evidence"])}


def report(wrong: Mapping[str, list[str]]) -> str:
    """Show the first differences of each rule."""
    return "\n".join(
        f"{rule}: {len(lines)}\n" + "\n".join(f"    {line}" for line in lines[:SHOWN])
        for rule, lines in wrong.items()
    )

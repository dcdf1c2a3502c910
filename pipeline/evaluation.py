"""What was found in a month against what the simulator planted: recall and precision of every rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from reporting import exports

Key = tuple[str, ...]
_CASE_COLUMNS = exports.EXPORTS["cases"].columns
# Rules whose points are of one calendar year each.
_PER_YEAR = frozenset({"base_outside_limits", "base_changed_in_year"})
_FAILURES = "select distinct key from quality.failures where month = %(month)s and rule_id = %(rule)s"
_DIFFERENCES = (
    "select distinct subject, scheme, for_month from reconciliation.results"
    " where month = %(month)s and check_name = %(rule)s and status not in ('matched', 'late_fee')"
)


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


@dataclass(frozen=True)
class Comparison:
    """How to read one rule's findings from the warehouse and its plants from the truth."""

    relation: str
    query: str
    key: Callable[[Mapping[str, Any]], Key]


_OTHERS = {
    "AC01-1": Comparison("quality.failures", _FAILURES, lambda item: (str(item["key"]),)),
    "AC43-5": Comparison("quality.failures", _FAILURES, lambda item: (str(item["key"]),)),
    "arrival_review": Comparison(
        "reconciliation.results",
        _DIFFERENCES,
        lambda item: (item["subject"], item["scheme"], item["for_month"]),
    ),
}


def evaluate(warehouse: Warehouse, *, truth: Path, month: str) -> Iterator[Evaluation]:
    """Yield the evaluation of every rule in a month: of quality and arrival, then of the cross-checks.

    Raises: NotFound (no truth of a simulated city in the folder; the month was never checked).
    """
    if not (truth / "city.json").is_file():
        raise NotFound(
            f"{truth} holds no truth of a simulated city",
            next_step="Give --truth the folder truth of a city that fundwatch simulate wrote",
        )
    with warehouse.connect() as connection:
        points = _points(connection, month)
        for rule, comparison in _OTHERS.items():
            if connection.execute("select to_regclass(%s)", (comparison.relation,)).fetchone() == (None,):
                continue  # nothing was measured or reconciled yet
            rows = connection.execute(comparison.query, {"month": month, "rule": rule})
            found = {tuple(value or "" for value in row) for row in rows}
            yield _evaluation(rule, found, *_truth(truth, rule, month, comparison.key))
        rules = connection.execute("select rule_id from staging_site.crosscheck_rules order by rule_id")
        for (rule,) in rules.fetchall():
            planted, decoys = _truth(truth, rule, month, _point)
            yield _evaluation(rule, points.get(rule, set()), planted, decoys)


def _points(connection: Connection, month: str) -> dict[str, set[Key]]:
    """Return the points of a month by rule, as the export lists them."""
    points: dict[str, set[Key]] = {}
    for row in connection.execute(exports.EXPORTS["cases"].query, {"month": month}):
        case = dict(zip(_CASE_COLUMNS, row, strict=True))
        if case["rule_id"] in _PER_YEAR:
            case["year"] = str(case["first_month"])[:4]
        points.setdefault(str(case["rule_id"]), set()).add(_point(case))
    if not points:
        raise NotFound(
            f"{month} has no suspicious point",
            next_step=f"Check the month: fundwatch crosscheck --month {month}",
        )
    return points


def _point(item: Mapping[str, Any]) -> Key:
    names = ("person_id", "other_person_id", "scheme", "year")
    return tuple(str(item.get(name) or "") for name in names)


def _truth(
    folder: Path, rule: str, month: str, key: Callable[[Mapping[str, Any]], Key]
) -> tuple[set[Key], set[Key]]:
    """Return what is planted under a rule in the month, and its decoys."""
    path = folder / f"{rule}.json"
    if not path.is_file():
        return set(), set()
    lists = json.loads(path.read_text(encoding="utf-8"))
    planted, decoys = (
        {key(item) for item in lists[part] if _holds(item, month)} for part in ("planted", "decoys")
    )
    return planted, decoys


def _evaluation(rule: str, found: set[Key], planted: set[Key], decoys: set[Key]) -> Evaluation:
    both = found & planted
    return Evaluation(
        rule=rule,
        planted=len(planted),
        found=len(found),
        both=len(both),
        decoys_raised=sum(_raises(point, decoys) for point in found - planted),
        recall=len(both) / len(planted) if planted else None,
        precision=len(both) / len(found) if found else None,
    )


def _raises(point: Key, decoys: set[Key]) -> bool:
    """Whether a point is on a decoy; one that names no scheme is a decoy in every one."""
    return any(
        all(value in ("", wanted) for value, wanted in zip(decoy[2:], point[2:], strict=True))
        for decoy in decoys
        if decoy[:2] == point[:2]
    )


def _holds(item: Mapping[str, Any], month: str) -> bool:
    """Whether a plant is there in the month: it has begun and is not corrected yet."""
    if "month" in item:
        return bool(item["month"] == month)
    return bool(item["first_month"] <= month <= (item.get("last_month") or month))

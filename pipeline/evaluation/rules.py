"""Reads what was found of every rule in a month, and what the simulator planted of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection

from fundwatch.acts.cases import require_cases
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from pipeline.evaluation.bases import evaluate_bases, is_told_of
from pipeline.evaluation.comparison import Evaluation, Key, compared, holds
from pipeline.evaluation.money import evaluate_money
from reporting import exports

_CASE_COLUMNS = exports.EXPORTS["cases"].columns
# Rules whose points are of one calendar year each.
_PER_YEAR = frozenset({"base_outside_limits", "base_changed_in_year"})
_FAILURES = "select distinct key from quality.failures where month = %(month)s and rule_id = %(rule)s"


@dataclass(frozen=True)
class Comparison:
    """How to read one rule's findings from the warehouse and its plants from the truth."""

    relation: str
    query: str
    key: Callable[[Mapping[str, Any]], Key]


_OTHERS = {
    "AC01-1": Comparison("quality.failures", _FAILURES, lambda item: (str(item["key"]),)),
    "AC43-5": Comparison("quality.failures", _FAILURES, lambda item: (str(item["key"]),)),
}


def evaluate(warehouse: Warehouse, *, truth: Path, month: str) -> Iterator[Evaluation]:
    """Yield the evaluation of every rule in a month: of quality, money and cross-checks, or of bases.

    Raises: NotFound (no truth of a simulated city in the folder; the month was never checked).
    """
    if not (truth / "city.json").is_file():
        raise NotFound(
            f"{truth} holds no truth of a simulated city",
            next_step="Give --truth the folder truth of a city that fundwatch simulate wrote",
        )
    with warehouse.connect() as connection:
        yield from evaluate_bases(connection, truth=truth, month=month)
        if is_told_of(truth):
            return  # a city of bases holds nothing else
        points = _points(connection, month)
        for rule, comparison in _OTHERS.items():
            if connection.execute("select to_regclass(%s)", (comparison.relation,)).fetchone() == (None,):
                continue  # nothing was measured or reconciled yet
            rows = connection.execute(comparison.query, {"month": month, "rule": rule})
            keys = {tuple(value or "" for value in row) for row in rows}
            yield compared(rule, keys, *_truth(truth, rule, month, comparison.key))
        yield from evaluate_money(connection, truth=truth, month=month)
        rules = connection.execute("select rule_id from staging_site.crosscheck_rules order by rule_id")
        for (rule,) in rules.fetchall():
            planted, decoys = _truth(truth, rule, month, _point)
            yield compared(rule, points.get(rule, set()), planted, decoys)


def _points(connection: Connection, month: str) -> dict[str, set[Key]]:
    """Return the points of a month by rule, as the export lists them."""
    require_cases(connection)
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
        {key(item) for item in lists[part] if holds(item, month)} for part in ("planted", "decoys")
    )
    return planted, decoys

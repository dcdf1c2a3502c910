"""Compare what was found in a month with what the simulator planted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fundwatch.database.warehouse import Warehouse

Key = tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """How to read one rule's findings from the warehouse and its plants from the truth file."""

    rule: str
    query: str
    key: Callable[[dict], Key]


_FAILURES = "select distinct key from quality.failures where month = %(month)s and rule_id = %(rule)s"
_CASES = (
    "select distinct person_id, other_person_id from crosschecks.cases"
    " where month = %(month)s and rule_id = %(rule)s"
)
COMPARISONS = (
    Comparison("AC01-1", _FAILURES, lambda item: (str(item["key"]),)),
    Comparison("AC43-5", _FAILURES, lambda item: (str(item["key"]),)),
    Comparison("paid_after_death", _CASES, lambda item: (item["person_id"], "")),
    Comparison("duplicate_enrolment", _CASES, lambda item: (item["person_id"], item["other_person_id"])),
    Comparison(
        "arrival_review",
        "select distinct subject, scheme, for_month from reconciliation.results"
        " where month = %(month)s and check_name = %(rule)s and status not in ('matched', 'late_fee')",
        lambda item: (item["subject"], item["scheme"], item["for_month"]),
    ),
)


def compare_with_truth(
    warehouse: Warehouse, *, truth: Path, month: str
) -> Iterator[tuple[str, str, str, str, str, str, str]]:
    """Yield per rule: planted, found, found and planted, decoys raised, precision and recall, as text."""
    with warehouse.connect() as connection:
        for each in COMPARISONS:
            rows = connection.execute(each.query, {"month": month, "rule": each.rule})
            found = {tuple(value or "" for value in row) for row in rows}
            truths = json.loads((truth / f"{each.rule}.json").read_text(encoding="utf-8"))
            planted = {each.key(item) for item in truths["planted"] if _is_present(item, month)}
            decoys = {each.key(item) for item in truths["decoys"] if _is_present(item, month)}
            yield (
                each.rule,
                str(len(planted)),
                str(len(found)),
                str(len(found & planted)),
                str(len(found & (decoys - planted))),
                _share(len(found & planted), len(found)),
                _share(len(found & planted), len(planted)),
            )


def _is_present(item: dict, month: str) -> bool:
    """Return whether the plant is present in the month: it has begun and is not corrected yet."""
    if "month" in item:
        return item["month"] == month
    return item["first_month"] <= month and (item.get("last_month") or month) >= month


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "NA"

"""Additive counts of a table by county, updated from a few changed rows without a new scan.

A tally is county -> name -> number. The empty text holds rows without a county; ``*`` holds counts over the
whole table (repeated keys, persons).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.rules import places_of
from expectations.rules.declaration import Rule

Tally = dict[str, dict[str, int]]

WHOLE = "*"
ADDITIVE = (
    "rows", "own_division_rows", "filled_cells", "applying_cells", "coded_cells", "matched_cells",
    "rounded_amounts", "anomalous_rows", "repeated_rows",
)  # fmt: skip
_PERSONS = ("persons", "numbered_persons", "distinct_numbers")


@dataclass(frozen=True)
class RuleCount:
    """Rows a rule checked, and rows that failed it."""

    checked: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Counts:
    """The counts of one table in one division; ``rules`` in the order of ``rules_of`` the month."""

    rows: int = 0
    own_division_rows: int = 0
    filled_cells: int = 0
    applying_cells: int = 0
    coded_cells: int = 0
    matched_cells: int = 0
    rounded_amounts: int = 0
    anomalous_rows: int = 0
    valid_columns: int = 0
    distinct_keys: int = 0
    persons: int = 0
    numbered_persons: int = 0
    distinct_numbers: int = 0
    rules: tuple[RuleCount, ...] = ()


def updated(before: Tally, *, removed: Tally, added: Tally) -> Tally:
    """Return a tally minus removed plus added rows, without the counts that are not additive."""
    after: Tally = {}
    for county in {*before, *added}:
        old, minus, plus = (tally.get(county, {}) for tally in (before, removed, added))
        after[county] = {
            name: old.get(name, 0) - minus.get(name, 0) + plus.get(name, 0)
            for name in {*old, *plus}
            if name != "valid_columns" and name not in _PERSONS
        }
    return after


def counts_of(tally: Tally, *, rules: Sequence[Rule], city: str) -> dict[str, Counts]:
    """Return the counts of every county with rows, and of the city: those of the whole table."""
    by_division = {
        county: _counts(numbers, numbers, rules)
        for county, numbers in tally.items()
        if county not in ("", WHOLE) and numbers.get("rows")
    }
    by_division[city] = _counts(total(tally), tally.get(WHOLE, {}), rules)
    return by_division


def total(tally: Tally) -> dict[str, int]:
    """Sum the counties and the rows without one."""
    sums: dict[str, int] = {}
    for county, numbers in tally.items():
        if county == WHOLE:
            continue
        for name, number in numbers.items():
            so_far = sums.get(name, 0)
            sums[name] = so_far | number if name == "valid_columns" else so_far + number
    return sums


def _counts(numbers: dict[str, int], whole: dict[str, int], rules: Sequence[Rule]) -> Counts:
    names = [*(name for name in ADDITIVE if name != "repeated_rows"), "valid_columns"]
    places = [places_of(rule.table)[rule.rule_id] for rule in rules]
    return Counts(
        **{name: numbers.get(name, 0) for name in names},
        **{name: whole.get(name, 0) for name in _PERSONS},
        distinct_keys=numbers.get("rows", 0) - whole.get("repeated_rows", 0),
        rules=tuple(
            RuleCount(numbers.get(f"checked_{place}", 0), numbers.get(f"failed_{place}", 0))
            for place in places
        ),
    )

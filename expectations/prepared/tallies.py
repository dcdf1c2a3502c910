"""Counts that add up: what was counted of a table by county, so that a few changed rows change it by little.

A tally is county -> name -> number; rows without a county stand under the empty text, and what is counted
over the whole table (rows whose key came before, persons) under ``*``.
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
    "anomalous_rows", "repeated_rows",
)  # fmt: skip
_PERSONS = ("persons", "numbered_persons", "distinct_numbers")


@dataclass(frozen=True)
class RuleCount:
    """Rows a rule was judged for, and rows it failed."""

    checked: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Counts:
    """What was counted of one table in one division; ``rules`` in the order of the rules in force."""

    rows: int = 0
    own_division_rows: int = 0
    filled_cells: int = 0
    applying_cells: int = 0
    coded_cells: int = 0
    matched_cells: int = 0
    anomalous_rows: int = 0
    valid_columns: int = 0
    distinct_keys: int = 0
    persons: int = 0
    numbered_persons: int = 0
    distinct_numbers: int = 0
    rules: tuple[RuleCount, ...] = ()


def moved(before: Tally, *, gone: Tally, fresh: Tally) -> Tally:
    """Return a tally with what went taken out and what came added; ``valid_columns`` is not additive."""
    found: Tally = {}
    for county in {*before, *fresh}:
        was, out, in_ = (tally.get(county, {}) for tally in (before, gone, fresh))
        found[county] = {
            name: was.get(name, 0) - out.get(name, 0) + in_.get(name, 0)
            for name in {*was, *in_}
            if name != "valid_columns" and name not in _PERSONS
        }
    return found


def counts_of(tally: Tally, *, rules: Sequence[Rule], city: str) -> dict[str, Counts]:
    """Return the counts of every county with rows, and of the city: those of the whole table."""
    found = {
        county: _counts(numbers, numbers, rules)
        for county, numbers in tally.items()
        if county not in ("", WHOLE) and numbers.get("rows")
    }
    found[city] = _counts(total(tally), tally.get(WHOLE, {}), rules)
    return found


def total(tally: Tally) -> dict[str, int]:
    """Add the counties and the rows without one up."""
    found: dict[str, int] = {}
    for county, numbers in tally.items():
        if county == WHOLE:
            continue
        for name, number in numbers.items():
            known = found.get(name, 0)
            found[name] = known | number if name == "valid_columns" else known + number
    return found


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

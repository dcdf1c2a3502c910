"""The rules of this version, one module per table; ids and conditions are those of docs/quality.md."""

from __future__ import annotations

import hashlib

from expectations.rules import (
    ab01,
    ab02,
    ab07,
    ac01,
    ac02,
    ac43,
    ac50,
    ac60,
    ac61,
    ac82,
    ac83,
    yc01,
    yc02,
)
from expectations.rules.declaration import Facts, Rule

_MODULES = {
    "AB01": ab01,
    "AB02": ab02,
    "AB07": ab07,
    "AC01": ac01,
    "AC02": ac02,
    "AC43": ac43,
    "AC50": ac50,
    "AC60": ac60,
    "AC61": ac61,
    "AC82": ac82,
    "AC83": ac83,
    "YC01": yc01,
    "YC02": yc02,
}
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES.values() for rule in module.RULES)

# Increase it when the formula of a rate changes; changed rules change the version by themselves.
_RATES_VERSION = 1


def rules_of(table: str, month: str) -> tuple[Rule, ...]:
    """Return the rules of a table that apply in ``month``, by id."""
    return tuple(rule.in_month(month) for rule in RULES if rule.table == table and rule.applies_in(month))


def places_of(table: str) -> dict[str, int]:
    """Return the place of each rule among all those of its table, whatever month they apply in."""
    return {rule.rule_id: place for place, rule in enumerate(rule for rule in RULES if rule.table == table)}


def facts_of(table: str) -> Facts:
    """Return the inputs of a table's rules; empty for a table without rules."""
    return _MODULES[table].FACTS if table in _MODULES else Facts()


def rule_version() -> str:
    """Return the version of all declarations: it changes when any rule or the formula of a rate does."""
    declared = repr((_RATES_VERSION, RULES, [module.FACTS for module in _MODULES.values()]))
    return hashlib.sha256(declared.encode()).hexdigest()[:12]

"""A case of a rule: a row with a few changed cells, which the rule fails, passes or skips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FAIL, PASS, SKIP = (1, 1), (1, 0), (0, 0)
Changes = Mapping[str, dict | Sequence[dict] | None]


@dataclass(frozen=True)
class Case:
    """A county of good rows with ``changes``, and the rows one rule checks and fails in it.

    ``is_placed``: the checked row is counted in the county; a row without division, person and employer is
    counted in the city's row alone.
    """

    rule_id: str
    claim: str
    expected: tuple[int, int]
    changes: Changes
    is_placed: bool = True

    @property
    def name(self) -> str:
        return f"{self.rule_id} {self.claim}"


def cells(
    rule_id: str,
    expected: tuple[int, int],
    *,
    beside: Changes | None = None,
    is_placed: bool = True,
    **by_claim: dict,
) -> list[Case]:
    """Cases that change cells of the table the rule checks, with the rows of ``beside``."""
    table = rule_id.partition("-")[0]
    return [
        Case(rule_id, claim.replace("_", " "), expected, {**(beside or {}), table: cells}, is_placed)
        for claim, cells in by_claim.items()
    ]


def wrong_check(number: str) -> str:
    """Return a number with another check character."""
    return number[:-1] + ("0" if number[-1] != "0" else "1")

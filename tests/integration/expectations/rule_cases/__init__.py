"""Cases on both sides of every threshold of every rule, one module per table."""

from __future__ import annotations

from tests.integration.expectations.rule_cases import (
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

CASES = [
    case
    for table in (ab01, ab02, ab07, ac01, ac02, ac43, ac50, ac60, ac61, ac82, ac83, yc01, yc02)
    for case in table.CASES
]

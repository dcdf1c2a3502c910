"""Cases of the rules of AC83, items of payments."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, cells

CASES = [
    *cells("AC83-0", FAIL, is_placed=False, no_amount={"AAE019": "九百"}),
    *cells("AC83-0", PASS, is_placed=False, by_value={"AAE019": "900.0000"}, missing={"AAE019": None}),
]

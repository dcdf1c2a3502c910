"""Cases of the rules of AC50, personal accounts."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells

CASES = [
    *cells("AC50-0", FAIL, no_amount={"AAE240": "-1,000"}),
    *cells("AC50-0", PASS, by_value={"AAE240": "5000.125"}, missing={"AAE240": None}),
    *cells("AC50-1", FAIL, one_cent_below_zero={"AAE240": "-0.01"}),
    *cells("AC50-1", FAIL, is_placed=False, unknown_person={"AAC001": "nobody"}),
    *cells("AC50-1", PASS, zero={"AAE240": "0"}, minus_zero={"AAE240": "-0.00"}),
    *cells("AC50-1", SKIP, balance_missing={"AAE240": None}, no_amount={"AAE240": "-1,000"}),
    *cells("AC50-1", SKIP, is_placed=False, person_missing={"AAC001": None, "AAE240": "-1"}),
]

"""Cases of the rules of YC01, impostor claims."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells

CASES = [
    *cells("YC01-0", FAIL, claimed={"AAE019": "2,700"}, recovered={"AAE058": "x"}),
    *cells("YC01-0", PASS, by_value={"AAE019": "2700.000"}, missing={"AAE058": None}),
    *cells(
        "YC01-1",
        FAIL,
        nothing_claimed={"AAE019": "0", "AAE058": None},
        one_cent_more_recovered={"AAE058": "2700.01"},
        month_before={"AAE042": "202312"},
    ),
    *cells("YC01-1", FAIL, is_placed=False, unknown_person={"AAC001": "nobody"}),
    *cells(
        "YC01-1",
        PASS,
        one_cent={"AAE019": "0.01", "AAE058": "0"},
        all_recovered={"AAE058": "2700.00"},
        nothing_recovered={"AAE058": None},
        same_month={"AAE042": "2024-01"},
    ),
    *cells(
        "YC01-1",
        SKIP,
        amount_missing={"AAE019": None, "AAE042": "202312"},
        recovered_no_amount={"AAE058": "x", "AAE019": "0"},
        last_month_missing={"AAE042": None, "AAE019": "0"},
        first_month_not_real={"AAE041": "0", "AAE019": "0"},
    ),
    *cells("YC01-1", SKIP, is_placed=False, person_missing={"AAC001": None, "AAE019": "0"}),
]

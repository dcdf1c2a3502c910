"""Cases of the rules of AC60, entitlements."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells

CASES = [
    *cells(
        "AC60-0",
        FAIL,
        day={"AIC162": "20230229"},
        first_month={"AAE210": "202413"},
        last_month={"AAE211": "99999999"},
        both={"AIC162": "0", "AAE211": "000000"},
    ),
    *cells("AC60-0", PASS, missing={"AIC162": None, "AAE210": "", "AAE211": "NULL"}),
    *cells("AC60-0", PASS, dashes={"AIC162": "2024-02-29", "AAE211": "2024-12"}),
    *cells("AC60-1", FAIL, unknown_person={"AAC001": "nobody"}),
    *cells("AC60-1", PASS, known_person={}),
    *cells("AC60-1", SKIP, missing={"AAC001": " "}),
    *cells("AC60-2", FAIL, status={"AAE116": "4"}, kind={"AIC161": "04"}),
    *cells("AC60-2", PASS, codes={"AAE116": "3", "AIC161": "51"}, as_number={"AAE116": "3.0"}),
    *cells("AC60-2", SKIP, status_missing={"AAE116": None, "AIC161": "04"}, kind_missing={"AIC161": ""}),
    *cells("AC60-3", FAIL, month_before={"AAE211": "202401"}),
    *cells("AC60-3", PASS, same_month={"AAE211": "2024-02"}),
    *cells(
        "AC60-3",
        SKIP,
        open_end={"AAE211": None},
        no_real_month={"AAE211": "202400"},
        first_month_missing={"AAE210": None, "AAE211": "202401"},
    ),
]

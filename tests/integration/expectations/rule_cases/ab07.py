"""Cases of the rules of AB07, what employers owe as a unit."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells

CASES = [
    *cells("AB07-0", FAIL, base={"AAB120": "1,000"}, due={"AAE020": "无"}, paid={"AAE080": "8e1000"}),
    *cells("AB07-0", PASS, missing={"AAB120": None, "AAE020": " "}, by_value={"AAE080": "800.0000"}),
    *cells(
        "AB07-1",
        FAIL,
        two_cents_more={"AAE080": "800.02"},
        arrived_without_date={"AAB191": None},
        nothing_due={"AAE020": "0", "AAE080": "0.02"},
    ),
    *cells(
        "AB07-1",
        PASS,
        one_cent_more={"AAE080": "800.01"},
        not_arrived={"AAE080": "0", "AAE078": "0", "AAB191": None},
        flag_no_code={"AAE078": "7", "AAB191": None},
        with_placeholder={"AAB191": "0"},
    ),
    *cells(
        "AB07-1",
        SKIP,
        no_amount={"AAE080": "1,000", "AAB191": None},
        due_missing={"AAE020": None, "AAB191": None},
        flag_missing={"AAE078": None, "AAE080": "900"},
    ),
]

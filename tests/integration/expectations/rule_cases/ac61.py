"""Cases of the rules of AC61, the items approved for an entitlement."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, Case, cells

CASES = [
    *cells("AC61-0", FAIL, is_placed=False, no_amount={"AAE019": "九百"}),
    *cells("AC61-0", PASS, is_placed=False, by_value={"AAE019": "900.0000"}, missing={"AAE019": None}),
    *cells(
        "AC61-1",
        FAIL,
        beside={"AC60": {}},
        is_placed=False,
        nothing={"AAE019": "0"},
        less_than_nothing={"AAE019": "-900.00"},
        unknown_entitlement={"AAZ257": "nobody"},
        month_before={"AAE042": "202401"},
    ),
    Case("AC61-1", "entitlement deleted", FAIL, {"AC60": None, "AC61": {}}, is_placed=False),
    *cells(
        "AC61-1",
        PASS,
        beside={"AC60": {}},
        is_placed=False,
        one_cent={"AAE019": "0.01"},
        same_month={"AAE042": "202402"},
        open_end={"AAE042": None},
    ),
    Case(
        "AC61-1",
        "entitlement written in full width",
        PASS,
        {"AC60": {"AAZ257": " ＲＸ1"}, "AC61": {"AAZ257": "RX１"}},
        is_placed=False,
    ),
    *cells(
        "AC61-1",
        SKIP,
        beside={"AC60": {}},
        is_placed=False,
        amount_missing={"AAE019": None, "AAE042": "202401"},
        entitlement_missing={"AAZ257": None, "AAE019": "0"},
        from_month_not_real={"AAE041": "202413", "AAE019": "0"},
        to_month_not_real={"AAE042": "202413", "AAE019": "0"},
    ),
]

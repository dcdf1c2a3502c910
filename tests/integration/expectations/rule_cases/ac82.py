"""Cases of the rules of AC82, payments."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, Case, cells

_PAID = {"AC60": {}, "AC83": {}}

CASES = [
    *cells("AC82-0", FAIL, no_amount={"AAE019": "900元"}),
    *cells("AC82-0", PASS, by_value={"AAE019": "9.0E+2"}, missing={"AAE019": None}),
    *cells(
        "AC82-1",
        FAIL,
        beside=_PAID,
        unknown_entitlement={"AAZ257": "nobody"},
        another_scheme={"AAE140": "120"},
        scheme_no_code={"AAE140": "999"},
    ),
    Case("AC82-1", "another person", FAIL, {**_PAID, "AC60": {"AAC001": "nobody"}, "AC82": {}}),
    *cells("AC82-1", PASS, beside=_PAID, same_person_and_scheme={}),
    Case(
        "AC82-1", "same scheme that is no code", PASS, {"AC60": {"AAE140": "999"}, "AC82": {"AAE140": "999"}}
    ),
    Case("AC82-1", "scheme in a dialect", PASS, {**_PAID, "AC82": {"AAE140": "d110"}}),
    Case(
        "AC82-1",
        "latest version of the entitlement counts",
        PASS,
        {
            "AC60": [
                {"AAE036": "2024-06-02", "AAE140": "110"},
                {"AAE036": "20240601", "AAE140": "120"},
                {"AAE036": None, "AAE140": "170"},
            ],
            "AC82": {},
        },
    ),
    *cells("AC82-1", SKIP, beside=_PAID, entitlement_missing={"AAZ257": None}, scheme_missing={"AAE140": ""}),
    *cells(
        "AC82-1", SKIP, beside=_PAID, is_placed=False, person_missing={"AAC001": None, "AAZ257": "nobody"}
    ),
    Case("AC82-1", "person of the entitlement missing", SKIP, {"AC60": {"AAC001": None}, "AC82": {}}),
    Case("AC82-1", "scheme of the entitlement missing", SKIP, {"AC60": {"AAE140": None}, "AC82": {}}),
    *cells(
        "AC82-2",
        FAIL,
        beside=_PAID,
        two_cents_more={"AAE019": "900.02"},
        two_cents_less={"AAE019": "899.98"},
    ),
    Case("AC82-2", "nothing paid for nothing", FAIL, {"AC82": {"AAE019": "0"}, "AC83": {"AAE019": "0"}}),
    Case("AC82-2", "negative", FAIL, {"AC82": {"AAE019": "-5"}, "AC83": {"AAE019": "-5.00"}}),
    Case("AC82-2", "no items", FAIL, {"AC82": {}, "AC83": None}),
    Case(
        "AC82-2", "one item too many", FAIL, {"AC82": {}, "AC83": [{}, {"AAA036": "102", "AAE019": "0.02"}]}
    ),
    *cells(
        "AC82-2", PASS, beside=_PAID, one_cent_more={"AAE019": "900.01"}, one_cent_less={"AAE019": "899.99"}
    ),
    Case(
        "AC82-2",
        "items add up",
        PASS,
        {"AC82": {"AAE019": "1000.00"}, "AC83": [{}, {"AAA036": "102", "AAE019": "100.00"}]},
    ),
    Case("AC82-2", "repeated item counts once", PASS, {"AC82": {}, "AC83": [{}, {}]}),
    Case(
        "AC82-2",
        "latest version of an item counts",
        PASS,
        {"AC82": {}, "AC83": [{"AAE036": "20240602"}, {"AAE036": "20240601", "AAE019": "1.00"}]},
    ),
    *cells("AC82-2", SKIP, beside=_PAID, amount_missing={"AAE019": None}, key_missing={"AAZ220": None}),
    Case(
        "AC82-2",
        "an item without amount",
        SKIP,
        {"AC82": {}, "AC83": [{}, {"AAA036": "102", "AAE019": "1,000"}]},
    ),
    *cells(
        "AC82-3",
        FAIL,
        paid_ahead={"AAE003": "202407"},
        booked_missing={"AAE002": None},
        paid_for_not_real={"AAE003": "202413"},
    ),
    *cells("AC82-3", PASS, same_month={"AAE003": "2024-06"}, arrears={"AAE003": "202001"}),
    *cells(
        "AC82-4",
        FAIL,
        returned_without_reason={"AAE117": "2"},
        reason_says_nothing={"AAE117": "2", "AAE357": "N/A"},
    ),
    *cells(
        "AC82-4",
        PASS,
        returned_with_reason={"AAE117": "2", "AAE357": "AC04"},
        paid={"AAE117": "1"},
        no_code={"AAE117": "8"},
    ),
    *cells("AC82-4", SKIP, result_missing={"AAE117": None}),
]

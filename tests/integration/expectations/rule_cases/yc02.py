"""Cases of the rules of YC02, transfers between divisions."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells

CASES = [
    *cells("YC02-0", FAIL, no_amount={"AAE019": "100.00.00"}),
    *cells("YC02-0", PASS, by_value={"AAE019": "100"}, missing={"AAE019": None}),
    *cells(
        "YC02-1",
        FAIL,
        direction={"YAE001": "1"},
        direction_listed_by_the_site={"YAE001": "stay"},
        one_cent_below_zero={"AAE019": "-0.01"},
    ),
    *cells("YC02-1", FAIL, is_placed=False, unknown_person={"AAC001": "nobody"}),
    *cells(
        "YC02-1",
        PASS,
        out={"YAE001": "out"},
        full_width={"YAE001": "ｏｕｔ"},
        mapped={"YAE001": "转入"},
        nothing_moved={"AAE019": "0"},
    ),
    *cells("YC02-1", SKIP, direction_missing={"YAE001": None, "AAE019": "-1"}, no_amount={"AAE019": "."}),
    *cells("YC02-1", SKIP, is_placed=False, person_missing={"AAC001": None, "AAE019": "-1"}),
]

"""Cases of the rules of AB02, employers by scheme."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells

CASES = [
    *cells(
        "AB02-1",
        FAIL,
        scheme={"AAE140": "11"},
        status={"AAB051": "4"},
        base_method={"AAB033": "1"},
    ),
    *cells("AB02-1", FAIL, is_placed=False, unknown_employer={"AAB001": "nobody"}),
    *cells("AB02-1", PASS, codes={"AAE140": "410", "AAB051": "３", "AAB033": "01"}),
    *cells(
        "AB02-1",
        SKIP,
        status_missing={"AAB051": None, "AAE140": "11"},
        base_method_missing={"AAB033": "N/A"},
    ),
]

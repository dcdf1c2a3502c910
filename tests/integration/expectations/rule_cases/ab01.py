"""Cases of the rules of AB01, employers."""

from __future__ import annotations

from tests.integration.expectations.measured_city import credit_code
from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells, wrong_check

CREDIT = credit_code(7)

CASES = [
    *cells(
        "AB01-1",
        FAIL,
        check_character={"AAB030": wrong_check(CREDIT)},
        seventeen={"AAB030": CREDIT[:17]},
        nineteen={"AAB030": CREDIT + "1"},
        letter_outside_the_alphabet={"AAB030": "I" + CREDIT[1:]},
        lower_case={"AAB030": CREDIT.lower()},
        placeholder={"AAB030": "不详"},
    ),
    *cells(
        "AB01-1",
        PASS,
        valid={"AAB030": CREDIT},
        spaces_around={"AAB030": f" {CREDIT}\u3000"},
        published_example={"AAB030": "91350100M000100Y43"},
    ),
    *cells("AB01-1", SKIP, missing={"AAB030": None}, not_available={"AAB030": "N/A"}),
    *cells(
        "AB01-2",
        FAIL,
        three_characters={"AAB004": "农机社"},
        placeholder={"AAB004": "99999999"},
        one_digit_repeated={"AAB004": "11111"},
    ),
    *cells("AB01-2", PASS, four_characters={"AAB004": "盐池农机"}, digits_that_differ={"AAB004": "11112"}),
    *cells("AB01-2", SKIP, missing={"AAB004": "\u3000"}),
]

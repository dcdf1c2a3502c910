"""Cases of the rules of AC01, persons."""

from __future__ import annotations

from tests.integration.expectations.measured_city import number_born
from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, cells, wrong_check

FEMALE = number_born("19800229", sex="2")
OLD = "640301800229001"

CASES = [
    *cells(
        "AC01-1",
        FAIL,
        check_character={"AAC002": wrong_check(FEMALE)},
        no_such_day={"AAC002": number_born("19810229")},
        seventeen={"AAC002": FEMALE[:17]},
        fourteen={"AAC002": OLD[:14]},
        old_number_no_such_day={"AAC002": "640301810229001"},
        placeholder={"AAC002": "0"},
        letters={"AAC002": "A" + FEMALE[1:]},
    ),
    *cells(
        "AC01-1",
        PASS,
        old_number={"AAC002": OLD},
        lower_case_x={"AAC002": "11010519491231002x", "AAC006": "19491231"},
        full_width={"AAC002": "１１０１０５１９４９１２３１００２Ｘ"},
        leap_day_of_2000={"AAC002": number_born("20000229")},
        foreigner={"AAC058": "02", "AAC002": "E1234567"},
        unknown_type={"AAC058": "77", "AAC002": None},
    ),
    *cells("AC01-1", SKIP, missing={"AAC002": None}, type_missing={"AAC058": ""}),
    *cells(
        "AC01-2", FAIL, day_differs={"AAC006": "19800228"}, old_number={"AAC002": OLD, "AAC006": "19800301"}
    ),
    *cells(
        "AC01-2",
        PASS,
        hyphens={"AAC006": "1980-02-29"},
        invalid_number={"AAC002": "1", "AAC006": None},
        old_number_agrees={"AAC002": OLD},
        foreigner={"AAC058": "02", "AAC006": None},
    ),
    *cells("AC01-2", SKIP, no_real_birth_date={"AAC006": "19800230"}, number_missing={"AAC002": None}),
    *cells(
        "AC01-3", FAIL, woman_said_male={"AAC002": FEMALE, "AAC004": "1"}, man_said_female={"AAC004": "2"}
    ),
    *cells(
        "AC01-3",
        PASS,
        woman={"AAC002": FEMALE, "AAC004": "2"},
        unknown_sex={"AAC004": "9"},
        no_code={"AAC004": "7"},
        invalid_number={"AAC002": "1", "AAC004": None},
    ),
    *cells("AC01-3", SKIP, sex_missing={"AAC004": None}),
    *cells(
        "AC01-4",
        FAIL,
        one_character={"AAC003": "张"},
        digit={"AAC003": "张3"},
        placeholder={"AAC003": "不详"},
        dash={"AAC003": "—"},
    ),
    *cells(
        "AC01-4",
        PASS,
        two_characters={"AAC003": "张三"},
        full_width_digit={"AAC003": "张３"},
        dotted={"AAC003": "古丽·买买提"},
    ),
    *cells("AC01-4", SKIP, missing={"AAC003": "NULL"}),
    *cells(
        "AC01-5",
        FAIL,
        last_day_before_1900={"AAC006": "18991231"},
        day_after_month={"AAC006": "20240701"},
        no_such_day={"AAC006": "19000229"},
        missing={"AAC006": None},
        with_a_time={"AAC006": "19800101 00"},
    ),
    *cells(
        "AC01-5", PASS, first_day_of_1900={"AAC006": "19000101"}, last_day_of_month={"AAC006": "20240630"}
    ),
    *cells("AC01-6", FAIL, no_code={"AAC060": "4"}, full_width_no_code={"AAC060": "４"}),
    *cells(
        "AC01-6",
        PASS,
        missing_persons={"AAC060": "3"},
        full_width={"AAC060": "１"},
        mapped={"AAC060": "alive"},
        listed_in_code_table={"AAC060": "8"},
    ),
    *cells("AC01-6", SKIP, missing={"AAC060": None}),
    *cells(
        "AC01-7",
        FAIL,
        dead_without_date={"AAC060": "2"},
        alive_with_date={"AAE138": "20240101"},
        mapped_alive_with_date={"AAC060": "alive", "AAE138": "20240101"},
    ),
    *cells(
        "AC01-7",
        PASS,
        dead_with_date={"AAC060": "2", "AAE138": "20240101"},
        alive={"AAE138": None},
        dead_with_placeholder={"AAC060": "2", "AAE138": "19000101"},
        missing_person_with_date={"AAC060": "3", "AAE138": "20240101"},
    ),
    *cells("AC01-7", SKIP, survival_missing={"AAC060": None, "AAE138": "20240101"}),
]

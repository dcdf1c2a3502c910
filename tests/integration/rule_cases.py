"""What each rule says of a row that is good but for a few cells: fails it, passes it, or skips it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.integration.measured_city import credit_code, number_born

FAIL, PASS, SKIP = (1, 1), (1, 0), (0, 0)
Changes = Mapping[str, dict | Sequence[dict] | None]


@dataclass(frozen=True)
class Case:
    """A county whose rows are good but for ``changes``, and what one rule says of it."""

    rule_id: str
    claim: str
    expected: tuple[int, int]
    changes: Changes

    @property
    def name(self) -> str:
        return f"{self.rule_id} {self.claim}"


def _cells(rule_id: str, expected: tuple[int, int], **by_claim: dict) -> list[Case]:
    """Cases that change cells of the table the rule judges."""
    table = rule_id.partition("-")[0]
    return [
        Case(rule_id, claim.replace("_", " "), expected, {table: cells}) for claim, cells in by_claim.items()
    ]


def _wrong_check(number: str) -> str:
    return number[:-1] + ("0" if number[-1] != "0" else "1")


FEMALE = number_born("19800229", sex="2")
OLD = "640301800229001"
CREDIT = credit_code(7)

AB01 = [
    *_cells(
        "AB01-1",
        FAIL,
        check_character={"AAB030": _wrong_check(CREDIT)},
        seventeen={"AAB030": CREDIT[:17]},
        nineteen={"AAB030": CREDIT + "1"},
        letter_outside_the_alphabet={"AAB030": "I" + CREDIT[1:]},
        lower_case={"AAB030": CREDIT.lower()},
        placeholder={"AAB030": "不详"},
    ),
    *_cells(
        "AB01-1",
        PASS,
        valid={"AAB030": CREDIT},
        spaces_around={"AAB030": f" {CREDIT}\u3000"},
        published_example={"AAB030": "91350100M000100Y43"},
    ),
    *_cells("AB01-1", SKIP, missing={"AAB030": None}, not_available={"AAB030": "N/A"}),
    *_cells(
        "AB01-2",
        FAIL,
        three_characters={"AAB004": "农机社"},
        placeholder={"AAB004": "99999999"},
        one_digit_repeated={"AAB004": "11111"},
    ),
    *_cells("AB01-2", PASS, four_characters={"AAB004": "盐池农机"}, digits_that_differ={"AAB004": "11112"}),
    *_cells("AB01-2", SKIP, missing={"AAB004": "\u3000"}),
]

AC01 = [
    *_cells(
        "AC01-1",
        FAIL,
        check_character={"AAC002": _wrong_check(FEMALE)},
        no_such_day={"AAC002": number_born("19810229")},
        seventeen={"AAC002": FEMALE[:17]},
        fourteen={"AAC002": OLD[:14]},
        old_number_no_such_day={"AAC002": "640301810229001"},
        placeholder={"AAC002": "0"},
        letters={"AAC002": "A" + FEMALE[1:]},
    ),
    *_cells(
        "AC01-1",
        PASS,
        old_number={"AAC002": OLD},
        lower_case_x={"AAC002": "11010519491231002x", "AAC006": "19491231"},
        full_width={"AAC002": "１１０１０５１９４９１２３１００２Ｘ"},
        leap_day_of_2000={"AAC002": number_born("20000229")},
        foreigner={"AAC058": "02", "AAC002": "E1234567"},
        unknown_type={"AAC058": "77", "AAC002": None},
    ),
    *_cells("AC01-1", SKIP, missing={"AAC002": None}, type_missing={"AAC058": ""}),
    *_cells(
        "AC01-2", FAIL, day_differs={"AAC006": "19800228"}, old_number={"AAC002": OLD, "AAC006": "19800301"}
    ),
    *_cells(
        "AC01-2",
        PASS,
        hyphens={"AAC006": "1980-02-29"},
        invalid_number={"AAC002": "1", "AAC006": None},
        old_number_agrees={"AAC002": OLD},
        foreigner={"AAC058": "02", "AAC006": None},
    ),
    *_cells("AC01-2", SKIP, no_real_birth_date={"AAC006": "19800230"}, number_missing={"AAC002": None}),
    *_cells(
        "AC01-3", FAIL, woman_said_male={"AAC002": FEMALE, "AAC004": "1"}, man_said_female={"AAC004": "2"}
    ),
    *_cells(
        "AC01-3",
        PASS,
        woman={"AAC002": FEMALE, "AAC004": "2"},
        unknown_sex={"AAC004": "9"},
        no_code={"AAC004": "7"},
        invalid_number={"AAC002": "1", "AAC004": None},
    ),
    *_cells("AC01-3", SKIP, sex_missing={"AAC004": None}),
    *_cells(
        "AC01-4",
        FAIL,
        one_character={"AAC003": "张"},
        digit={"AAC003": "张3"},
        placeholder={"AAC003": "不详"},
        dash={"AAC003": "—"},
    ),
    *_cells(
        "AC01-4",
        PASS,
        two_characters={"AAC003": "张三"},
        full_width_digit={"AAC003": "张３"},
        dotted={"AAC003": "古丽·买买提"},
    ),
    *_cells("AC01-4", SKIP, missing={"AAC003": "NULL"}),
    *_cells(
        "AC01-5",
        FAIL,
        last_day_before_1900={"AAC006": "18991231"},
        day_after_month={"AAC006": "20240701"},
        no_such_day={"AAC006": "19000229"},
        missing={"AAC006": None},
        with_a_time={"AAC006": "19800101 00"},
    ),
    *_cells(
        "AC01-5", PASS, first_day_of_1900={"AAC006": "19000101"}, last_day_of_month={"AAC006": "20240630"}
    ),
    *_cells("AC01-6", FAIL, no_code={"AAC060": "4"}, full_width_no_code={"AAC060": "４"}),
    *_cells(
        "AC01-6",
        PASS,
        missing_persons={"AAC060": "3"},
        full_width={"AAC060": "１"},
        mapped={"AAC060": "alive"},
        listed_in_code_table={"AAC060": "8"},
    ),
    *_cells("AC01-6", SKIP, missing={"AAC060": None}),
    *_cells(
        "AC01-7",
        FAIL,
        dead_without_date={"AAC060": "2"},
        alive_with_date={"AAE138": "20240101"},
        mapped_alive_with_date={"AAC060": "alive", "AAE138": "20240101"},
    ),
    *_cells(
        "AC01-7",
        PASS,
        dead_with_date={"AAC060": "2", "AAE138": "20240101"},
        alive={"AAE138": None},
        dead_with_placeholder={"AAC060": "2", "AAE138": "19000101"},
        missing_person_with_date={"AAC060": "3", "AAE138": "20240101"},
    ),
    *_cells("AC01-7", SKIP, survival_missing={"AAC060": None, "AAE138": "20240101"}),
]

AC02 = [
    *_cells("AC02-1", FAIL, scheme={"AAE140": "11"}, status={"AAC008": "3"}, identity={"AAC066": "14"}),
    *_cells("AC02-1", PASS, codes={"AAE140": "510", "AAC008": "4", "AAC066": "13"}),
    *_cells(
        "AC02-1",
        SKIP,
        status_missing={"AAC008": None},
        scheme_missing_identity_wrong={"AAE140": "", "AAC066": "14"},
    ),
    *_cells("AC02-2", FAIL, unknown_person={"AAC001": "nobody"}),
    *_cells("AC02-2", PASS, known_person={}),
    *_cells("AC02-2", SKIP, missing={"AAC001": None}),
    *_cells(
        "AC02-3",
        FAIL,
        month_after={"AAC049": "201008"},
        month_before_sixteenth_birthday={"AAC049": "199601"},
        medical_month_after={"AAE140": "310", "AAC049": "2010-08"},
    ),
    *_cells(
        "AC02-3",
        PASS,
        same_month={"AAC049": "201007"},
        month_of_sixteenth_birthday={"AAC049": "199602"},
        medical_child={"AAE140": "390", "AAC049": "198002", "AAC030": "19800301"},
    ),
    *_cells(
        "AC02-3",
        SKIP,
        no_real_month={"AAC049": "201013"},
        no_real_day={"AAC030": "20100732"},
        person_unknown={"AAC001": "nobody", "AAC049": "201008"},
        scheme_missing={"AAE140": None},
    ),
    Case(
        "AC02-3",
        "medical scheme needs no birth date",
        PASS,
        {"AC02": {"AAE140": "310"}, "AC01": {"AAC006": None}},
    ),
    *_cells(
        "AC02-4",
        FAIL,
        employee_without_employer={"AAB001": None},
        unknown_employer={"AAB001": "nobody"},
        flexible_with_unknown_employer={"AAC066": "12", "AAB001": "nobody"},
    ),
    *_cells("AC02-4", PASS, employee={}, flexible_without_employer={"AAC066": "12", "AAB001": None}),
    *_cells("AC02-4", SKIP, identity_missing={"AAC066": None, "AAB001": "nobody"}),
]

_FLEXIBLE = {"AC02": {"AAC066": "12", "AAB001": None}}

AC43 = [
    *_cells(
        "AC43-1",
        FAIL,
        booked_not_real={"AAE002": "202400"},
        paid_for_missing={"AAE003": None},
        booked_missing={"AAE002": "N/A"},
        employee_pays_ahead={"AAE003": "202407"},
    ),
    *_cells(
        "AC43-1",
        PASS,
        same_month={"AAE002": "2024-06"},
        earlier={"AAE003": "202405"},
        no_enrolment={"AAE140": "210", "AAE003": "202407"},
    ),
    Case(
        "AC43-1",
        "flexible person pays ahead",
        PASS,
        {**_FLEXIBLE, "AC43": {"AAB001": None, "AAE003": "202412"}},
    ),
    *_cells("AC43-2", FAIL, unknown_person={"AAC001": "nobody"}, unknown_employer={"AAB001": "nobody"}),
    *_cells("AC43-2", PASS, no_employer={"AAB001": None}),
    *_cells("AC43-2", SKIP, person_missing={"AAC001": "", "AAB001": "nobody"}),
    *_cells("AC43-3", FAIL, arrived_without_date={"AAB191": None}),
    *_cells("AC43-3", PASS, not_arrived={"AAE078": "0", "AAB191": None}, with_placeholder={"AAB191": "0"}),
    *_cells("AC43-3", SKIP, flag_missing={"AAE078": None, "AAB191": None}),
    *_cells(
        "AC43-4",
        FAIL,
        employer_two_cents_more={"AAE080": "800.02"},
        person_two_cents_more={"AAE082": "400.02"},
    ),
    *_cells("AC43-4", PASS, one_cent_more={"AAE080": "800.01", "AAE082": "400.01"}, less={"AAE080": "0"}),
    *_cells(
        "AC43-4",
        SKIP,
        no_amount={"AAE080": "1,000.00"},
        exponent={"AAE082": "4e9"},
        third_decimal={"AAE020": "1.000"},
    ),
    # The wage of 2023 (7000) is published in 2024-07: until then last year's limits (3600, 18000) count too.
    *_cells("AC43-5", FAIL, below_both={"AAE180": "3599.98"}, above_both={"AAE180": "21000.02"}),
    *_cells(
        "AC43-5",
        PASS,
        between_the_two_floors={"AAE180": "3600.00"},
        cent_below_last_years_floor={"AAE180": "3599.99"},
        this_years_cap={"AAE180": "21000.00"},
        cent_above_this_years_cap={"AAE180": "21000.01"},
        scheme_without_limits={"AAE140": "310", "AAE180": "1.00"},
        no_base_needed={"AAE140": "510", "AAE180": None},
    ),
    *_cells(
        "AC43-5",
        SKIP,
        base_missing={"AAE180": None},
        before_any_limits={"AAE003": "202312", "AAE180": "1.00"},
        scheme_missing={"AAE140": None},
    ),
    Case("AC43-5", "no enrolment", SKIP, {"AC02": None, "AC43": {"AAE180": "1.00"}}),
    *_cells("AC43-5", FAIL, once_published={"AAE002": "202407", "AAE003": "202407", "AAE180": "4199.98"}),
    *_cells(
        "AC43-5",
        PASS,
        once_published_within_a_cent={"AAE002": "202407", "AAE003": "202407", "AAE180": "4199.99"},
    ),
    *_cells(
        "AC43-6",
        FAIL,
        employer_two_cents={"AAE020": "800.02"},
        person_two_cents={"AAE022": "399.98"},
        rounded_up_not_down={"AAE180": "5000.07", "AAE020": "800.01", "AAE022": "399.99"},
    ),
    *_cells(
        "AC43-6",
        PASS,
        employer_one_cent={"AAE020": "799.99"},
        rounded_half_up={"AAE180": "5000.07", "AAE022": "400.02"},
        no_rate_needed={"AAE140": "170", "AAE180": None},
    ),
    *_cells(
        "AC43-6", SKIP, base_missing={"AAE180": "x"}, due_missing={"AAE020": None}, no_rate={"AAE140": "310"}
    ),
    Case(
        "AC43-6",
        "employer part free under dual base",
        PASS,
        {"AB02": {"AAB033": "01"}, "AC43": {"AAE020": "0"}},
    ),
    Case(
        "AC43-6",
        "person part judged under dual base",
        FAIL,
        {"AB02": {"AAB033": "01"}, "AC43": {"AAE022": "0"}},
    ),
    Case("AC43-6", "employer part judged without AB02", FAIL, {"AB02": None, "AC43": {"AAE020": "0"}}),
    Case("AC43-6", "base method missing", SKIP, {"AB02": {"AAB033": None}, "AC43": {"AAE022": "0"}}),
    Case("AC43-6", "base method no code", PASS, {"AB02": {"AAB033": "9"}, "AC43": {"AAE020": "0"}}),
    Case(
        "AC43-6",
        "risk class of the employer",
        FAIL,
        {
            "AB01": {"AAA149": "2"},
            "AC02": {"AAE140": "410"},
            "AC43": {"AAE140": "410", "AAE020": "10.00", "AAE022": "0"},
        },
    ),
    Case(
        "AC43-6",
        "own risk class",
        PASS,
        {
            "AB01": {"AAA149": "1"},
            "AC02": {"AAE140": "410"},
            "AC43": {"AAE140": "410", "AAE020": "10.00", "AAE022": "0"},
        },
    ),
    Case(
        "AC43-6",
        "enrolment with the same employer wins",
        PASS,
        {"AC02": [{}, {"AAZ159": "later", "AAB001": None, "AAC066": "12", "AAC030": "20200101"}]},
    ),
    Case(
        "AC43-6",
        "active enrolment wins over a later one",
        PASS,
        {
            "AC43": {"AAB001": None, "AAE020": "1000.00", "AAE022": "0"},
            "AC02": [
                {"AAB001": "E", "AAC066": "12"},
                {"AAZ159": "ended", "AAC008": "4", "AAC030": "20230101"},
            ],
        },
    ),
    Case(
        "AC43-6",
        "latest version of an enrolment counts",
        PASS,
        {"AC02": [{"AAE036": "20240102", "AAC066": "11"}, {"AAE036": "20240101", "AAC066": "12"}]},
    ),
]

CASES = [*AB01, *AC01, *AC02, *AC43]

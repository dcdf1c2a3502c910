"""What each rule says of a row that is good but for a few cells: fails it, passes it, or skips it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.integration.measured_city import credit_code, number_born

FAIL, PASS, SKIP = (1, 1), (1, 0), (0, 0)
Changes = Mapping[str, dict | Sequence[dict] | None]


@dataclass(frozen=True)
class Case:
    """A county whose rows are good but for ``changes``, and what one rule says of it.

    ``is_placed`` says whether the row judged stands under a county: one without division, person and
    employer is counted in the city's row alone.
    """

    rule_id: str
    claim: str
    expected: tuple[int, int]
    changes: Changes
    is_placed: bool = True

    @property
    def name(self) -> str:
        return f"{self.rule_id} {self.claim}"


def _cells(
    rule_id: str,
    expected: tuple[int, int],
    *,
    beside: Changes | None = None,
    is_placed: bool = True,
    **by_claim: dict,
) -> list[Case]:
    """Cases that change cells of the table the rule judges, with the rows of ``beside``."""
    table = rule_id.partition("-")[0]
    return [
        Case(rule_id, claim.replace("_", " "), expected, {**(beside or {}), table: cells}, is_placed)
        for claim, cells in by_claim.items()
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

AB02 = [
    *_cells(
        "AB02-1",
        FAIL,
        scheme={"AAE140": "11"},
        status={"AAB051": "4"},
        base_method={"AAB033": "1"},
    ),
    *_cells("AB02-1", FAIL, is_placed=False, unknown_employer={"AAB001": "nobody"}),
    *_cells("AB02-1", PASS, codes={"AAE140": "410", "AAB051": "３", "AAB033": "01"}),
    *_cells(
        "AB02-1",
        SKIP,
        status_missing={"AAB051": None, "AAE140": "11"},
        base_method_missing={"AAB033": "N/A"},
    ),
]

AB07 = [
    *_cells(
        "AB07-1",
        FAIL,
        two_cents_more={"AAE080": "800.02"},
        arrived_without_date={"AAB191": None},
        nothing_due={"AAE020": "0", "AAE080": "0.02"},
    ),
    *_cells(
        "AB07-1",
        PASS,
        one_cent_more={"AAE080": "800.01"},
        not_arrived={"AAE080": "0", "AAE078": "0", "AAB191": None},
        flag_no_code={"AAE078": "7", "AAB191": None},
        with_placeholder={"AAB191": "0"},
    ),
    *_cells(
        "AB07-1",
        SKIP,
        no_amount={"AAE080": "1e3", "AAB191": None},
        due_missing={"AAE020": None, "AAB191": None},
        flag_missing={"AAE078": None, "AAE080": "900"},
    ),
]

AC50 = [
    *_cells("AC50-1", FAIL, one_cent_below_zero={"AAE240": "-0.01"}),
    *_cells("AC50-1", FAIL, is_placed=False, unknown_person={"AAC001": "nobody"}),
    *_cells("AC50-1", PASS, zero={"AAE240": "0"}, minus_zero={"AAE240": "-0.00"}),
    *_cells("AC50-1", SKIP, balance_missing={"AAE240": None}, no_amount={"AAE240": "-1,000"}),
    *_cells("AC50-1", SKIP, is_placed=False, person_missing={"AAC001": None, "AAE240": "-1"}),
]

AC60 = [
    *_cells("AC60-1", FAIL, unknown_person={"AAC001": "nobody"}),
    *_cells("AC60-1", PASS, known_person={}),
    *_cells("AC60-1", SKIP, missing={"AAC001": " "}),
    *_cells("AC60-2", FAIL, status={"AAE116": "4"}, kind={"AIC161": "04"}),
    *_cells("AC60-2", PASS, codes={"AAE116": "3", "AIC161": "51"}),
    *_cells("AC60-2", SKIP, status_missing={"AAE116": None, "AIC161": "04"}, kind_missing={"AIC161": ""}),
    *_cells("AC60-3", FAIL, month_before={"AAE211": "202401"}),
    *_cells("AC60-3", PASS, same_month={"AAE211": "2024-02"}),
    *_cells(
        "AC60-3",
        SKIP,
        open_end={"AAE211": None},
        no_real_month={"AAE211": "202400"},
        first_month_missing={"AAE210": None, "AAE211": "202401"},
    ),
]

AC61 = [
    *_cells(
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
    *_cells(
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
    *_cells(
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

_PAID = {"AC60": {}, "AC83": {}}

AC82 = [
    *_cells(
        "AC82-1",
        FAIL,
        beside=_PAID,
        unknown_entitlement={"AAZ257": "nobody"},
        another_scheme={"AAE140": "120"},
        scheme_no_code={"AAE140": "999"},
    ),
    Case("AC82-1", "another person", FAIL, {**_PAID, "AC60": {"AAC001": "nobody"}, "AC82": {}}),
    *_cells("AC82-1", PASS, beside=_PAID, same_person_and_scheme={}),
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
    *_cells(
        "AC82-1", SKIP, beside=_PAID, entitlement_missing={"AAZ257": None}, scheme_missing={"AAE140": ""}
    ),
    *_cells(
        "AC82-1", SKIP, beside=_PAID, is_placed=False, person_missing={"AAC001": None, "AAZ257": "nobody"}
    ),
    Case("AC82-1", "person of the entitlement missing", SKIP, {"AC60": {"AAC001": None}, "AC82": {}}),
    Case("AC82-1", "scheme of the entitlement missing", SKIP, {"AC60": {"AAE140": None}, "AC82": {}}),
    *_cells(
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
    *_cells(
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
    *_cells("AC82-2", SKIP, beside=_PAID, amount_missing={"AAE019": None}, key_missing={"AAZ220": None}),
    Case(
        "AC82-2",
        "an item without amount",
        SKIP,
        {"AC82": {}, "AC83": [{}, {"AAA036": "102", "AAE019": "1,000"}]},
    ),
    *_cells(
        "AC82-3",
        FAIL,
        paid_ahead={"AAE003": "202407"},
        booked_missing={"AAE002": None},
        paid_for_not_real={"AAE003": "202413"},
    ),
    *_cells("AC82-3", PASS, same_month={"AAE003": "2024-06"}, arrears={"AAE003": "202001"}),
    *_cells(
        "AC82-4",
        FAIL,
        returned_without_reason={"AAE117": "2"},
        reason_says_nothing={"AAE117": "2", "AAE357": "N/A"},
    ),
    *_cells(
        "AC82-4",
        PASS,
        returned_with_reason={"AAE117": "2", "AAE357": "AC04"},
        paid={"AAE117": "1"},
        no_code={"AAE117": "8"},
    ),
    *_cells("AC82-4", SKIP, result_missing={"AAE117": None}),
]

YC01 = [
    *_cells(
        "YC01-1",
        FAIL,
        nothing_claimed={"AAE019": "0", "AAE058": None},
        one_cent_more_recovered={"AAE058": "2700.01"},
        month_before={"AAE042": "202312"},
    ),
    *_cells("YC01-1", FAIL, is_placed=False, unknown_person={"AAC001": "nobody"}),
    *_cells(
        "YC01-1",
        PASS,
        one_cent={"AAE019": "0.01", "AAE058": "0"},
        all_recovered={"AAE058": "2700.00"},
        nothing_recovered={"AAE058": None},
        same_month={"AAE042": "2024-01"},
    ),
    *_cells(
        "YC01-1",
        SKIP,
        amount_missing={"AAE019": None, "AAE042": "202312"},
        recovered_no_amount={"AAE058": "x", "AAE019": "0"},
        last_month_missing={"AAE042": None, "AAE019": "0"},
        first_month_not_real={"AAE041": "0", "AAE019": "0"},
    ),
    *_cells("YC01-1", SKIP, is_placed=False, person_missing={"AAC001": None, "AAE019": "0"}),
]

YC02 = [
    *_cells(
        "YC02-1",
        FAIL,
        direction={"YAE001": "1"},
        direction_listed_by_the_site={"YAE001": "stay"},
        one_cent_below_zero={"AAE019": "-0.01"},
    ),
    *_cells("YC02-1", FAIL, is_placed=False, unknown_person={"AAC001": "nobody"}),
    *_cells(
        "YC02-1",
        PASS,
        out={"YAE001": "out"},
        full_width={"YAE001": "ｏｕｔ"},
        mapped={"YAE001": "转入"},
        nothing_moved={"AAE019": "0"},
    ),
    *_cells("YC02-1", SKIP, direction_missing={"YAE001": None, "AAE019": "-1"}, no_amount={"AAE019": "."}),
    *_cells("YC02-1", SKIP, is_placed=False, person_missing={"AAC001": None, "AAE019": "-1"}),
]

CASES = [*AB01, *AB02, *AB07, *AC01, *AC02, *AC43, *AC50, *AC60, *AC61, *AC82, *YC01, *YC02]

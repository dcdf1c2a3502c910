"""Cases of the rules of AC43, contributions of persons."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, Case, cells

_FLEXIBLE = {"AC02": {"AAC066": "12", "AAB001": None}}

CASES = [
    *cells(
        "AC43-0",
        FAIL,
        wage={"AAC040": "-"},
        base={"AAE180": "NaN"},
        due_employer={"AAE020": "８００.00"},
        due_person={"AAE022": "+400.00"},
        paid_employer={"AAE080": "1,000.00"},
        paid_person={"AAE082": "10000000000000000"},
    ),
    *cells(
        "AC43-0",
        PASS,
        missing={"AAC040": None, "AAE180": "NULL", "AAE020": "", "AAE022": "N/A"},
        by_value={"AAE080": "800.0000", "AAE082": "400.00000000000006", "AAE020": "8e2"},
    ),
    *cells(
        "AC43-1",
        FAIL,
        booked_not_real={"AAE002": "202400"},
        paid_for_missing={"AAE003": None},
        booked_missing={"AAE002": "N/A"},
        employee_pays_ahead={"AAE003": "202407"},
    ),
    *cells(
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
    *cells("AC43-2", FAIL, unknown_person={"AAC001": "nobody"}, unknown_employer={"AAB001": "nobody"}),
    *cells("AC43-2", PASS, no_employer={"AAB001": None}),
    *cells("AC43-2", SKIP, person_missing={"AAC001": "", "AAB001": "nobody"}),
    *cells("AC43-3", FAIL, arrived_without_date={"AAB191": None}),
    *cells("AC43-3", PASS, not_arrived={"AAE078": "0", "AAB191": None}, with_placeholder={"AAB191": "0"}),
    *cells("AC43-3", SKIP, flag_missing={"AAE078": None, "AAB191": None}),
    *cells(
        "AC43-4",
        FAIL,
        employer_two_cents_more={"AAE080": "800.02"},
        person_two_cents_more={"AAE082": "400.02"},
        exponent={"AAE082": "4e9"},
        less_due_with_trailing_zeros={"AAE020": "1.000"},
        half_a_cent_but_for_noise={"AAE080": "800.0149999999999999"},
    ),
    *cells("AC43-4", PASS, one_cent_more={"AAE080": "800.01", "AAE082": "400.01"}, less={"AAE080": "0"}),
    *cells("AC43-4", PASS, noise={"AAE080": "800.0100000000001"}, third_decimal={"AAE080": "800.014"}),
    *cells("AC43-4", SKIP, no_amount={"AAE080": "1,000.00"}),
    *cells("AC43-4", PASS, true_up={"AAA115": "32", "AAE080": "900"}),
    *cells("AC43-4", FAIL, back_payment={"AAA115": "31", "AAE080": "900"}),
    *cells("AC43-5", PASS, true_up={"AAA115": "32", "AAE180": "-150.00"}),
    *cells("AC43-5", FAIL, back_payment={"AAA115": "31", "AAE180": "-150.00"}),
    # The wage of 2023 (7000) is published in 2024-07: until then last year's limits (3600, 18000) count too.
    *cells("AC43-5", FAIL, below_both={"AAE180": "3599.98"}, above_both={"AAE180": "21000.02"}),
    *cells(
        "AC43-5",
        PASS,
        between_the_two_floors={"AAE180": "3600.00"},
        cent_below_last_years_floor={"AAE180": "3599.99"},
        this_years_cap={"AAE180": "21000.00"},
        cent_above_this_years_cap={"AAE180": "21000.01"},
        scheme_without_limits={"AAE140": "310", "AAE180": "1.00"},
        no_base_needed={"AAE140": "510", "AAE180": None},
    ),
    *cells(
        "AC43-5",
        SKIP,
        base_missing={"AAE180": None},
        before_any_limits={"AAE003": "202312", "AAE180": "1.00"},
        scheme_missing={"AAE140": None},
    ),
    Case("AC43-5", "no enrolment", SKIP, {"AC02": None, "AC43": {"AAE180": "1.00"}}),
    # In 120 the row of the year before has figures and ratios of its own: 3100 and 15000, not 3600 and 12000.
    *cells(
        "AC43-5",
        FAIL,
        beside={"AC02": {"AAE140": "120"}},
        below_last_years_own_floor={"AAE140": "120", "AAE180": "3099.98"},
        above_last_years_own_cap={"AAE140": "120", "AAE180": "15000.02"},
    ),
    *cells(
        "AC43-5",
        PASS,
        beside={"AC02": {"AAE140": "120"}},
        at_last_years_own_floor={"AAE140": "120", "AAE180": "3100.00"},
        at_last_years_own_cap={"AAE140": "120", "AAE180": "15000.00"},
    ),
    *cells("AC43-5", FAIL, once_published={"AAE002": "202407", "AAE003": "202407", "AAE180": "4199.98"}),
    *cells(
        "AC43-5",
        PASS,
        once_published_within_a_cent={"AAE002": "202407", "AAE003": "202407", "AAE180": "4199.99"},
    ),
    *cells(
        "AC43-6",
        FAIL,
        employer_two_cents={"AAE020": "800.02"},
        person_two_cents={"AAE022": "399.98"},
        rounded_up_not_down={"AAE180": "5000.07", "AAE020": "800.01", "AAE022": "399.99"},
    ),
    *cells(
        "AC43-6",
        PASS,
        employer_one_cent={"AAE020": "799.99"},
        rounded_half_up={"AAE180": "5000.07", "AAE022": "400.02"},
        no_rate_needed={"AAE140": "170", "AAE180": None},
    ),
    *cells(
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
        "person part checked under dual base",
        FAIL,
        {"AB02": {"AAB033": "01"}, "AC43": {"AAE022": "0"}},
    ),
    Case("AC43-6", "employer part checked without AB02", FAIL, {"AB02": None, "AC43": {"AAE020": "0"}}),
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

"""Cases of the rules of AC02, enrolments."""

from __future__ import annotations

from tests.integration.expectations.rule_cases.case import FAIL, PASS, SKIP, Case, cells

CASES = [
    *cells("AC02-1", FAIL, scheme={"AAE140": "11"}, status={"AAC008": "3"}, identity={"AAC066": "14"}),
    *cells("AC02-1", PASS, codes={"AAE140": "510", "AAC008": "4", "AAC066": "13"}),
    *cells(
        "AC02-1",
        SKIP,
        status_missing={"AAC008": None},
        scheme_missing_identity_wrong={"AAE140": "", "AAC066": "14"},
    ),
    *cells("AC02-2", FAIL, unknown_person={"AAC001": "nobody"}),
    *cells("AC02-2", PASS, known_person={}),
    *cells("AC02-2", SKIP, missing={"AAC001": None}),
    *cells(
        "AC02-3",
        FAIL,
        month_after={"AAC049": "201008"},
        month_before_sixteenth_birthday={"AAC049": "199601"},
        medical_month_after={"AAE140": "310", "AAC049": "2010-08"},
    ),
    *cells(
        "AC02-3",
        PASS,
        same_month={"AAC049": "201007"},
        month_of_sixteenth_birthday={"AAC049": "199602"},
        medical_child={"AAE140": "390", "AAC049": "198002", "AAC030": "19800301"},
    ),
    *cells(
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
    *cells(
        "AC02-4",
        FAIL,
        employee_without_employer={"AAB001": None},
        unknown_employer={"AAB001": "nobody"},
        flexible_with_unknown_employer={"AAC066": "12", "AAB001": "nobody"},
    ),
    *cells("AC02-4", PASS, employee={}, flexible_without_employer={"AAC066": "12", "AAB001": None}),
    *cells("AC02-4", SKIP, identity_missing={"AAC066": None, "AAB001": "nobody"}),
]

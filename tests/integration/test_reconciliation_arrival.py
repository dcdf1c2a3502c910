"""Arrival review on a tiny city: from landed vouchers and contributions to the exported rows."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from reconciliation import ReviewSummary, read_review, reconcile
from tests.integration.checked_city import (
    CITY,
    LEDGERS,
    NORTH,
    SOUTH,
    VERSION,
    City,
    identity_number,
)

MONTH = "2024-06"
LARGEST = "9999999999999999.99"
TAX_NUMBER = "91640301MA75{:03d}XX8"


def employer(number: int, division: str) -> dict[str, str]:
    return {
        "AAB001": f"E{number}", "AAB004": "盐池农机有限公司", "AAB030": TAX_NUMBER.format(number),
        "AAB301": division,
    }  # fmt: skip


def contribution(key: str, person: str, paid: str, **cells: str | None) -> dict[str, str | None]:
    return {
        "AAZ223": key, "AAC001": person, "AAE140": "110", "AAE002": "202406", "AAE003": "202406",
        "AAA115": "10", "AAE080": "0", "AAE082": paid, "AAE078": "1", "AAB191": "20240610", **cells,
    }  # fmt: skip


def voucher(number: str, amount: str, kind: str = "employer", **cells: str) -> dict[str, str]:
    return {
        "voucher_no": number, "amount": amount, "kind": kind, "scheme": "110", "month_from": "202406",
        "month_to": "202406", "collected_on": "20240605", "division": CITY, **cells,
    }  # fmt: skip


PERSONS = {"P1": identity_number(1), "P2": "640301500101002", "P3": identity_number(3)}
PRODUCTION = {
    "AB01": [employer(1, NORTH), employer(2, SOUTH), employer(3, NORTH), employer(4, "999999")],
    "AB07": [
        {
            "AAB001": "E1", "AAE140": "110", "AAE003": "202406", "AAE002": "202406", "AAE020": "50",
            "AAE080": "50", "AAE078": "1", "AAB191": "20240610",
        }
    ],
    "AC01": [
        {"AAC001": person, "AAC002": number, "AAC003": "张三", "AAB301": SOUTH}
        for person, number in PERSONS.items()
    ],
    "AC02": [
        {"AAZ159": f"N{person}", "AAC001": person, "AAE140": "110", "AAC008": "1", "AAB301": SOUTH}
        for person in PERSONS
    ],
    "AC43": [
        contribution("C1", "P1", "30", AAB001="E1", AAE080="20"),
        contribution("C2", "P1", "10.01", AAB001="E2"),
        contribution("C3", "P1", "7", AAB001="E9"),
        contribution("C4", "P2", "5", AAB001=None),
        contribution("C5", "P3", "6", AAB001=None),
        contribution("C6", "nobody", "9", AAB001="E4"),
        contribution("C7", "nobody", "99", AAB001=None),
        contribution("C8", "P1", "99", AAB001="E1", AAE003="202413"),
        contribution("C9", "P1", "99", AAB001="E1", AAE078="0"),
        contribution("C10", "P1", "99", AAB001="E1", AAE002="202405"),
        *(
            contribution(
                key, "P1", LARGEST, AAB001="E2", AAE003="202403", AAE080=LARGEST, AAE020=LARGEST,
                AAE022=LARGEST,
            )
            for key in ("C11", "C12")
        ),
    ],
}  # fmt: skip
VOUCHERS = [
    voucher("V1", "60.00", taxpayer_no=TAX_NUMBER.format(1)),
    voucher("V2", "40.00", "employee", taxpayer_no=TAX_NUMBER.format(1)),
    voucher("V3", "10.00", taxpayer_no=TAX_NUMBER.format(2)),
    voucher("V4", "8.00", taxpayer_no=TAX_NUMBER.format(3), month_from="202404"),
    voucher("V5", "-8.00", "refund", original_voucher_no="V4"),
    voucher("V6", "5.00", "flexible", person_id_number=identity_number(2)),
    voucher("V7", "00000000000001.00", taxpayer_no="91640301UNKNOWN"),
    voucher("V8", "2.00", "late_fee", taxpayer_no=TAX_NUMBER.format(1)),
    voucher("V9", "3.00", taxpayer_no=TAX_NUMBER.format(3)),
    *(
        voucher(number, LARGEST, taxpayer_no=TAX_NUMBER.format(2), month_from="202403")
        for number in ("V13", "V14")
    ),
    # No file lands these any more: what stands in the warehouse from before stops no month.
    voucher("V10", "1,00", taxpayer_no=TAX_NUMBER.format(3)),
    voucher("V11", "1.00", taxpayer_no=TAX_NUMBER.format(3), month_from="202413"),
    voucher("V12", "1.00", taxpayer_no=TAX_NUMBER.format(3), scheme="11"),
]


@pytest.fixture(scope="module")
def city(databases, migrated, tmp_path_factory) -> City:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.land_production(PRODUCTION, month="2024-05")
    city.land_file("tax__voucher", VOUCHERS, month=MONTH)
    city.build(LEDGERS, month=MONTH)
    review(city, MONTH)
    return city


def review(city: City, month: str) -> ReviewSummary:
    return reconcile(
        city.warehouse,
        month=month,
        as_of=last_day(month),
        site_version=VERSION,
        build=lambda layers: city.build(layers, month=month),
    )


def results(city: City, month: str = MONTH) -> dict[tuple[str, str, str], tuple]:
    rows = city.rows(
        "select case status when 'late_fee' then status else check_name end, subject, for_month, division,"
        " amount_a, amount_b, difference, status"
        " from reconciliation.results where month = %s and check_name = 'arrival_review'",
        month,
    )
    return {row[:3]: row[3:] for row in rows}


def test_arrival_review_gives_one_row_per_payer_scheme_and_month(city):
    assert results(city) == {
        ("arrival_review", "E1", "2024-06"): (NORTH, Decimal(100), Decimal(100), Decimal(0), "matched"),
        ("arrival_review", "E2", "2024-06"): (
            SOUTH, Decimal("10.00"), Decimal("10.01"), Decimal("-0.01"), "amount_differs",
        ),
        # Two amounts of the most digits an amount may have, and four.
        ("arrival_review", "E2", "2024-03"): (
            SOUTH, 2 * Decimal(LARGEST), 4 * Decimal(LARGEST), -2 * Decimal(LARGEST), "amount_differs",
        ),
        ("arrival_review", "E3", "2024-04"): (NORTH, Decimal(0), Decimal(0), Decimal(0), "matched"),
        ("arrival_review", "E3", "2024-06"): (NORTH, Decimal(3), Decimal(0), Decimal(3), "tax_only"),
        ("arrival_review", "E4", "2024-06"): (None, Decimal(0), Decimal(9), Decimal(-9), "agency_only"),
        ("arrival_review", "E9", "2024-06"): (None, Decimal(0), Decimal(7), Decimal(-7), "agency_only"),
        ("arrival_review", "P2", "2024-06"): (SOUTH, Decimal(5), Decimal(5), Decimal(0), "matched"),
        ("arrival_review", "P3", "2024-06"): (SOUTH, Decimal(0), Decimal(6), Decimal(-6), "agency_only"),
        ("arrival_review", "91640301UNKNOWN", "2024-06"): (
            CITY, Decimal(1), Decimal(0), Decimal(1), "unknown_payer",
        ),
        ("late_fee", "E1", "2024-06"): (NORTH, Decimal(2), Decimal(0), Decimal(2), "late_fee"),
    }  # fmt: skip


def test_arrival_review_names_what_stands_behind_a_difference(city):
    ((items,),) = city.rows(
        "select items from reconciliation.results where subject = 'E2' and for_month = '2024-06'"
    )
    assert json.loads(items) == [
        {
            "kind": "contribution", "amount": "10.01", "booked_on": "2024-06-10", "reference": "C2",
            "age_days": 20,
        },
        {
            "kind": "employer", "amount": "10.00", "booked_on": "2024-06-05", "reference": "V3",
            "age_days": 25,
        },
    ]  # fmt: skip


def test_arrival_review_counts_what_agrees_and_what_was_left_out(city):
    summary = {
        metric: counts
        for metric, *counts in city.rows(
            "select metric, numerator, denominator from reconciliation.summary where month = %s", MONTH
        )
    }
    assert summary["review_rate"] == [5, 13]
    assert summary["vouchers_left_out_no_amount"] == [1, 14]
    assert summary["vouchers_left_out_unreal_month"] == [1, 14]
    assert summary["vouchers_left_out_unknown_scheme"] == [1, 14]
    assert summary["contributions_left_out_unknown_person"] == [1, 11]
    assert summary["contributions_left_out_unreal_month"] == [1, 11]
    assert summary["vouchers_of_late_fees"] == [1, 14]


@pytest.mark.scenarios
def test_arrival_review_replaces_its_own_month_alone(city):
    before = results(city)
    review(city, "2024-05")
    assert results(city, "2024-05") == {}
    assert results(city) == before
    review(city, MONTH)
    assert results(city) == before


@pytest.mark.scenarios
def test_review_leaves_the_calendar_alone_while_no_day_is_another(city):
    def calendar() -> list[tuple]:
        return city.rows(
            "select relfilenode from pg_class where oid = 'reconciliation.calendar_days'::regclass"
        )

    review(city, MONTH)
    before = calendar()
    review(city, MONTH)
    assert calendar() == before


def test_read_review_says_what_was_found_and_left_out(city):
    assert read_review(city.warehouse, month=MONTH).counts() == {
        "tax": "1 voucher files",
        "treasury": "not received",
        "statements": "not received",
        "returns": "not received",
        "journals": "not received",
        "trial_balances": "not received",
        "vouchers": 13,
        "vouchers_matched": 5,
        "rows_matched": 3,
        "rows_amount_differs": 2,
        "rows_tax_only": 1,
        "rows_agency_only": 3,
        "rows_unknown_payer": 1,
        "rows_late_fee": 1,
        "four_way_left_out_no_fiscal_account": 23,
        "contributions_left_out_unknown_person": 1,
        "contributions_left_out_unknown_scheme": 0,
        "contributions_left_out_unreal_month": 1,
        "refunds_without_original": 0,
        "vouchers_left_out_no_amount": 1,
        "vouchers_left_out_unknown_scheme": 1,
        "vouchers_left_out_unreal_month": 1,
    }


def test_each_row_left_out_is_listed_with_its_reason_and_line(city):
    rows = city.rows(
        "select reason, reference, source_row from reconciliation.left_out"
        " where month = %s and check_name = 'arrival_review' order by reference collate \"C\"",
        MONTH,
    )
    assert rows == [
        ("unknown_person", "C7", 7), ("unreal_month", "C8", 8), ("no_amount", "V10", 12),
        ("unreal_month", "V11", 13), ("unknown_scheme", "V12", 14),
    ]  # fmt: skip


@pytest.mark.scenarios
def test_read_review_says_that_the_tax_bureau_has_not_sent_the_month(city):
    assert review(city, "2024-07").counts()["tax"] == "not received"


def test_reconciliation_models_pass_their_unit_tests(city):
    city.build(("staging_declaration", "bases"), month="2024-06")
    outcomes = city.unit_tests("staging_tax", "staging_declaration", "reconciliation", "bases")
    assert len(outcomes) > 10
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "pass"} == {}

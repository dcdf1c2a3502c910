"""Reconciliation of a tiny city: from landed statements, journals, returns and balances to results."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from reconciliation import reconcile
from tests.integration.checked_city import CITY, FORMATS, LEDGERS, NORTH, VERSION, City, identity_number

pytestmark = pytest.mark.scenarios

MONTH = "2024-06"
INCOME, EXPENDITURE, FISCAL, OTHER_FUND = "A-income", "A-expenditure", "A-fiscal", "A-120"
TREASURY = "A-310"
FORMATS |= {
    "bank__statement": "mt940/1",
    "bank__statement_entry": "camt.053/1",
    "bank__payment_return": "payment-return-csv/1",
    "finance__deposit_journal": "deposit-journal-csv/1",
    "finance__trial_balance": "trial-balance-csv/1",
    "tax__treasury_receipt": "treasury-receipt-csv/1",
}


def account(number: str, kind: str, **cells: str) -> dict[str, str]:
    return {
        "account_no": number, "division": CITY, "fund": "110", "kind": kind, "opened_on": "2015-01-01",
        "agreement_no": "XY1", "inspected_on": "2024-01-15", **cells,
    }  # fmt: skip


def entry(account_no: str, day: str, amount: str, **cells: str) -> dict[str, str]:
    return {
        "account_no": account_no, "booked_on": f"2024{day}", "amount": amount.removeprefix("-"),
        "direction": "D" if amount.startswith("-") else "C", **cells,
    }  # fmt: skip


def booked(account_no: str, day: str, amount: str, kind: str, **cells: str) -> dict[str, str]:
    sides = {"debit": "0", "credit": amount[1:]} if amount[0] == "-" else {"debit": amount, "credit": "0"}
    return {
        "account_no": account_no, "booked_on": f"2024{day}", "fund": "110", "counter_kind": kind, **sides,
        **cells,
    }  # fmt: skip


ACCOUNTS = [
    account(INCOME, "income"),
    account(EXPENDITURE, "expenditure", agreement_no=""),
    account(FISCAL, "fiscal", inspected_on="2023-12-31"),
    account(OTHER_FUND, "fiscal", fund="120"),
    account(TREASURY, "fiscal", fund="310"),
    account("A-closed", "income", closed_on="2024-05-31"),
]
STATEMENTS = [
    {"account_no": number, "opening_balance": "0", "closing_balance": closing}
    for number, closing in [
        (INCOME, "60"),
        (EXPENDITURE, "-21.5"),
        (FISCAL, "100"),
        ("A-unknown", "7"),
        (TREASURY, "100"),
    ]
]
ENTRIES = [
    entry(INCOME, "0603", "100", reference="R1", counterparty_account="firm"),
    entry(INCOME, "0605", "-30", reference="R2", counterparty_account="firm"),
    entry(INCOME, "0606", "-80", reference="R3", counterparty_account="firm"),
    entry(INCOME, "0607", "-10", reference="R4", counterparty_account=FISCAL),
    entry(INCOME, "0630", "80", reference="R5"),
    entry(EXPENDITURE, "0610", "-20", purpose="取现"),
    entry(EXPENDITURE, "0611", "-1.5", purpose="账户管理费"),
    entry(EXPENDITURE, "0612", "5", reference="PAY1"),
    entry(EXPENDITURE, "0613", "-5", counterparty_account=OTHER_FUND),
    entry(FISCAL, "0401", "40", reference="OLD"),
    entry(FISCAL, "0620", "60", counterparty_name="国家金库"),
    entry("A-unknown", "0620", "7"),
    *(
        entry(TREASURY, day, amount, reference=reference, counterparty_name="国家金库吴忠市中心支库")
        for day, amount, reference in [
            ("0620", "10", "T-late"), ("0618", "11", "T-ten-days"), ("0614", "50", ""),
            ("0603", "13", "T-may"),
        ]
    ),
]  # fmt: skip
# June 10 is a holiday: ten working days from the 3rd end on the 18th. A batch of two is one credit.
RECEIPTS = [
    {
        "receipt_no": number, "voucher_no": voucher, "scheme": "310", "amount": amount,
        "received_on": received_on, "transferred_on": transferred_on, "division": NORTH,
    }
    for number, voucher, amount, received_on, transferred_on in [
        ("T-late", "V1", "10", "20240603", ""), ("T-ten-days", "", "11", "20240603", ""),
        ("T-batch-1", "", "20", "20240606", "20240612"), ("T-batch-2", "", "30", "20240607", "20240612"),
        ("T-open", "", "12", "20240628", ""), ("T-may", "", "13", "20240531", ""),
        ("T-zero", "", "0", "20240501", ""),
    ]
]  # fmt: skip
# One names no receipt: the one of its amount belongs to it.
VOUCHERS = [
    {
        "voucher_no": number, "amount": amount, "kind": "employer", "scheme": "310", "month_from": "202406",
        "month_to": "202406", "collected_on": collected_on, "division": NORTH, "taxpayer_no": "nobody",
    }
    for number, amount, collected_on in [
        ("V1", "10", "20240601"), ("V2", "11", "20240529"), ("V3", "11", "20240520"),
    ]
]  # fmt: skip
JOURNAL = [
    booked(INCOME, "0601", "0", "opening"),
    booked(INCOME, "0601", "0", "opening"),
    booked(INCOME, "0604", "100", "contribution", reference="R1"),
    booked(INCOME, "0605", "-30", "refund", reference="R2"),
    booked(INCOME, "0606", "-80", "other", reference="R3"),
    booked(INCOME, "0607", "-10", "remit_up", reference="R4"),
    booked(INCOME, "0630", "80", "contribution", reference="R5"),
    booked(FISCAL, "0620", "25", "contribution"),
    booked(FISCAL, "0622", "35", "contribution", fund="120"),
    booked(FISCAL, "0630", "9", "interest", voucher_no="PZ9"),
    booked(EXPENDITURE, "0610", "-21.5", "benefit"),
]
BALANCES = [
    {
        "month": "2024-06", "fund": "110", "subject_code": code, "opening": opening, "debit": debit,
        "credit": credit, "closing": closing,
    }
    for code, opening, debit, credit, closing in [
        ("1004", "100", "50", "20", "130"), ("2001", "-10", "0", "5", "-15"), ("4001", "0", "0", "45", "-45"),
        ("5001", "0", "20", "0", "20"),
    ]
]  # fmt: skip
PRODUCTION = {
    "AC01": [{"AAC001": "P1", "AAC002": identity_number(1), "AAC003": "张三", "AAB301": NORTH}],
    "AB01": [{"AAB001": "E1", "AAB004": "盐池农机有限公司", "AAB301": NORTH}],
    "AB07": [
        {"AAB001": "E1", "AAE140": "110", "AAE003": month, "AAE002": month, "AAE020": "100", "AAE080": "40",
         "AAE078": "1"}
        for month in ("202406", "202405", "202312", "201105")
    ],
    "AC60": [
        {"AAZ257": "B1", "AAC001": "P1", "AAE140": "110", "AIC161": "01", "AAE116": "1", "AAB301": NORTH}
    ],
    "AC82": [
        {
            "AAZ220": key, "AAZ257": "B1", "AAC001": "P1", "AAE140": "110", "AAE002": "202406",
            "AAE003": "202406", "AAE019": "5", "AAE117": result, "AAE145": "1",
        }
        for key, result in [("PAY1", "1"), ("PAY2", "2"), ("PAY3", "0"), ("PAY4", "1"), ("PAY5", "1")]
    ],
}  # fmt: skip
RETURNS = [
    {"payment_id": key, "amount": amount, "result": result, "reason": reason, "value_on": "20240611"}
    for key, amount, result, reason in [
        ("PAY1", "5", "paid", ""), ("PAY2", "5", "returned", "AC04"), ("PAY3", "5", "paid", ""),
        ("PAY4", "6", "paid", ""), ("PAY9", "5", "returned", "MD07"),
    ]
]  # fmt: skip


@pytest.fixture(scope="module")
def city(databases, migrated, tmp_path_factory) -> City:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.load_site_rows("accounts", ACCOUNTS)
    city.load_site_rows(
        "contribution_deadlines", [{"division": "640000", "scheme": "110", "months_after": "0", "day": "31"}]
    )
    city.land_production(PRODUCTION, month=MONTH)
    for table, rows in [
        ("bank__statement", STATEMENTS), ("bank__statement_entry", ENTRIES),
        ("bank__payment_return", RETURNS), ("finance__deposit_journal", JOURNAL),
        ("finance__trial_balance", BALANCES), ("tax__treasury_receipt", RECEIPTS), ("tax__voucher", VOUCHERS),
    ]:  # fmt: skip
        city.land_file(table, rows, month=MONTH)
    city.build(LEDGERS, month=MONTH)
    reconcile(
        city.warehouse,
        month=MONTH,
        as_of=last_day(MONTH),
        site_version=VERSION,
        build=lambda layers: city.build(layers, month=MONTH),
    )
    return city


def rows(city: City, check: str, key: str) -> list[tuple]:
    return sorted(
        city.rows(
            f"select {key}, amount_a, amount_b, status from reconciliation.results"
            " where month = %s and check_name = %s",
            MONTH,
            check,
        ),
        key=str,
    )


def items(city: City, check: str, key: str, value: str) -> list[dict]:
    [(text,)] = city.rows(
        f"select items from reconciliation.results where check_name = %s and {key} = %s", check, value
    )
    return json.loads(text)


def test_balance_statement_says_what_explains_the_difference(city):
    assert rows(city, "balance_statement", "account_no") == [
        (OTHER_FUND, None, None, "not_received"),
        (TREASURY, Decimal(100), None, "not_received"),
        (EXPENDITURE, Decimal("-21.50"), Decimal("-21.50"), "balanced"),
        (FISCAL, Decimal(100), Decimal(69), "old_items"),
        (INCOME, Decimal(60), Decimal(60), "balanced"),
    ]
    assert items(city, "balance_statement", "account_no", FISCAL) == [
        {
            "kind": "bank_received_not_booked", "amount": "40.00", "booked_on": "2024-04-01",
            "reference": "OLD", "age_days": 90,
        },
        {
            "kind": "booked_received_not_banked", "amount": "-9.00", "booked_on": "2024-06-30",
            "reference": "PZ9", "age_days": 0,
        },
    ]  # fmt: skip
    outstanding = items(city, "balance_statement", "account_no", EXPENDITURE)
    assert [item["amount"] for item in outstanding] == ["-5.00", "5.00"]


def test_account_rules_name_the_first_rule_an_entry_breaks(city):
    assert rows(city, "account_rules", "account_no") == sorted(
        [
            (EXPENDITURE, None, None, "no_agreement"),
            (EXPENDITURE, Decimal(-20), Decimal(0), "cash"),
            (EXPENDITURE, Decimal("-1.50"), Decimal(0), "bank_fee"),
            (EXPENDITURE, Decimal(-5), Decimal(0), "between_funds"),
            (FISCAL, None, None, "not_inspected"),
            (FISCAL, Decimal(35), Decimal(0), "between_funds"),
            (INCOME, Decimal(-80), Decimal(0), "income_outflow"),
            # What came in on Sunday, after the month's last working day, may stay: 60 less 80.
            (INCOME, Decimal(-20), Decimal(0), "income_not_zero"),
            ("A-unknown", Decimal(7), Decimal(0), "unregistered_account"),
        ],
        key=str,
    )


def test_payments_are_judged_by_what_the_bank_and_the_agency_say(city):
    assert rows(city, "payments_returned", "items") == sorted(
        [
            ("[]", Decimal(5), Decimal(5), "paid_confirmed"),
            (item("AC04", "5.00", "PAY2"), Decimal(5), Decimal(5), "returned_reversed"),
            (item("paid", "5.00", "PAY3"), Decimal(5), Decimal(5), "paid_not_booked"),
            (item("paid", "6.00", "PAY4"), Decimal(6), Decimal(5), "amount_differs"),
            (item("MD07", "5.00", "PAY9"), Decimal(5), Decimal(0), "confirmed_unknown"),
            (
                '[{"kind":"unconfirmed","amount":"5.00","booked_on":null,"reference":"PAY5","age_days":null}]',
                Decimal(0), Decimal(5), "unconfirmed",
            ),
        ],
        key=str,
    )  # fmt: skip


def item(kind: str, amount: str, payment: str) -> str:
    cells = f'"kind":"{kind}","amount":"{amount}","booked_on":"2024-06-11","reference":"{payment}"'
    return f'[{{{cells},"age_days":19}}]'


def test_fund_identity_holds_where_income_less_expense_changed_the_net_assets(city):
    assert rows(city, "fund_identity", "scheme, party_a") == [
        ("110", "computed", Decimal(115), Decimal(115), "holds"),
        ("110", "trial_balance", Decimal(130), Decimal("107.50"), "differs"),
        ("120", "computed", None, None, "not_received"),
        ("120", "trial_balance", None, None, "not_received"),
        ("310", "computed", None, None, "not_received"),
        ("310", "trial_balance", None, None, "not_received"),
    ]


def test_arrears_carry_the_late_fee_from_the_day_after_the_due_day(city):
    assert rows(city, "arrears_and_late_fees", "for_month") == [
        ("2011-05", Decimal(100), Decimal(40), "historic"),
        ("2023-12", Decimal(100), Decimal(40), "historic"),
        ("2024-05", Decimal(100), Decimal(40), "current"),
        ("2024-06", Decimal(100), Decimal(40), "not_due"),
    ]
    # Due on Friday 2024-05-31; on Sunday 2023-12-31, so on Tuesday 2024-01-02; on 2011-05-31, with 30 days
    # at the old rate.
    fees = {
        month: items(city, "arrears_and_late_fees", "for_month", month) for month in ("2024-05", "2023-12")
    }
    assert [item["amount"] for item in fees["2024-05"]] == [str(round(Decimal(60) * 30 * 5 / 10000, 2))]
    assert [item["booked_on"] for item in fees["2023-12"]] == ["2024-01-02"]
    [old] = items(city, "arrears_and_late_fees", "for_month", "2011-05")
    days = (last_day(MONTH) - last_day("2011-06")).days
    fee = Decimal(60) * (30 * Decimal("0.002") + days * Decimal("0.0005"))
    assert old["amount"] == f"{fee:.2f}"


def test_treasury_is_late_after_ten_working_days_or_in_another_month(city):
    assert rows(city, "treasury_delay", "subject, account_no") == [
        ("T-late", TREASURY, Decimal(10), Decimal(10), "late"),
        ("T-may", TREASURY, Decimal(13), Decimal(13), "next_month"),
        ("T-open", TREASURY, Decimal(12), Decimal(0), "next_month"),
    ]
    assert [item["age_days"] for item in items(city, "treasury_delay", "subject", "T-late")] == [12]


def test_receipt_without_a_voucher_belongs_to_the_nearest_of_its_amount(city):
    assert city.rows("select receipt_no, voucher_no from reconciliation.receipt_vouchers") == [
        ("T-ten-days", "V2")
    ]


def test_four_parties_agree_or_the_items_add_up_to_what_differs(city):
    assert rows(city, "four_way", "scheme, party_a, party_b") == [
        ("110", "tax", "agency", Decimal(0), Decimal(40), "differs"),
        ("110", "tax", "treasury", Decimal(0), Decimal(0), "agrees"),
        ("110", "treasury", "fiscal_account", Decimal(0), Decimal(60), "differs"),
        ("120", "tax", "agency", Decimal(0), Decimal(0), "agrees"),
        ("120", "tax", "treasury", Decimal(0), Decimal(0), "agrees"),
        ("120", "treasury", "fiscal_account", Decimal(0), None, "not_received"),
        ("310", "tax", "agency", Decimal(32), Decimal(0), "differs"),
        ("310", "tax", "treasury", Decimal(32), Decimal(83), "differs"),
        ("310", "treasury", "fiscal_account", Decimal(83), Decimal(84), "explained"),
    ]
    assert kinds(city, "110", "agency") == [("agency_only", "-40.00", "E1/2024-06")]
    assert kinds(city, "110", "fiscal_account") == [("open", "-60.00", None)]
    assert kinds(city, "310", "agency") == [("unknown_payer", "32.00", "nobody/2024-06")]
    assert kinds(city, "310", "treasury") == [
        ("open", "-20.00", "T-batch-1"), ("open", "-30.00", "T-batch-2"), ("open", "-12.00", "T-open"),
        ("open", "11.00", "V3"),
    ]  # fmt: skip
    assert kinds(city, "310", "fiscal_account") == [
        ("timing", "-13.00", "T-may"),
        ("timing", "12.00", "T-open"),
    ]


def kinds(city: City, scheme: str, party_b: str) -> list[tuple]:
    [(text,)] = city.rows(
        "select items from reconciliation.results"
        " where check_name = 'four_way' and scheme = %s and party_b = %s",
        scheme,
        party_b,
    )
    items = [(item["kind"], item["amount"], item["reference"]) for item in json.loads(text)]
    return sorted(items, key=lambda item: item[2] or "")

"""What reconciliation says while feeds are absent, nothing moves, or no calendar knows the year."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from reconciliation import ReviewSummary, reconcile
from tests.integration.checked_city import CITY, FORMATS, LEDGERS, NORTH, VERSION, City

pytestmark = pytest.mark.scenarios

TAX_ALONE, BANK_ALONE, NO_CREDITS, UNKNOWN_YEAR = "2024-06", "2024-07", "2024-08", "2031-03"
FISCAL, EXPENDITURE = "F-310", "X-310"
FORMATS |= {
    "bank__statement": "mt940/1",
    "bank__statement_entry": "camt.053/1",
    "finance__deposit_journal": "deposit-journal-csv/1",
    "finance__trial_balance": "trial-balance-csv/1",
    "tax__treasury_receipt": "treasury-receipt-csv/1",
}
TAX_NUMBER = "91640301MA00000001"
PRODUCTION = {
    "AB01": [{"AAB001": "E1", "AAB004": "盐池农机有限公司", "AAB030": TAX_NUMBER, "AAB301": NORTH}],
    "AB07": [
        {"AAB001": "E1", "AAE140": scheme, "AAE003": month, "AAE002": month, "AAE020": "100", "AAE080": paid,
         "AAE078": "1"}
        for scheme, month, paid in [
            ("310", "202406", "100"), ("310", "203102", "40"), ("110", "203102", "40"),
        ]
    ],
}  # fmt: skip


def voucher(number: str, month: str) -> dict[str, str]:
    return {
        "voucher_no": number, "taxpayer_no": TAX_NUMBER, "amount": "100", "kind": "employer", "scheme": "310",
        "month_from": month.replace("-", ""), "month_to": month.replace("-", ""),
        "collected_on": f"{month}-03", "division": NORTH,
    }  # fmt: skip


def receipt(number: str, voucher_no: str, month: str) -> dict[str, str]:
    return {
        "receipt_no": number, "voucher_no": voucher_no, "scheme": "310", "amount": "100",
        "received_on": f"{month}-03", "transferred_on": "", "division": NORTH,
    }  # fmt: skip


def credit(reference: str, day: str) -> dict[str, str]:
    return {
        "account_no": FISCAL, "booked_on": day, "amount": "100", "direction": "C", "reference": reference,
        "counterparty_name": "国家金库",
    }  # fmt: skip


def statement(account: str, opening: str, closing: str) -> dict[str, str]:
    return {"account_no": account, "opening_balance": opening, "closing_balance": closing}


class Reconciled:
    """A city in which each month some feeds have come."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.summaries: dict[str, ReviewSummary] = {}

    def run(self, month: str, **files: list[dict[str, str]]) -> None:
        for table, rows in files.items():
            self.city.land_file(table, rows, month=month)
        self.city.build(LEDGERS, month=month)
        self.summaries[month] = reconcile(
            self.city.warehouse,
            month=month,
            as_of=last_day(month),
            site_version=VERSION,
            build=lambda layers: self.city.build(layers, month=month),
        )

    def rows(self, month: str, check: str, columns: str) -> list[tuple]:
        return self.city.rows(
            f"select {columns}, amount_a, amount_b, status from reconciliation.results"
            f" where month = %s and check_name = %s order by {columns}",
            month,
            check,
        )

    def checks(self, month: str) -> set[str]:
        query = "select distinct check_name from reconciliation.results where month = %s"
        return {check for (check,) in self.city.rows(query, month)}


@pytest.fixture(scope="module")
def reconciled(databases, migrated, tmp_path_factory) -> Reconciled:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.load_site_rows(
        "accounts",
        [
            {"account_no": number, "division": CITY, "fund": "310", "kind": kind, "opened_on": "2015-01-01"}
            for number, kind in [(FISCAL, "fiscal"), (EXPENDITURE, "expenditure")]
        ],
    )
    city.load_site_rows(
        "contribution_deadlines", [{"division": CITY, "scheme": "310", "months_after": "1", "day": "1"}]
    )
    city.land_production(PRODUCTION, month=TAX_ALONE)
    made = Reconciled(city)
    made.run(TAX_ALONE, tax__voucher=[voucher("V1", TAX_ALONE)])
    made.run(
        BANK_ALONE,
        bank__statement=[statement(FISCAL, "0", "100")],
        bank__statement_entry=[credit("K1", "2024-07-08")],
    )
    made.run(
        NO_CREDITS,
        tax__voucher=[voucher("V2", NO_CREDITS)],
        tax__treasury_receipt=[receipt("T2", "V2", NO_CREDITS)],
        bank__statement=[statement(EXPENDITURE, "7", "7")],
        finance__deposit_journal=[
            {
                "account_no": EXPENDITURE, "booked_on": "20240801", "fund": "310", "counter_kind": "opening",
                "debit": "7", "credit": "0",
            }
        ],
        finance__trial_balance=[
            {"month": NO_CREDITS, "fund": "310", "subject_code": code, "opening": amount, "debit": "0",
             "credit": "0", "closing": amount}
            for code, amount in [("1003", "7"), ("3001", "-7")]
        ],
    )  # fmt: skip
    made.run(
        UNKNOWN_YEAR,
        tax__voucher=[voucher("V3", UNKNOWN_YEAR)],
        tax__treasury_receipt=[receipt("T3", "V3", UNKNOWN_YEAR)],
        bank__statement=[statement(FISCAL, "100", "200")],
        bank__statement_entry=[credit("T3", "2031-03-31")],
    )
    return made


def test_what_a_party_that_sent_nothing_would_have_said_is_not_received(reconciled):
    assert reconciled.checks(TAX_ALONE) == {
        "arrival_review", "four_way", "balance_statement", "fund_identity", "account_rules",
    }  # fmt: skip
    assert reconciled.rows(TAX_ALONE, "arrival_review", "subject") == [
        ("E1", Decimal(100), Decimal(100), "matched")
    ]
    assert reconciled.rows(TAX_ALONE, "balance_statement", "account_no") == [
        (FISCAL, None, None, "not_received"),
        (EXPENDITURE, None, None, "not_received"),
    ]
    assert reconciled.rows(TAX_ALONE, "fund_identity", "party_a") == [
        ("computed", None, None, "not_received"),
        ("trial_balance", None, None, "not_received"),
    ]
    assert reconciled.rows(TAX_ALONE, "four_way", "party_a, party_b") == [
        ("tax", "agency", Decimal(100), Decimal(100), "agrees"),
        ("tax", "treasury", Decimal(100), None, "not_received"),
        ("treasury", "fiscal_account", None, None, "not_received"),
    ]
    counts = reconciled.summaries[TAX_ALONE].counts()
    assert {counts[feed] for feed in ("treasury", "statements", "returns", "journals", "trial_balances")} == {
        "not received"
    }


def test_account_rules_of_the_register_hold_without_a_bank(reconciled):
    rows = reconciled.rows(TAX_ALONE, "account_rules", "account_no")
    assert {status for *_, status in rows} == {"no_agreement", "not_inspected"}
    assert len(rows) == 4


def test_statements_without_books_and_without_tax_are_not_received(reconciled):
    assert reconciled.rows(BANK_ALONE, "arrival_review", "subject") == []
    assert reconciled.rows(BANK_ALONE, "balance_statement", "account_no") == [
        (FISCAL, Decimal(100), None, "not_received"),
        (EXPENDITURE, None, None, "not_received"),
    ]
    assert reconciled.rows(BANK_ALONE, "four_way", "party_a, party_b") == [
        ("tax", "agency", None, Decimal(0), "not_received"),
        ("tax", "treasury", None, None, "not_received"),
        ("treasury", "fiscal_account", None, Decimal(100), "not_received"),
    ]
    assert reconciled.summaries[BANK_ALONE].counts()["tax"] == "not received"


def test_rows_that_are_not_received_have_no_items(reconciled):
    assert reconciled.city.rows(
        "select distinct items, difference from reconciliation.results where status = 'not_received'"
    ) == [("[]", None)]


def test_account_on_which_nothing_moved_is_balanced(reconciled):
    assert reconciled.rows(NO_CREDITS, "balance_statement", "account_no") == [
        (FISCAL, None, None, "not_received"),
        (EXPENDITURE, Decimal(7), Decimal(7), "balanced"),
    ]
    assert reconciled.rows(NO_CREDITS, "fund_identity", "party_a") == [
        ("computed", Decimal(7), Decimal(7), "holds"),
        ("trial_balance", Decimal(7), Decimal(7), "holds"),
    ]


def test_receipts_without_the_fiscal_accounts_statement_are_not_judged(reconciled):
    assert reconciled.rows(NO_CREDITS, "four_way", "party_a, party_b")[1:] == [
        ("tax", "treasury", Decimal(100), Decimal(100), "agrees"),
        ("treasury", "fiscal_account", Decimal(100), None, "not_received"),
    ]
    assert reconciled.rows(NO_CREDITS, "treasury_delay", "subject") == []


def test_delays_in_a_year_the_calendar_does_not_know_are_not_judged(reconciled):
    """Nineteen weekdays after it was received; in a known year that is late."""
    assert reconciled.rows(UNKNOWN_YEAR, "four_way", "party_a, party_b")[2:] == [
        ("treasury", "fiscal_account", Decimal(100), Decimal(100), "agrees")
    ]
    assert "T3" not in {row[0] for row in reconciled.rows(UNKNOWN_YEAR, "treasury_delay", "subject")}


def test_due_days_in_a_year_the_calendar_does_not_know_move_off_weekends_alone(reconciled):
    """The first of March is a Saturday; without a deadline there is no fee."""
    assert reconciled.rows(UNKNOWN_YEAR, "arrears_and_late_fees", "scheme") == [
        ("110", Decimal(100), Decimal(40), "not_checked"),
        ("310", Decimal(100), Decimal(40), "current"),
    ]
    [(items,)] = reconciled.city.rows(
        "select items from reconciliation.results where status = 'current' and month = %s", UNKNOWN_YEAR
    )
    assert '"booked_on":"2031-03-03"' in items
    assert '"age_days":28' in items
    assert '"amount":"0.84"' in items

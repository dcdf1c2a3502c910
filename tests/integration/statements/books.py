"""Two accounts of a tiny city: statements of the bank, journals, and what reconcile makes of them."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal

from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from reconciliation import reconcile
from tests.integration.checked_city import CITY, FORMATS, LEDGERS, VERSION, City

MAY, JUNE, JULY = "2024-05", "2024-06", "2024-07"
MAIN, OTHER = "A-main", "A-other"
FORMATS |= {
    "bank__statement": "mt940/1",
    "bank__statement_entry": "camt.053/1",
    "finance__deposit_journal": "deposit-journal-csv/1",
}


def account(number: str) -> dict[str, str]:
    return {
        "account_no": number, "division": CITY, "fund": "110", "kind": "expenditure",
        "opened_on": "2015-01-01", "agreement_no": "XY1", "inspected_on": "2024-01-15",
    }  # fmt: skip


def entry(account_no: str, day: str, amount: str, **cells: str) -> dict[str, str]:
    return {
        "account_no": account_no, "booked_on": f"2024{day}", "amount": amount.removeprefix("-"),
        "direction": "D" if amount.startswith("-") else "C", **cells,
    }  # fmt: skip


def booked(account_no: str, day: str, amount: str, kind: str = "other", **cells: str) -> dict[str, str]:
    sides = {"debit": "0", "credit": amount[1:]} if amount[0] == "-" else {"debit": amount, "credit": "0"}
    return {
        "account_no": account_no, "booked_on": f"2024{day}", "fund": "110", "counter_kind": kind, **sides,
        **cells,
    }  # fmt: skip


def name_of(table: str, month: str, line: int) -> str:
    """The name of an entry: files of the tiny city have their id as digest."""
    return hashlib.sha256(f"{table}-{month}-1:{line}".encode()).hexdigest()[:16]


def make_city(databases, migrated, home) -> City:
    """A warehouse with the accounts, and ledgers of nobody."""
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.load_site_rows("accounts", [account(MAIN), account(OTHER)])
    city.build(LEDGERS, month=MAY)
    return city


def land(city: City, month: str, closing: dict[str, str], entries: list, journal: list) -> None:
    """Land the month's statements, which close with ``closing``, its entries and its journal."""
    statements = [
        {"account_no": number, "opening_balance": "0", "closing_balance": amount}
        for number, amount in closing.items()
    ]
    city.land_file("bank__statement", statements, month=month)
    city.land_file("bank__statement_entry", entries, month=month)
    city.land_file("finance__deposit_journal", journal, month=month)


def reconcile_month(city: City, month: str) -> None:
    reconcile(
        city.warehouse,
        month=month,
        as_of=last_day(month),
        site_version=VERSION,
        build=lambda layers: city.build(layers, month=month),
    )


def statement_of(city: City, month: str, number: str = MAIN) -> tuple:
    """Status, difference and items (kind, amount, reference) of a balance statement."""
    [(status, difference, items)] = city.rows(
        "select status, difference, items from reconciliation.results"
        " where month = %s and check_name = 'balance_statement' and account_no = %s",
        month,
        number,
    )
    return (
        status,
        difference,
        [(item["kind"], Decimal(item["amount"]), item["reference"]) for item in json.loads(items)],
    )

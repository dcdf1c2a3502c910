"""Statements as banks of several countries write them are ingested, and balance against one journal each."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from ingestion import land
from reconciliation import reconcile
from tests.integration.checked_city import CITY, LEDGERS, VERSION, City
from tests.integration.ingestion.support import file_of, write_file, write_site
from tests.scenarios.statement_files import FILES

pytestmark = pytest.mark.scenarios

MONTH = "2024-06"
JOURNAL_COLUMNS = (
    "voucher_no", "booked_on", "account_no", "fund", "debit", "credit", "counter_kind", "reference", "memo",
)  # fmt: skip
ACCOUNTS = [account for _, account, *_ in FILES.values()]


def journal_rows(account: str) -> list[tuple[str, ...]]:
    return [
        ("", "2024-06-01", account, "110", "1000.00", "0", "opening", "", ""),
        ("1", "2024-06-06", account, "110", "250.00", "0", "contribution", "R-250", ""),
        ("2", "2024-06-13", account, "110", "0", "9.50", "fee", "", ""),
    ]


@pytest.fixture(scope="module")
def city(databases, migrated, tmp_path_factory) -> City:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    write_site(settings, divisions=[(CITY, "城", "City", "city", "")])
    sequences: Counter[str] = Counter()
    for name, (layout, _, text, rows) in FILES.items():
        sequences[layout] += 1
        write_file(
            settings, "bank", name, text.encode(), division=CITY, format=layout, rows=rows,
            amount_total="190.50", sequence=sequences[layout],
        )  # fmt: skip
    journals = file_of(JOURNAL_COLUMNS, [row for account in ACCOUNTS for row in journal_rows(account)])
    write_file(
        settings, "finance", "journal.csv", journals["content"], division=CITY, rows=journals["rows"],
        format="deposit-journal-csv/1", amount_total=str(Decimal("1240.50") * len(ACCOUNTS)),
    )  # fmt: skip
    land(city.warehouse, settings, month=MONTH, feeds=["bank", "finance"])
    city.load_site()
    city.load_site_rows(
        "accounts",
        [
            {
                "account_no": account,
                "division": CITY,
                "fund": "110",
                "kind": "fiscal",
                "opened_on": "2015-01-01",
            }
            for account in ACCOUNTS
        ],
    )
    city.land_production({"AC01": []}, month=MONTH)
    city.build(LEDGERS, month=MONTH)
    reconcile(
        city.warehouse,
        month=MONTH,
        as_of=last_day(MONTH),
        site_version=VERSION,
        build=lambda layers: city.build(layers, month=MONTH),
    )
    return city


@pytest.mark.parametrize("name", FILES)
def test_statement_is_loaded_whole(city, name):
    assert city.rows("select state, reason, rows_loaded from ops.files where name = %s", name) == [
        ("loaded", "", FILES[name][3])
    ]


@pytest.mark.parametrize("name", FILES)
def test_statement_balances_but_for_what_the_books_have_not_entered_yet(city, name):
    [(bank, book, status, items)] = city.rows(
        "select amount_a, amount_b, status, items from reconciliation.results"
        " where check_name = 'balance_statement' and account_no = %s",
        FILES[name][1],
    )
    assert (bank, book, status) == (Decimal("1190.50"), Decimal("1240.50"), "balanced")
    assert json.loads(items) == [
        {
            "kind": "bank_paid_not_booked", "amount": "-50.00", "booked_on": "2024-06-28",
            "reference": "R-50", "age_days": 2,
        }
    ]  # fmt: skip

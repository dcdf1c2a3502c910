"""``fundwatch statement``: what it prints of a balance statement, and of which accounts."""

import json

import pytest

from tests.integration.statements.books import JUNE, MAIN, MAY, OTHER, name_of, statement_of
from tests.support import run_fundwatch


def test_statement_names_the_entries_of_its_items(city):
    done = run_fundwatch("statement", MAIN, "--month", JUNE, "--json", settings=city.settings)
    stated = json.loads(done.stdout)
    items = [(item["kind"], item["entry"], item["amount"], item["voucher_no"]) for item in stated["items"]]
    assert items == [
        ("bank_received_not_booked", name_of("bank__statement_entry", MAY, 2), "7.00", None),
        ("bank_received_not_booked", name_of("bank__statement_entry", JUNE, 1), "50.00", None),
        ("booked_received_not_banked", name_of("finance__deposit_journal", JUNE, 2), "-49.00", "PZ3"),
        ("booked_received_not_banked", name_of("finance__deposit_journal", JUNE, 3), "-7.50", "PZ4"),
    ]
    figures = ("status", "bank_amount", "book_amount", "difference", "division", "fund")
    assert [stated[name] for name in figures] == ["balanced", "157.00", "156.50", "0.50", "640300", "110"]


def test_statement_prints_its_items_by_the_side_that_lacks_them(city):
    printed = run_fundwatch("statement", MAIN, "--month", JUNE, settings=city.settings).stdout.decode()
    books, bank = printed.index("not in the books yet: 57.00"), printed.index("not in the bank yet: -56.50")
    assert books < printed.index(name_of("bank__statement_entry", JUNE, 1)) < bank
    assert bank < printed.index(name_of("finance__deposit_journal", JUNE, 3))


def test_statement_of_a_month_stays_when_another_month_is_reconciled(city):
    stated = json.loads(
        run_fundwatch("statement", MAIN, "--month", MAY, "--json", settings=city.settings).stdout
    )
    assert [item["amount"] for item in stated["items"]] == ["7.00"]


def test_statement_that_was_not_received_has_no_items(city):
    stated = json.loads(
        run_fundwatch("statement", OTHER, "--month", JUNE, "--json", settings=city.settings).stdout
    )
    assert (stated["status"], stated["bank_amount"], stated["items"]) == ("not_received", None, [])
    assert statement_of(city, JUNE, OTHER)[2] == []


@pytest.mark.parametrize(("account", "month"), [("A-none", JUNE), (MAIN, "2024-08")])
def test_statement_that_was_not_made_is_not_found(city, account, month):
    done = run_fundwatch("statement", account, "--month", month, settings=city.settings, check=False)
    assert done.returncode == 18
    assert f"{month} has no balance statement of that account" in done.stderr.decode()

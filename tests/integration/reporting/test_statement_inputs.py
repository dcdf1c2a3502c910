"""What the snapshot of a publication reads for the statements R6 and R7."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal

import pytest

from reporting.snapshot.content import collect
from reporting.snapshot.statements import Statements, statements_of
from reporting.snapshot.stored import store_content, stored_content, stored_statements
from tests.integration.reporting.support import MONTH
from tests.support import put_off_guards

TABLES = """
    create table reconciliation.results (
        month text, check_name text, division text, scheme text, account_no text, party_a text, party_b text,
        amount_a numeric(28, 2), amount_b numeric(28, 2), difference numeric(28, 2), status text, items text
    );
    create table reconciliation.statement_accounts (
        month text, account_no text, division text, fund text, kind text, bank text, is_asked boolean
    );
    create table reconciliation.statement_items (
        month text, account_no text, side text, entry_id text, kind text, booked_on date,
        amount numeric(28, 2), reference text, voucher_no text, counterparty_name text, purpose text
    );
    create table reconciliation.four_way_payers (
        month text, reference text, payer_kind text, payer_id text, payer_name text
    );
    create table staging_site.standard_codes (class text, code text, label_zh text, label_en text);
    insert into staging_site.standard_codes values ('AAE140', '110', '养老', 'pension');
    insert into site.versions (site_version) values ('v1');
    insert into ops.runs (step, month, as_of, site_version, outcome)
    values ('reconcile', '2024-06', '2024-06-30', 'v1', 'done')
"""
ITEM = {
    "kind": "bank_received_not_booked", "amount": "5.00", "booked_on": "2024-06-20", "reference": None,
    "age_days": 10,
}  # fmt: skip


def items(*more: dict[str, object]) -> str:
    return json.dumps([ITEM | changed for changed in more])


@pytest.fixture
def city(built):
    """A month with two accounts, of which one is asked for its statement, and one four-way step."""
    with built.connect() as connection:
        connection.execute(TABLES)
        for account, is_asked in (("A", True), ("B", False)):
            connection.execute(
                "insert into reconciliation.results values (%s, 'balance_statement', '230602', '110', %s,"
                " 'bank', 'book', 10, 5, 5, 'balanced', %s)",
                (MONTH, account, items({}, {"amount": "0.00", "kind": "hand_matched"}, {})),
            )
            connection.execute(
                "insert into reconciliation.statement_accounts values"
                " (%s, %s, '230602', '110', 'income', '银行', %s)",
                (MONTH, account, is_asked),
            )
        connection.execute(
            "insert into reconciliation.results values (%s, 'four_way', '230602', '110', null, 'tax',"
            " 'agency', 15, 0, 15, 'differs', %s)",
            (MONTH, items({"reference": "E"}, {"reference": "P"}, {"reference": "N"})),
        )
        for payer in (
            ("E", "employer", "E1", "某某有限公司"), ("P", "person", "P1", "王小明"),
            ("N", "unknown", "640301199001010011", None),
        ):  # fmt: skip
            connection.execute(
                "insert into reconciliation.four_way_payers values (%s, %s, %s, %s, %s)", (MONTH, *payer)
            )
    return built


def read(city, account_no: str | None = None):
    with city.connect() as connection:
        return statements_of(connection, month=MONTH, site_version="v1", account_no=account_no)


def test_statement_is_drawn_of_accounts_that_are_asked_for_it_and_of_any_by_its_number(city):
    assert [account.account_no for account in read(city).accounts] == ["A"]
    assert [account.account_no for account in read(city, "B").accounts] == ["B"]
    assert read(city, "B").steps == ()


def test_entries_alike_in_all_an_item_says_are_each_named_once(city):
    with city.connect() as connection:
        for account, entry, voucher, counterparty, purpose in (
            ("A", "e1", "V1", None, "one"),
            ("A", "e2", None, "王小明", None),
            ("B", "e3", "V3", None, "three"),
        ):  # fmt: skip
            connection.execute(
                "insert into reconciliation.statement_items values (%s, %s, 'bank', %s,"
                " 'bank_received_not_booked', '2024-06-20', 5, null, %s, %s, %s)",
                (MONTH, account, entry, voucher, counterparty, purpose),
            )
    (account,) = read(city).accounts
    assert [(item.side, item.document, item.purpose) for item in account.items] == [
        ("bank", "V1", "one"), ("", None, None), ("bank", None, "王**"),
    ]  # fmt: skip


def test_payers_are_named_persons_masked_and_identity_numbers_too(city):
    (step,) = read(city).steps
    assert [item.payer for item in step.items] == ["某某有限公司", "P1 王**", "640301********0011"]


def test_last_register_line_of_the_month_stands_with_the_statement(city):
    with city.connect() as connection:
        for row, (month, number) in enumerate((("2024-06", "N1"), ("2024-06", "N2"), ("2024-05", "N3")), 2):
            connection.execute(
                "insert into site.statement_register (account_no, month, form, number, received_on,"
                " received_by, closing_balance, _site_version, _row)"
                " values ('A', %s, 'stamped', %s, '2024-07-03', '李四', '10.00', 'v1', %s)",
                (month, number, row),
            )
    receipt = read(city).accounts[0].receipt
    assert dataclasses.astuple(receipt) == ("stamped", "N2", "2024-07-03", "李四", Decimal("10.00"))


def test_content_with_statements_is_stored_and_made_again_equal(city):
    with city.connect() as connection:
        content = collect(connection, month=MONTH, site_version="v1", as_of=date(2024, 6, 30))
        assert content.statements.accounts
        assert content.statements.steps
        put_off_guards(connection)
        store_content(connection, 1, content)
        assert stored_content(connection, 1) == content
        assert stored_statements(connection, 1) == content.statements
        connection.rollback()


def test_statements_of_a_publication_are_none_where_its_version_stored_none(city):
    with city.connect() as connection:
        put_off_guards(connection)
        for number, content in ((1, '{"statements": null}'), (2, '{"cells": []}')):
            connection.execute(
                "insert into ops.publication_content (number, content) values (%s, %s)", (number, content)
            )
        assert stored_statements(connection, 1) == Statements((), (), (), ())
        assert stored_statements(connection, 2) is None
        assert stored_statements(connection, 3) is None
        connection.rollback()


def test_month_that_was_not_reconciled_has_none(built):
    with built.connect() as connection:
        assert statements_of(connection, month=MONTH, site_version="v1") is None

"""The balance statement of an account and month, as reconcile stated it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg
from psycopg.rows import class_row

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound


@dataclass(frozen=True)
class StatementItem:
    """An item: ``amount`` is signed as the bank's balance less that of the books, in yuan.

    ``entry`` is the name that ``fundwatch match`` takes; of what a hand match leaves it is its first entry,
    and ``match_id`` the number of the match.
    """

    kind: str
    entry: str
    booked_on: date
    amount: Decimal
    reference: str | None
    voucher_no: str | None
    counterparty_name: str | None
    purpose: str | None
    age_days: int
    is_old: bool
    match_id: str | None


@dataclass(frozen=True)
class Statement:
    """The bank's balance against that of the books; an amount is None when its feed has not arrived."""

    month: str
    account_no: str
    division: str | None
    fund: str | None
    status: str
    bank_amount: Decimal | None
    book_amount: Decimal | None
    difference: Decimal | None
    items: tuple[StatementItem, ...]


def read_statement(warehouse: Warehouse, *, account: str, month: str) -> Statement:
    """Return the balance statement of an account at the end of ``month``.

    Source: reconciliation.results and reconciliation.statement_items, as the month was reconciled last.
    Raises: NotFound when the month has no statement of that account.
    """
    with warehouse.connect() as connection:
        statement = _stated(connection, account=account, month=month)
        if statement is None:
            raise NotFound(
                f"{month} has no balance statement of that account",
                next_step=f"Run fundwatch reconcile --month {month}, or take the number from accounts.csv",
            )
        with connection.cursor(row_factory=class_row(StatementItem)) as cursor:
            items = cursor.execute(_ITEMS, {"account": account, "month": month}).fetchall()
    division, fund, status, bank, book, difference = statement
    listed = tuple(items) if status != "not_received" else ()
    return Statement(month, account, division, fund, status, bank, book, difference, listed)


def _stated(connection: psycopg.Connection, *, account: str, month: str) -> tuple | None:
    ((relation,),) = connection.execute("select to_regclass('reconciliation.statement_items')")
    if relation is None:
        return None
    return connection.execute(_STATED, {"account": account, "month": month}).fetchone()


_STATED = """
    select division, scheme, status, amount_a, amount_b, difference
    from reconciliation.results
    where month = %(month)s and check_name = 'balance_statement' and account_no = %(account)s
"""
_ITEMS = """
    select kind, entry_id as entry, booked_on, amount, reference, voucher_no, counterparty_name, purpose,
        age_days, is_old, match_id
    from reconciliation.statement_items
    where month = %(month)s and account_no = %(account)s
    order by kind collate "C", booked_on, reference collate "C" nulls last, amount, entry_id collate "C"
"""

"""What the statements R6 and R7 show: balances of accounts, the money among the four parties, their items."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from reporting.masking import masked_name, masked_number

BANK, BOOK = "bank", "book"
NOT_RECEIVED = "not_received"
_IDENTITY = re.compile("[0-9]{15}|[0-9]{17}[0-9Xx]")
_SHORT = 4  # and so may a name of so few characters


@dataclass(frozen=True)
class StatementItem:
    """An item of a balance statement; ``amount`` is signed as the bank's balance less that of the books.

    ``side`` is who knows of it, empty where a group of entries of both sides left it.
    """

    kind: str
    amount: Decimal
    booked_on: date | None
    reference: str | None
    age_days: int | None
    side: str = ""
    document: str | None = None
    purpose: str | None = None


@dataclass(frozen=True)
class StatementReceipt:
    """The bank's statement as the site's register has it: its form, number, and when it came."""

    form: str
    number: str
    received_on: str
    received_by: str
    closing_balance: Decimal | None


@dataclass(frozen=True)
class BalanceStatement:
    """An account with the balances of bank and books; a balance that was not received is None, yuan."""

    account_no: str
    division: str
    fund: str
    kind: str
    bank: str
    bank_amount: Decimal | None
    book_amount: Decimal | None
    difference: Decimal | None
    status: str
    items: tuple[StatementItem, ...]
    receipt: StatementReceipt | None = None


@dataclass(frozen=True)
class FourWayItem:
    """An item of a step; ``payer`` is a name, that of a person masked, or a number as it was written."""

    kind: str
    amount: Decimal
    booked_on: date | None
    reference: str | None
    age_days: int | None
    payer: str = ""


@dataclass(frozen=True)
class FourWayStep:
    """Two parties of one fiscal division and scheme; an amount that was not received is None, yuan."""

    division: str
    scheme: str
    party_a: str
    party_b: str
    amount_a: Decimal | None
    amount_b: Decimal | None
    difference: Decimal | None
    status: str
    items: tuple[FourWayItem, ...]


@dataclass(frozen=True)
class Named:
    """A division or a scheme with its names."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Statements:
    """The balance statements of a month and the steps of its four-way comparison, with names for both."""

    accounts: tuple[BalanceStatement, ...]
    steps: tuple[FourWayStep, ...]
    divisions: tuple[Named, ...]
    schemes: tuple[Named, ...]


def statements_of(
    connection: psycopg.Connection, *, month: str, site_version: str, account_no: str | None = None
) -> Statements | None:
    """Return the statements of a month as it was reconciled last; None where it never was.

    Shape:  balance statements of the accounts of which the bank's statement is asked, of one account where
            ``account_no`` is given, asked or not; all steps of the four-way comparison.
    """
    wanted: dict[str, object] = {"month": month, "version": site_version, "account": account_no}
    ((is_reconciled,),) = connection.execute(_IS_RECONCILED, wanted)
    if not is_reconciled:
        return None
    return Statements(
        accounts=tuple(_accounts(connection, wanted)),
        steps=tuple(_steps(connection, wanted)),
        divisions=tuple(Named(*row) for row in connection.execute(_DIVISIONS, wanted)),
        schemes=tuple(Named(*row) for row in connection.execute(_SCHEMES)),
    )


def _accounts(connection: psycopg.Connection, wanted: Mapping[str, object]) -> Iterable[BalanceStatement]:
    written = defaultdict(list)
    for account_no, *key, side, document, purpose, counterparty in connection.execute(_ENTRIES, wanted):
        written[account_no, *key].append((side, document, purpose or _counterparty(counterparty)))
    receipts = _receipts(connection, wanted)
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_ACCOUNTS, wanted):
            account_no = row["account_no"]
            items = tuple(_item(stated, account_no, written) for stated in json.loads(row.pop("items")))
            yield BalanceStatement(**row, items=items, receipt=receipts.get(account_no))


def _item(
    stated: Mapping[str, Any], account_no: str, written: Mapping[tuple[Any, ...], list[tuple[Any, ...]]]
) -> StatementItem:
    """Return an item with what its entry says; of entries alike in all an item states each is taken once."""
    kind, amount, booked_on, reference, age_days = _stated(stated)
    entries = written.get((account_no, kind, amount, booked_on, reference))
    details = entries.pop(0) if entries else ("", reference, None)
    return StatementItem(kind, amount, booked_on, reference, age_days, *details)


def _counterparty(name: str | None) -> str | None:
    """Return the name of a counterparty; one as short as a person's is masked."""
    return name and (masked_name(name) if len(name) <= _SHORT else name)


def _stated(item: Mapping[str, Any]) -> tuple[str, Decimal, date | None, str | None, int | None]:
    booked_on = item["booked_on"]
    return (
        item["kind"], Decimal(item["amount"]), date.fromisoformat(booked_on) if booked_on else None,
        item["reference"], item["age_days"],
    )  # fmt: skip


def _receipts(connection: psycopg.Connection, wanted: Mapping[str, object]) -> dict[str, StatementReceipt]:
    """Return the register of statements received; empty for a site without one."""
    ((relation,),) = connection.execute("select to_regclass('site.statement_register')")
    if relation is None:
        return {}
    return {account_no: StatementReceipt(*row) for account_no, *row in connection.execute(_REGISTER, wanted)}


def _steps(connection: psycopg.Connection, wanted: Mapping[str, object]) -> Iterable[FourWayStep]:
    payers = {
        reference: _payer(kind, number or "", name)
        for reference, kind, number, name in connection.execute(_PAYERS, wanted)
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_STEPS, wanted):
            stated = [_stated(item) for item in json.loads(row.pop("items"))]
            items = tuple(FourWayItem(*item, payer=payers.get(item[3] or "", "")) for item in stated)
            yield FourWayStep(**row, items=items)


def _payer(kind: str, number: str, name: str | None) -> str:
    if name and kind == "employer":
        return name
    if name and kind == "person":
        return f"{number} {masked_name(name)}"
    return masked_number(number) if _IDENTITY.fullmatch(number) else number


_IS_RECONCILED = """
select to_regclass('reconciliation.statement_accounts') is not null and exists (
    select from ops.runs where month = %(month)s and step = 'reconcile' and outcome = 'done'
)
"""
_ACCOUNTS: LiteralString = """
select results.account_no, coalesce(results.division, '') as division,
    coalesce(results.scheme, '') as fund, coalesce(accounts.kind, '') as kind,
    coalesce(accounts.bank, '') as bank, results.amount_a as bank_amount,
    results.amount_b as book_amount, results.difference, results.status, results.items
from reconciliation.results as results
join reconciliation.statement_accounts as accounts
    on accounts.month = results.month and accounts.account_no = results.account_no
where results.month = %(month)s and results.check_name = 'balance_statement'
    and case
        when %(account)s::text is null then accounts.is_asked else results.account_no = %(account)s
    end
order by results.division collate "C", results.scheme collate "C", accounts.kind collate "C",
    results.account_no collate "C"
"""
_ENTRIES: LiteralString = """
select account_no, kind, amount, booked_on, reference, side, coalesce(voucher_no, reference), purpose,
    counterparty_name
from reconciliation.statement_items
where month = %(month)s and (%(account)s::text is null or account_no = %(account)s)
order by side, entry_id
"""
_REGISTER: LiteralString = """
select distinct on (account_no) account_no, coalesce(form, ''), coalesce(number, ''),
    coalesce(received_on::text, ''), coalesce(received_by, ''), closing_balance::numeric
from site.statement_register
where _site_version = %(version)s and month = %(month)s
order by account_no, _row desc
"""
_STEPS: LiteralString = """
select coalesce(division, '') as division, coalesce(scheme, '') as scheme, party_a, party_b, amount_a,
    amount_b, difference, status, items
from reconciliation.results
where month = %(month)s and check_name = 'four_way' and %(account)s::text is null
order by division collate "C", scheme collate "C", party_a collate "C", party_b collate "C"
"""
_PAYERS: LiteralString = """
select reference, payer_kind, payer_id, payer_name from reconciliation.four_way_payers
where month = %(month)s and %(account)s::text is null
"""
_DIVISIONS: LiteralString = """
select distinct on (division) division, coalesce(name_zh, division), coalesce(name_en, name_zh, division)
from site.divisions where _site_version = %(version)s and division is not null
order by division, _row
"""
_SCHEMES: LiteralString = """
select code, coalesce(label_zh, code), coalesce(label_en, label_zh, code)
from staging_site.standard_codes where class = 'AAE140' order by code
"""

"""Which balance statements of a month keep its publication from being approved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString

import psycopg

_NOT_IN_ORDER = ("unbalanced", "not_received")


@dataclass(frozen=True)
class _Stated:
    """A statement that is asked for, and what the site's register says of it; amounts in yuan."""

    account_no: str
    status: str
    bank_amount: Decimal | None
    is_registered: bool
    registered_amount: Decimal | None


def statement_faults_of(connection: psycopg.Connection, *, month: str, site_version: str) -> tuple[str, ...]:
    """Return what is wrong with the statements of a month, as ``account fault``; nothing before reconcile.

    Source: reconciliation.results, reconciliation.statement_accounts (of which accounts a statement is
            asked), site.statement_register (of several lines the last).
    Shape:  faults are unbalanced, not_received, not_registered, other_balance (in the register) and
            no_balance (the register leaves it empty); one that was not received has no other.
    """
    ((relation,),) = connection.execute("select to_regclass('reconciliation.statement_accounts')")
    if relation is None:
        return ()
    rows = connection.execute(_STATED, {"month": month, "site": site_version}).fetchall()
    return tuple(
        f"{stated.account_no} {fault}"
        for stated in (_Stated(*row) for row in rows)
        for fault in _faults(stated)
    )


def _faults(stated: _Stated) -> list[str]:
    faults = [stated.status] if stated.status in _NOT_IN_ORDER else []
    if stated.status == "not_received":
        return faults
    if not stated.is_registered:
        return [*faults, "not_registered"]
    if stated.registered_amount is None:
        return [*faults, "no_balance"]
    return faults if stated.registered_amount == stated.bank_amount else [*faults, "other_balance"]


# Of a month that was reconciled before it was kept of which accounts a statement is asked, all are.
_STATED: LiteralString = """
with register as (
    select distinct on (account_no) account_no, closing_balance
    from site.statement_register
    where _site_version = %(site)s and month = %(month)s
    order by account_no, _row desc
)
select results.account_no, results.status, results.amount_a, register.account_no is not null,
    register.closing_balance::numeric
from reconciliation.results
left join reconciliation.statement_accounts as accounts
    on accounts.month = results.month and accounts.account_no = results.account_no
left join register on register.account_no = results.account_no
where results.month = %(month)s and results.check_name = 'balance_statement'
    and coalesce(accounts.is_asked, true)
order by results.account_no collate "C"
"""

"""What the banks send: account statements, and what became of the payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.files import grammar
from ingestion.files.contract import Accepted, Field, Format, Landing, Values, lands_as_written

_ENTRY = (
    Field("account_no", required=True),
    Field("booked_on", "date", required=True),
    Field("value_on", "date"),
    Field("amount", "amount", required=True),
    Field("direction", "code", required=True, codes=frozenset({"C", "D"})),
    Field("counterparty_name"),
    Field("counterparty_account"),
    Field("reference"),
    Field("purpose"),
    Field("balance_after", "amount"),
)

_RETURN = (
    Field("payment_id", required=True),
    Field("account_no"),
    Field("payee_name"),
    Field("amount", "amount", required=True),
    Field("result", "code", required=True, codes=frozenset({"paid", "returned"})),
    Field("reason"),
    Field("value_on", "date"),
)

_STATEMENT_COLUMNS = (
    "account_no", "currency", "opening_balance", "opening_on", "closing_balance", "closing_on",
)  # fmt: skip


def _credit_less_debit(values: Values) -> int | None:
    """Return an entry in cents, credits positive, debits negative."""
    size = grammar.cents(values["amount"] or "")
    sign = {"C": 1, "D": -1}.get(grammar.code(values["direction"] or ""))
    return None if size is None or sign is None else sign * size


def _balance_after(values: Values) -> int | None:
    return grammar.cents(values["balance_after"] or "")


def _account(values: Values) -> str:
    return grammar.code(values["account_no"] or "")


def _chain(entries: Sequence[Values]) -> bool:
    """Return whether each balance is the one before, of the same account, plus or minus the amount.

    Where an amount or a balance cannot be read the chain begins anew.
    """
    last: dict[str, int | None] = {}
    for values in entries:
        amount, balance = _credit_less_debit(values), _balance_after(values)
        before = last.get(_account(values))
        if None not in (before, amount, balance) and before + amount != balance:
            return False
        last[_account(values)] = balance
    return True


@dataclass
class _Statement:
    """One account's statement as its entries imply it; days as written."""

    line: int
    account_no: str
    opening_cents: int | None
    opening_on: str
    closing_cents: int | None = None
    closing_on: str | None = None


def _statements(accepted: Sequence[Accepted]) -> list[_Statement]:
    """Return one statement per account, opened by its first entry and closed by its last."""
    found: dict[str, _Statement] = {}
    for one in accepted:
        values, balance = one.values, _balance_after(one.values)
        account = _account(values)
        if account not in found:
            opening = None if balance is None else balance - _credit_less_debit(values)
            found[account] = _Statement(one.line, values["account_no"], opening, values["booked_on"])
        found[account].closing_cents, found[account].closing_on = balance, values["booked_on"]
    return list(found.values())


def _yuan(cents: int | None) -> str | None:
    if cents is None:
        return None
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _lands_statements(accepted: Sequence[Accepted]) -> list[Landing]:
    """Return the entries as written, and the statements they make up."""
    rows = [
        (
            one.line,
            (one.account_no, None, _yuan(one.opening_cents), one.opening_on,
             _yuan(one.closing_cents), one.closing_on),
        )
        for one in _statements(accepted)
    ]  # fmt: skip
    return [
        *lands_as_written("bank__statement_entry", _ENTRY)(accepted),
        Landing(table="bank__statement", columns=_STATEMENT_COLUMNS, rows=rows),
    ]


FORMATS = (
    Format(
        name="bank-statement-csv/1",
        feed="bank",
        layout="csv",
        fields=_ENTRY,
        cents_of=_credit_less_debit,
        balances=_chain,
        lands=_lands_statements,
    ),
    Format(
        name="payment-return-csv/1",
        feed="bank",
        layout="csv",
        fields=_RETURN,
        key="payment_id",
        cents_of=lambda values: grammar.cents(values["amount"] or ""),
        lands=lands_as_written("bank__payment_return", _RETURN),
    ),
)

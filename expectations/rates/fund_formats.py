"""The formats of fund data for the rates: their landing tables, and the columns every row must fill.

The columns are those docs/feeds requires of every row; a test compares them with the contracts of landing.
"""

from __future__ import annotations

from dataclasses import dataclass

from fundwatch.catalogue import Column


@dataclass(frozen=True)
class FundFormat:
    """A format's landing table, without its schema, and the columns every row must fill."""

    table: str
    required: tuple[Column, ...]


def _format(table: str, required: str) -> FundFormat:
    """Read ``column kind`` pairs; placeholders count in ids, accounts, names, dates and months alone."""
    pairs = [pair.split() for pair in required.split(",")]
    return FundFormat(table, tuple(Column(name, kind, required=True) for name, kind in pairs))


_STATEMENT = _format(
    "bank__statement_entry", "account_no account, booked_on date, amount amount, direction code"
)
FUND_FORMATS: dict[str, FundFormat] = {
    "tax-voucher-csv/1": _format(
        "tax__voucher",
        "voucher_no id, scheme code, month_from month, month_to month, kind code, amount amount,"
        " collected_on date, division division",
    ),
    "treasury-receipt-csv/1": _format(
        "tax__treasury_receipt",
        "receipt_no id, scheme code, amount amount, received_on date, division division",
    ),
    "camt.053/1": _STATEMENT,
    "mt940/1": _STATEMENT,
    "bank-statement-csv/1": _STATEMENT,
    "payment-return-csv/1": _format("bank__payment_return", "payment_id id, amount amount, result code"),
    "deposit-journal-csv/1": _format(
        "finance__deposit_journal", "booked_on date, account_no account, counter_kind code"
    ),
    "trial-balance-csv/1": _format(
        "finance__trial_balance", "month month, fund code, subject_code code, closing amount"
    ),
}

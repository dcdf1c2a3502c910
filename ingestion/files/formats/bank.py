"""Files of the banks: account statements and payment returns."""

from __future__ import annotations

from collections.abc import Callable

from ingestion.files.contract import AsWritten, Book, Field, Format, StatementReader
from ingestion.files.formats.statement_books import ImpliedBook, StatedBook, credit_less_debit

_ENTRY = (
    Field("account_no", "id", required=True),
    Field("booked_on", "date", required=True),
    Field("value_on", "date"),
    Field("amount", "amount", required=True),
    Field("direction", "code", required=True, codes=frozenset({"C", "D"})),
    Field("counterparty_name"),
    Field("counterparty_account", "id"),
    Field("reference"),
    Field("purpose"),
    Field("balance_after", "amount"),
)
# What a CSV has no column for.
_CODED_ENTRY = (*_ENTRY, Field("entry_code", "id"))

_RETURN = (
    Field("payment_id", "id", required=True),
    Field("account_no", "id"),
    Field("payee_name"),
    Field("amount", "amount", required=True),
    Field("result", "code", required=True, codes=frozenset({"paid", "returned"})),
    Field("reason", "id"),
    Field("value_on", "date"),
)


def _statement(
    name: str, layout: str, book: Callable[[StatementReader], Book], fields: tuple[Field, ...] = _CODED_ENTRY
) -> Format:
    """Return a format of account statements, which differ in their reader and in their book."""
    return Format(
        name=name,
        feed="bank",
        layout=layout,
        fields=fields,
        cents_of=credit_less_debit,
        book=book,
        lands=AsWritten("bank__statement_entry", fields),
    )


def _stated(reader: StatementReader) -> Book:
    return StatedBook(reader.statements)


FORMATS = (
    _statement("camt.053/1", "camt", _stated),
    _statement("mt940/1", "mt940", _stated),
    _statement("bank-statement-csv/1", "csv", lambda _reader: ImpliedBook(), _ENTRY),
    Format(
        name="payment-return-csv/1",
        feed="bank",
        layout="csv",
        fields=_RETURN,
        key=("payment_id",),
        amount="amount",
        lands=AsWritten("bank__payment_return", _RETURN),
    ),
)

"""Finds which voucher a receipt of the treasury belongs to, and which credit pays a batch of receipts.

Where neither names the other, amounts and days decide: pairs are chosen in a fixed order, the nearest first,
and what was chosen is not chosen again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import LiteralString, TypeVar

from fundwatch.database.warehouse import Warehouse

_First = TypeVar("_First")
_Second = TypeVar("_Second")
_LAYER = "reconciliation"
_VOUCHERS: LiteralString = """
    select receipts.receipt_no, vouchers.voucher_no
    from reconciliation.receipts as receipts
    join staging_tax.stg_tax__voucher as vouchers
        on receipts.scheme = vouchers.scheme and receipts.division = vouchers.division
        and receipts.amount = vouchers.amount and abs(vouchers.collected_on - receipts.received_on) <= 5
    where receipts.voucher_no is null
        and not exists (
            select from reconciliation.receipts as other where other.voucher_no = vouchers.voucher_no
        )
    order by abs(vouchers.collected_on - receipts.received_on), vouchers.voucher_no collate "C",
        receipts.receipt_no collate "C"
"""
# The receipts of a fiscal division, scheme and day that no credit names, and the credits of their sum.
_BATCHES: LiteralString = """
    with open_receipts as (
        select fiscal_division, fund, fund_scheme, transferred_on, receipt_no, amount
        from reconciliation.placed_receipts as receipts
        where fiscal_division is not null and transferred_on is not null
            and not exists (
                select from reconciliation.receipt_credits as named
                where named.receipt_no = receipts.receipt_no
            )
    ),
    batches as (
        select fiscal_division, fund, fund_scheme, transferred_on, sum(amount) as amount,
            array_agg(receipt_no order by receipt_no collate "C") as receipts
        from open_receipts group by fiscal_division, fund, fund_scheme, transferred_on
    )
    select batches.receipts, credits.entry_id
    from batches
    join reconciliation.treasury_credits as credits
        on credits.division = batches.fiscal_division and credits.fund = batches.fund
        and credits.amount = batches.amount and abs(credits.booked_on - batches.transferred_on) <= 5
    where not exists (
        select from reconciliation.receipt_credits as named where named.entry_id = credits.entry_id
    )
    order by abs(credits.booked_on - batches.transferred_on), batches.fiscal_division, batches.fund_scheme,
        batches.transferred_on, credits.booked_on, credits.place
"""


def prepare(warehouse: Warehouse) -> None:
    """Create the tables of pairs, which the models read; nothing happens the second time."""
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute(
            "create table if not exists reconciliation.receipt_vouchers ("
            " receipt_no text primary key, voucher_no text not null unique)"
        )
        connection.execute(
            "create table if not exists reconciliation.batch_credits ("
            " receipt_no text primary key, entry_id text not null)"
        )


def pair_with_vouchers(warehouse: Warehouse) -> None:
    """Pair the receipts that name no voucher with those of the same scheme, division and amount.

    Shape:  a voucher is collected at most five days before or after its receipt is received.
    Again:  all receipts are paired again and replace the old pairs in one transaction.
    """
    with warehouse.connect(layer=_LAYER) as connection:
        pairs: list[tuple[str, str]] = list(_chosen(connection.execute(_VOUCHERS)))
        connection.execute("truncate reconciliation.receipt_vouchers")
        with (
            connection.cursor() as cursor,
            cursor.copy("copy reconciliation.receipt_vouchers (receipt_no, voucher_no) from stdin") as copy,
        ):
            for pair in pairs:
                copy.write_row(pair)


def pair_with_credits(warehouse: Warehouse) -> None:
    """Pair the receipts of one fiscal division, scheme and day of transfer with the one credit of their sum.

    Shape:  the credit is booked at most five days from that day; credits that name a receipt are no such.
    Again:  all receipts are paired again and replace the old pairs in one transaction.
    """
    with warehouse.connect(layer=_LAYER) as connection:
        candidates = ((tuple(receipts), entry) for receipts, entry in connection.execute(_BATCHES))
        pairs = list(_chosen(candidates))
        connection.execute("truncate reconciliation.batch_credits")
        with (
            connection.cursor() as cursor,
            cursor.copy("copy reconciliation.batch_credits (receipt_no, entry_id) from stdin") as copy,
        ):
            for receipts, entry in pairs:
                for receipt in receipts:
                    copy.write_row((receipt, entry))


def _chosen(candidates: Iterable[tuple[_First, _Second]]) -> Iterator[tuple[_First, _Second]]:
    """Yield pairs in order; a side that was chosen once is not chosen again."""
    firsts: set[_First] = set()
    seconds: set[_Second] = set()
    for first, second in candidates:
        if first not in firsts and second not in seconds:
            firsts.add(first)
            seconds.add(second)
            yield first, second

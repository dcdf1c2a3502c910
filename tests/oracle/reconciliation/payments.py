"""Payments the bank speaks of, and those it does not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tests.oracle.ledgers import Payment
from tests.oracle.reconciliation.ground import Ground
from tests.oracle.reconciliation.rows import Item, Row, row
from tests.oracle.values import ZERO, day, file_amount

_WORDS = {
    ("paid", "1"): "paid_confirmed", ("paid", "0"): "paid_not_booked", ("paid", "2"): "paid_reversed",
    ("returned", "2"): "returned_reversed",
}  # fmt: skip


def payments_returned(ground: Ground) -> Iterator[Row]:
    """One row per record of the month's files, and per payment by bank in none."""
    payments = {payment.payment_id: payment for payment in ground.ledgers.payments if payment.payment_id}
    for month, division, cells in ground.returns:
        if month != ground.month:
            continue
        payment, amount = payments.get(cells["payment_id"]), file_amount(cells["amount"]) or ZERO
        if payment is None:
            status = "confirmed_unknown"
        elif payment.amount != amount:
            status = "amount_differs"
        else:
            status = _WORDS.get((cells["result"], payment.result), "returned_open")
        item = Item(cells["reason"] or cells["result"], amount, day(cells["value_on"]), cells["payment_id"])
        yield _row(ground, cells["payment_id"], payment, division, (amount, status), item)
    if not any(month == ground.month for month, _, _ in ground.returns) and not _has_file(ground):
        return
    spoken = {cells["payment_id"] for _, _, cells in ground.returns}
    for number, payment in payments.items():
        by_bank = payment.channel == "1" and payment.result == "1" and payment.booked == ground.month
        if by_bank and number not in spoken:
            item = Item("unconfirmed", payment.amount, None, number)
            yield _row(ground, number, payment, None, (ZERO, "unconfirmed"), item)


def _has_file(ground: Ground) -> bool:
    files = ground._files("bank", ("payment-return-csv/1",))
    return any(file.manifest.month == ground.month for file, _ in files)


def _row(
    ground: Ground,
    number: str,
    payment: Payment | None,
    division: str | None,
    confirmed: tuple[Decimal, str],
    item: Item,
) -> Row:
    amount, status = confirmed
    return row(
        "payments_returned", ("bank", "agency"), (amount, payment.amount if payment else ZERO), status,
        as_of=ground.as_of, division=(payment and payment.division) or division,
        scheme=payment and payment.scheme, subject=(payment and payment.person) or number,
        for_month=payment and payment.month, items=[] if status == "paid_confirmed" else [item],
    )  # fmt: skip

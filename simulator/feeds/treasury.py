"""What the treasury says it received of each voucher, and what it passes on to the fiscal accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from simulator import clock, parameters
from simulator.feeds.tax import Voucher
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.span import Span

RECEIPT_COLUMNS = (
    "receipt_no", "voucher_no", "scheme", "amount", "received_on", "transferred_on", "division",
)  # fmt: skip
# The treasury of one county names no vouchers; those of two pass injury premiums on one by one.
_NAMES_NO_VOUCHERS = (1,)
_PASSES_ON_SINGLY = (3, 4)
NEVER = 0


@dataclass(frozen=True)
class Receipt:
    """What the treasury received of one voucher, in cents; ``credit`` is the reference that pays it.

    ``credited_on`` is the day the fiscal account got it, or ``NEVER``; ``transferred_on`` what the treasury
    says of that.
    """

    county: int
    scheme: int
    receipt_no: str
    voucher_no: str
    amount: int
    received_on: int
    transferred_on: int
    credited_on: int
    credit: str

    @property
    def is_single(self) -> bool:
        """Whether a credit of its own pays it, which names it."""
        return self.credit == self.receipt_no


@dataclass(frozen=True)
class Credit:
    """What a fiscal account gets from the treasury: one sum, of one receipt or of a day's."""

    county: int
    scheme: int
    credited_on: int
    amount: int
    reference: str


def receipts_of(numbered: Sequence[tuple[str, Voucher]]) -> list[Receipt]:
    """Return a receipt per voucher: received the day after, passed on two days later in the same month."""
    receipts = [_receipt(number, voucher) for number, voucher in numbered]
    with_refunds = {receipt.credit for receipt in receipts if receipt.amount < 0}
    return [
        _singly(receipt)
        if receipt.county in _PASSES_ON_SINGLY
        and receipt.scheme == parameters.INJURY
        and receipt.credit not in with_refunds
        else receipt
        for receipt in receipts
    ]


def credits_of(receipts: Iterable[Receipt]) -> list[Credit]:
    """Return the treasury's transfers: the sum of all receipts that one credit pays."""
    paid: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.credited_on != NEVER:
            paid[receipt.credit].append(receipt)
    passed_on = [
        Credit(
            group[0].county,
            group[0].scheme,
            group[0].credited_on,
            sum(credit.amount for credit in group),
            name,
        )
        for name, group in sorted(paid.items())
    ]
    return [credit for credit in passed_on if credit.amount > 0]


def send_receipts(outbox: Outbox, span: Span, receipts: Sequence[Receipt]) -> None:
    """Write one receipt file per county and month received in."""
    by_file: dict[tuple[int, int], list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        by_file[clock.month_of(receipt.received_on), receipt.county].append(receipt)
    for month in span.numbers:
        for county, division in enumerate(parameters.COUNTIES):
            chosen = by_file[month, county]
            outbox.send(
                feed="tax", layout="treasury-receipt-csv/1", division=division, month=month,
                body=csv_bytes(RECEIPT_COLUMNS, map(_row, chosen), encoding="utf-8"), encoding="utf-8",
                rows=len(chosen), cents=sum(receipt.amount for receipt in chosen), suffix="csv",
            )  # fmt: skip


def credit_reference(county: int, scheme: int, day: int) -> str:
    """Return the reference of the credit that pays all receipts of a county, a scheme and a day."""
    return f"GK{parameters.COUNTIES[county]}{scheme}{day}"


def _receipt(number: str, voucher: Voucher) -> Receipt:
    received_on = clock.shift_day(voucher.collected_on, 1)
    passed_on = min(clock.shift_day(received_on, 2), clock.last_day_in(clock.month_of(received_on)))
    return Receipt(
        county=voucher.county,
        scheme=voucher.scheme,
        receipt_no=f"TR{number[2:]}",
        voucher_no="" if voucher.county in _NAMES_NO_VOUCHERS else number,
        amount=voucher.amount,
        received_on=received_on,
        transferred_on=passed_on,
        credited_on=passed_on,
        credit=credit_reference(voucher.county, voucher.scheme, passed_on),
    )


def _singly(receipt: Receipt) -> Receipt:
    return replace(receipt, credit=receipt.receipt_no)


def _row(receipt: Receipt) -> tuple[object, ...]:
    transferred_on = clock.day_text(receipt.transferred_on) if receipt.transferred_on else ""
    return (
        receipt.receipt_no, receipt.voucher_no, receipt.scheme, money_text(receipt.amount),
        clock.day_text(receipt.received_on), transferred_on, parameters.COUNTIES[receipt.county],
    )  # fmt: skip

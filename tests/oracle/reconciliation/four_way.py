"""Four ways, and how long the treasury took."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.reconciliation.ground import Ground
from tests.oracle.reconciliation.rows import Item, Row, row
from tests.oracle.reconciliation.treasury import pools, treasury_of
from tests.oracle.values import ZERO, month_of

IN_TIME = 10
STEPS = (("tax", "agency"), ("tax", "treasury"), ("treasury", "fiscal_account"))


def four_way(ground: Ground) -> Iterator[Row]:
    """Three rows per fiscal division and fund."""
    treasury = treasury_of(ground)
    steps = treasury.steps()
    for pool in pools(ground):
        tax, agency, received, fiscal = treasury.parties(pool)
        for parties, amounts, items in zip(
            STEPS, ((tax, agency), (tax, received), (received, fiscal)), steps, strict=True
        ):
            differences = [step.item for step in items.get(pool, [])]
            if None in amounts:
                status, differences = "not_received", []
            elif not differences:
                status = "agrees"
            else:
                known = all(item.kind in ("timing", "late_fee") for item in differences)
                status = "explained" if known else "differs"
            yield row(
                "four_way", parties, amounts, status, as_of=ground.as_of, division=pool[0], scheme=pool[1],
                items=differences,
            )  # fmt: skip


def treasury_delay(ground: Ground) -> Iterator[Row]:
    """One row per receipt late, or not credited in the month it was received in."""
    for passed in treasury_of(ground).passed:
        receipt, last = passed.receipt, passed.last
        account = min((entry.account for entry, _ in passed.credits), default=None)
        if account is None and passed.pool:
            account = min(ground.fiscal_accounts(*passed.pool))
        if receipt.amount <= 0 or account not in ground.bank_balances:
            continue
        if last is not None and month_of(last) != ground.month:
            continue
        days = ground.calendar.after(receipt.received, last or ground.as_of)
        if days is None:
            continue
        is_late = days > IN_TIME
        is_next = last is None or month_of(last) != month_of(receipt.received)
        if is_late or is_next:
            status = ("late_next_month" if is_next else "late") if is_late else "next_month"
            yield row(
                "treasury_delay", ("treasury", "fiscal_account"),
                (receipt.amount, sum((amount for _, amount in passed.credits), ZERO)), status,
                as_of=ground.as_of, division=receipt.division, scheme=receipt.scheme, subject=receipt.number,
                account_no=account,
                items=[Item("receipt", receipt.amount, receipt.received, receipt.number, days)],
            )  # fmt: skip

"""The statistics against the books: contributions in the order of the money, benefits by payment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.oracle.ledgers import Payment
from tests.oracle.reconciliation.accounts import groups, kind_of
from tests.oracle.reconciliation.ground import Account, Entry, Ground
from tests.oracle.reconciliation.review import booked_contributions
from tests.oracle.reconciliation.rows import Item, Row, row
from tests.oracle.reconciliation.treasury import Pool, pools, treasury_of
from tests.oracle.values import ZERO, month_of

INCOME, SPENDING = ("fiscal", "income"), ("expenditure",)


def statistics_against_books(ground: Ground) -> Iterator[Row]:
    """Two rows per fiscal division and fund whose accounts stand in the month's journals."""
    for pool in pools(ground):
        for indicator, kinds, statistics, books, items in (
            ("contributions_received", INCOME, _received, _booked, _contribution_items),
            ("benefits_paid", SPENDING, _paid, _spent, _benefit_items),
        ):
            accounts = [account for account in _accounts(ground, pool) if account.kind in kinds]
            if not any(account.number in ground.book_balances for account in accounts):
                continue
            a, b = statistics(ground, pool), books(ground, accounts)
            explaining = list(items(ground, pool, accounts))
            rest = a - b - sum((item.amount for item in explaining), ZERO)
            status = "explained" if explaining else "agrees"
            if rest:
                status, explaining = "unexplained", [*explaining, Item("unexplained", rest, None, None)]
            yield row(
                "statistics_against_books", ("statistics", "books"), (a, b), status, as_of=ground.as_of,
                division=pool[0], scheme=pool[1], subject=indicator, items=explaining,
            )  # fmt: skip


def _accounts(ground: Ground, pool: Pool) -> list[Account]:
    return [account for account in ground.accounts.values() if ground.pool_of_account(account) == pool]


def _entries(ground: Ground, accounts: list[Account], kinds: tuple[str, ...]) -> list[Entry]:
    numbers = {account.number for account in accounts}
    return [entry for entry in ground.book_of_month if entry.account in numbers and entry.kind in kinds]


def _received(ground: Ground, pool: Pool) -> Decimal:
    return sum(
        (
            booked.item.amount
            for booked in booked_contributions(ground)
            if booked.counts and ground.pool(booked.statistics_division, booked.scheme) == pool
        ),
        ZERO,
    )


def _booked(ground: Ground, accounts: list[Account]) -> Decimal:
    return sum((entry.amount for entry in _entries(ground, accounts, ("contribution", "refund"))), ZERO)


def _contribution_items(ground: Ground, pool: Pool, accounts: list[Account]) -> Iterator[Item]:
    for booked in booked_contributions(ground):
        stands = booked.payer is not None and ground.pool(booked.division, booked.scheme) == pool
        item = booked.item
        if stands and not booked.counts and item.amount:
            yield Item("not_in_statistics", -item.amount, item.day, item.reference)
    yield from _step_items(ground, pool)
    yield from _group_items(ground, accounts)


def _step_items(ground: Ground, pool: Pool) -> Iterator[Item]:
    treasury = treasury_of(ground)
    tax, agency, received, fiscal = treasury.parties(pool)
    heard = ((tax, agency), (tax, received), (received, fiscal))
    for sign, amounts, steps in zip((-1, 1, 1), heard, treasury.steps(), strict=True):
        for step in steps.get(pool, []):
            if None not in amounts and not step.is_late_fee:
                item = step.item
                yield Item(item.kind, sign * item.amount, item.day, item.reference)


def _group_items(ground: Ground, accounts: list[Account]) -> Iterator[Item]:
    passed_on = _passed_on(ground)
    numbers = {account.number for account in accounts}
    gathered = [group for number in numbers for group in groups(ground).get(number, [])]
    matched = {entry.name for group in gathered for entry in group}
    gathered += [
        [entry]
        for entry in (*ground.bank, *ground.book)
        if entry.account in numbers and entry.name not in matched
    ]
    of_books = {entry.name for entry in _entries(ground, accounts, ("contribution", "refund"))}
    for group in gathered:
        amount = sum((passed_on.get(entry.name, ZERO) for entry in group), ZERO)
        amount -= sum((entry.amount for entry in group if entry.name in of_books), ZERO)
        is_credit = {entry.name for entry in treasury_of(ground).credits}
        speaker = min(
            group,
            key=lambda entry: (entry.name not in is_credit, entry.side != "book", entry.day, entry.place),
        )
        if speaker.name not in matched:
            kind = kind_of(speaker)
        elif speaker.name not in is_credit:
            kind = "direct"
        else:
            kind = "timing" if len({month_of(entry.day) for entry in group}) > 1 else "misbooked"
        reference = speaker.reference or (speaker.voucher_no if speaker.side == "book" else None)
        if amount:
            yield Item(kind, amount, speaker.day, reference)


def _passed_on(ground: Ground) -> dict[str, Decimal]:
    """What the treasury credited in the month, less late fees, by entry."""
    treasury = treasury_of(ground)
    amounts = {entry.name: entry.amount for entry in treasury.credits if month_of(entry.day) == ground.month}
    for passed in treasury.passed:
        for entry, amount in passed.credits:
            if passed.paid is not None and passed.paid.is_late_fee and entry.name in amounts:
                amounts[entry.name] -= amount
    return amounts


def _paid(ground: Ground, pool: Pool) -> Decimal:
    return sum(
        (
            payment.amount
            for payment in ground.ledgers.payments
            if _is_paid(ground, payment) and ground.pool(payment.division, payment.scheme) == pool
        ),
        ZERO,
    )


def _is_paid(ground: Ground, payment: Payment) -> bool:
    return payment.counts and payment.booked == ground.month and payment.result == "1"


def _spent(ground: Ground, accounts: list[Account]) -> Decimal:
    return -sum((entry.amount for entry in _entries(ground, accounts, ("benefit",))), ZERO)


def _benefit_items(ground: Ground, pool: Pool, accounts: list[Account]) -> Iterator[Item]:
    payments = {payment.payment_id: payment for payment in ground.ledgers.payments if payment.payment_id}
    own: dict[str, list[Entry]] = defaultdict(list)
    for entry in _entries(ground, accounts, ("benefit",)):
        if entry.reference in payments:
            own[entry.reference].append(entry)
    repeated = _repeats(ground)
    for number, payment in payments.items():
        stands = payment.booked == ground.month and ground.pool(payment.division, payment.scheme) == pool
        if not stands and number not in own:
            continue
        in_batch = stands and payment.result in ("1", "2") and number not in repeated
        amount = sum((entry.amount for entry in own[number]), ZERO)
        amount += payment.amount if stands and _is_paid(ground, payment) else ZERO
        amount -= payment.amount if in_batch else ZERO
        came_back = any(entry.amount > 0 for entry in own[number])
        kind = _kind(ground, payment, amount, in_batch=in_batch, came_back=came_back)
        if amount:
            yield Item(kind, amount, min((entry.day for entry in own[number]), default=None), number)


def _kind(ground: Ground, payment: Payment, amount: Decimal, *, in_batch: bool, came_back: bool) -> str:
    if payment.booked != ground.month:
        return "timing"
    if payment.result == "1" and came_back and amount == payment.amount:
        return "returned_open"
    if payment.result == "2" and amount == -payment.amount:
        return "return_not_booked"
    if payment.result == "1" and not in_batch and amount == payment.amount:
        return "not_booked"
    return "amount_differs"


def _repeats(ground: Ground) -> set[str]:
    """Payments that repeat one that came back: same entitlement, same month paid for."""
    raw = {line.AAZ220: line.AAZ257 for line in ground.ledgers.batch.current["AC82"]}
    known = [payment for payment in ground.ledgers.payments if payment.payment_id and payment.booked]
    repeated = set()
    for first in known:
        if first.result != "2" or first.month is None or raw[first.payment_id] is None:
            continue
        for payment in known:
            is_same = (raw[payment.payment_id], payment.month) == (raw[first.payment_id], first.month)
            if not is_same or payment.payment_id == first.payment_id:
                continue
            in_month = payment.result == "1" or first.payment_id < payment.payment_id
            if first.booked < payment.booked or (first.booked == payment.booked and in_month):
                repeated.add(payment.payment_id)
    return repeated

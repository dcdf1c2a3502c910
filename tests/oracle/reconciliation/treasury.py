"""Vouchers, receipts and the credits of fiscal accounts: what belongs together, and what stands alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.oracle.reconciliation.ground import Entry, Ground, Receipt
from tests.oracle.reconciliation.review import (
    Paid,
    booked_contributions,
    paid_vouchers,
    review,
    row_divisions,
    stood_alone,
)
from tests.oracle.reconciliation.rows import Item
from tests.oracle.values import ZERO, day, month_of

DAYS = 5
Pool = tuple[str, str]


@dataclass(frozen=True)
class Step:
    """An item of a step, and whether it is of a late fee."""

    item: Item
    is_late_fee: bool = False


@dataclass(frozen=True)
class Passed:
    """A receipt with its voucher, where it pools, and what was credited of it: entry and amount."""

    receipt: Receipt
    paid: Paid | None
    pool: Pool | None
    credits: tuple[tuple[Entry, Decimal], ...]

    def credited(self, month: str) -> Decimal:
        """What was credited in a month."""
        return sum((amount for entry, amount in self.credits if month_of(entry.day) == month), ZERO)

    @property
    def last(self) -> date | None:
        """The day of the last credit."""
        return max((entry.day for entry, _ in self.credits), default=None)


class Treasury:
    """Receipts and credits up to a month, each with what it belongs to."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.paid = {paid.voucher.voucher_no: paid for paid in paid_vouchers(ground)}
        divisions = row_divisions(ground)
        self.pools = {
            number: ground.pool(divisions[number], paid.root.scheme) for number, paid in self.paid.items()
        }
        self.credits = [entry for entry in ground.bank if self._is_credit(entry)]
        self.passed = self._passed()
        used = {entry for passed in self.passed for entry, _ in passed.credits}
        self.lone = [
            entry for entry in self.credits if entry not in used and month_of(entry.day) == ground.month
        ]

    def _is_credit(self, entry: Entry) -> bool:
        account = self.ground.accounts.get(entry.account)
        name = entry.counterparty or ""
        is_fiscal = account is not None and account.kind == "fiscal"
        return is_fiscal and entry.amount > 0 and ("国库" in name or "金库" in name)

    def _vouchers(self) -> dict[str, Paid]:
        receipts = self.ground.receipts
        named = {receipt.voucher_no for receipt in receipts}
        pairs = sorted(
            (abs((day(paid.voucher.collected_on) - receipt.received).days), number, receipt.number)
            for receipt in receipts
            if receipt.voucher_no is None
            for number, paid in self.paid.items()
            if number not in named
            and (paid.voucher.scheme, paid.voucher.division, paid.voucher.amount)
            == (receipt.scheme, receipt.division, receipt.amount)
            and abs((day(paid.voucher.collected_on) - receipt.received).days) <= DAYS
        )
        vouchers = {
            receipt.number: self.paid[receipt.voucher_no]
            for receipt in receipts
            if receipt.voucher_no in self.paid
        }
        taken: set[str] = set()
        for _, voucher, receipt in pairs:
            if voucher not in taken and receipt not in vouchers:
                vouchers[receipt] = self.paid[voucher]
                taken.add(voucher)
        return vouchers

    def _passed(self) -> list[Passed]:
        ground, vouchers = self.ground, self._vouchers()
        placed = []
        for receipt in ground.receipts:
            paid = vouchers.get(receipt.number)
            pool = (
                ground.pool(receipt.division, receipt.scheme)
                if paid is None
                else self.pools[paid.voucher.voucher_no]
            )
            placed.append((receipt, paid, pool))
        credited: dict[str, list[tuple[Entry, Decimal]]] = defaultdict(list)
        used = set()
        for receipt, _, pool in placed:
            for entry in self.credits:
                if (
                    pool
                    and entry.reference == receipt.number
                    and ground.accounts[entry.account].fund == pool[1]
                ):
                    credited[receipt.number].append((entry, entry.amount))
                    used.add(entry)
        batches: dict[tuple, list[Receipt]] = defaultdict(list)
        for receipt, paid, pool in placed:
            if pool and receipt.transferred and receipt.number not in credited:
                scheme = receipt.scheme if paid is None else paid.root.scheme
                batches[pool, scheme, receipt.transferred].append(receipt)
        pairs = sorted(
            (
                (abs((entry.day - when).days), pool[0], scheme, when, entry.day, entry.place, entry, receipts)
                for (pool, scheme, when), receipts in batches.items()
                for entry in self.credits
                if entry not in used
                and (ground.accounts[entry.account].division, ground.accounts[entry.account].fund) == pool
                and entry.amount == sum((receipt.amount for receipt in receipts), ZERO)
                and abs((entry.day - when).days) <= DAYS
            ),
            key=lambda pair: pair[:6],
        )
        for *_, entry, receipts in pairs:
            if entry not in used and receipts[0].number not in credited:
                used.add(entry)
                for receipt in receipts:
                    credited[receipt.number].append((entry, receipt.amount))
        return [
            Passed(receipt, paid, pool, tuple(credited.get(receipt.number, ())))
            for receipt, paid, pool in placed
        ]

    # The three steps.

    def with_agency(self) -> Iterator[tuple[Pool, Step]]:
        """Items between tax and agency."""
        ground, alone = self.ground, stood_alone(self.ground)
        for (subject, scheme, month, _), reviewed in review(ground).items():
            pool = ground.pool(reviewed.division, scheme)
            if reviewed.status == "matched" or pool is None:
                continue
            kind = reviewed.status
            if kind == "tax_only" and all(ground.in_last_days(item.day) for item in reviewed.tax):
                kind = "timing"
            if kind != "late_fee" and alone.get((subject, scheme, month)) == -reviewed.difference:
                kind = "timing"
            item = Item(kind, reviewed.difference, min(reviewed.days, default=None), f"{subject}/{month}")
            yield pool, Step(item, reviewed.is_late_fee)
        for number, paid in self.paid.items():
            if paid.is_lost and paid.voucher.file_month == ground.month and self.pools[number]:
                yield self.pools[number], Step(Item("open", *_what(paid)))

    def with_treasury(self) -> Iterator[tuple[Pool, Step]]:
        """Items between tax and treasury."""
        month = self.ground.month
        by_voucher: dict[str, list[Passed]] = defaultdict(list)
        for passed in self.passed:
            if passed.paid is not None:
                by_voucher[passed.paid.voucher.voucher_no].append(passed)
        for number, paid in self.paid.items():
            pool = self.pools[number]
            if paid.voucher.file_month == month and pool is not None:
                for kind, amount in self._of_voucher(paid, by_voucher[number]):
                    yield pool, Step(Item(kind, amount, _what(paid)[1], number), paid.is_late_fee)
        for passed in self.passed:
            receipt, paid = passed.receipt, passed.paid
            if passed.pool is None or month_of(receipt.received) != month:
                continue
            if paid is None:
                yield passed.pool, Step(Item("open", -receipt.amount, receipt.received, receipt.number))
            elif paid.voucher.file_month != month:
                item = Item("timing", -receipt.amount, receipt.received, paid.voucher.voucher_no)
                yield passed.pool, Step(item, paid.is_late_fee)

    def _of_voucher(self, paid: Paid, receipts: list[Passed]) -> Iterator[tuple[str, Decimal]]:
        """Kind and amount of what a voucher of the month is more than the month's receipts of it."""
        month, amount = self.ground.month, paid.voucher.amount
        now = [receipt.receipt.amount for receipt in receipts if month_of(receipt.receipt.received) == month]
        earlier = [
            receipt.receipt.amount for receipt in receipts if month_of(receipt.receipt.received) != month
        ]
        if not receipts:
            yield ("timing" if self.ground.in_last_days(_what(paid)[1]) else "open"), amount
        elif not now:
            yield "timing", amount
        else:
            if earlier:
                yield "timing", sum(earlier, ZERO)
            if amount != sum((*now, *earlier), ZERO):
                yield "amount_differs", amount - sum((*now, *earlier), ZERO)

    def with_accounts(self) -> Iterator[tuple[Pool, Step]]:
        """Items between treasury and fiscal account."""
        for passed in self.passed:
            if passed.pool is not None:
                is_late = passed.paid is not None and passed.paid.is_late_fee
                for kind, amount in self._of_receipt(passed):
                    yield (
                        passed.pool,
                        Step(Item(kind, amount, passed.receipt.received, passed.receipt.number), is_late),
                    )
        for entry in self.lone:
            pool = self.ground.pool_of_account(self.ground.accounts[entry.account])
            yield pool, Step(Item("open", -entry.amount, entry.day, entry.reference))

    def _of_receipt(self, passed: Passed) -> Iterator[tuple[str, Decimal]]:
        """Kind and amount of what a receipt of the month is more than the month's credits of it."""
        receipt, month = passed.receipt, self.ground.month
        now = passed.credited(month)
        before = sum((amount for _, amount in passed.credits), ZERO) - now
        if month_of(receipt.received) != month:
            if now:
                yield "timing", -now
        elif not passed.credits:
            yield ("timing" if self.ground.in_last_days(receipt.received) else "open"), receipt.amount
        elif now == 0 and before:
            yield "timing", receipt.amount
        else:
            if before:
                yield "timing", before
            if receipt.amount != now + before:
                yield "amount_differs", receipt.amount - now - before

    def steps(self) -> list[dict[Pool, list[Step]]]:
        """The items of the three rows of each fiscal division and fund."""
        pools = []
        for items in (self.with_agency(), self.with_treasury(), self.with_accounts()):
            by_pool: dict[Pool, list[Step]] = defaultdict(list)
            for pool, item in items:
                by_pool[pool].append(item)
            pools.append(by_pool)
        return pools

    def parties(self, pool: Pool) -> tuple[Decimal | None, ...]:
        """What tax, agency, treasury and fiscal account name for a fiscal division and fund."""
        ground, month = self.ground, self.ground.month
        tax = agency = treasury = fiscal = None
        if ground.has_vouchers:
            tax = sum(
                (
                    paid.voucher.amount
                    for number, paid in self.paid.items()
                    if paid.voucher.file_month == month and self.pools[number] == pool
                ),
                ZERO,
            )
        agency = sum(
            (
                booked.item.amount
                for booked in booked_contributions(ground)
                if booked.payer and ground.pool(booked.division, booked.scheme) == pool
            ),
            ZERO,
        )
        own = [passed for passed in self.passed if passed.pool == pool]
        if ground.has_receipts:
            treasury = sum(
                (passed.receipt.amount for passed in own if month_of(passed.receipt.received) == month), ZERO
            )
        if any(number in ground.bank_balances for number in ground.fiscal_accounts(*pool)):
            lone = [
                entry.amount
                for entry in self.lone
                if ground.pool_of_account(ground.accounts[entry.account]) == pool
            ]
            fiscal = sum((passed.credited(month) for passed in own), ZERO) + sum(lone, ZERO)
        return tax, agency, treasury, fiscal


def treasury_of(ground: Ground) -> Treasury:
    """Pair receipts and credits once."""
    if not hasattr(ground, "treasury"):
        ground.treasury = Treasury(ground)
    return ground.treasury


def _what(paid: Paid) -> tuple[Decimal, date, str]:
    return paid.voucher.amount, day(paid.voucher.collected_on), paid.voucher.voucher_no


def pools(ground: Ground) -> list[Pool]:
    """List the fiscal divisions and funds of the register."""
    return sorted(
        {
            pool
            for division in ground.site.parent
            for scheme in ground.schemes
            if (pool := ground.pool(division, scheme))
        }
    )

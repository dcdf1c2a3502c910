"""What the treasury does late, wrongly or not at all, with receipts that are just in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from simulator import clock, parameters
from simulator.feeds.plants.recorder import Recorder, is_judged, is_working, working_days
from simulator.feeds.treasury import NEVER, Credit, Receipt, credits_of
from simulator.span import Span

IN_TIME = 10
_FRIDAY = 4
_LEAST = 100
# Where vouchers are many, receipts name them, and a day's receipts are one credit.
_COUNTIES = (0, 2)
_SCHEMES = (parameters.PENSION, parameters.MEDICAL)
_STRANGE_SCHEME = parameters.UNEMPLOYMENT


@dataclass
class Treasury:
    """The receipts of a city while they are changed; ``credits`` are those no receipt explains."""

    span: Span
    rng: np.random.Generator
    receipts: list[Receipt]
    credits: list[Credit]
    recorder: Recorder
    used: set[int]

    def take(self, month: int, days: tuple[int, ...]) -> int | None:
        """Return the place of a receipt received on one of the days that no scene has, if there is one."""
        chosen = [
            place
            for place, receipt in enumerate(self.receipts)
            if receipt.county in _COUNTIES
            and receipt.scheme in _SCHEMES
            and receipt.amount > _LEAST
            and receipt.received_on in {clock.day_in(month, day) for day in days}
            and place not in self.used
        ]
        if not chosen:
            return None
        place = chosen[int(self.rng.integers(len(chosen)))]
        self.used.add(place)
        return place

    def pay_alone(self, place: int, day: int, *, less: int = 0) -> Receipt:
        """Let a credit of its own pay a receipt on a day (``NEVER``), ``less`` cents short."""
        receipt = replace(
            self.receipts[place], credited_on=day, transferred_on=day, credit=self.receipts[place].receipt_no
        )
        if less:
            self.credits.append(
                Credit(receipt.county, receipt.scheme, day, receipt.amount - less, receipt.receipt_no)
            )
        self.receipts[place] = receipt
        return receipt

    def differs(self, month: int, receipt: Receipt, party_a: str, party_b: str) -> None:
        """Record that two parties disagree over a receipt in a month."""
        if self.span.first <= month <= self.span.last:
            self.recorder.row(
                "four_way", "differs", first=month, last=month, county=receipt.county,
                scheme=str(receipt.scheme), party_a=party_a, party_b=party_b,
            )  # fmt: skip


Scene = Callable[[Treasury, int], None]


def play(treasury: Treasury, *, is_planted: bool) -> tuple[list[Receipt], list[Credit]]:
    """Play all scenes in the last months; return receipts and credits, recording which were late."""
    for scene in _SCENES if is_planted else ():
        scene(treasury, treasury.span.last)
    receipts = [receipt for receipt in treasury.receipts if receipt.amount]
    for receipt in receipts:
        _record_delay(treasury, receipt)
    named = {credit.reference for credit in treasury.credits}
    paid = credits_of(receipt for receipt in receipts if receipt.receipt_no not in named)
    return receipts, [*paid, *treasury.credits]


def _late(treasury: Treasury, month: int) -> None:
    place = treasury.take(month, (9,))
    day = _after(clock.day_in(month, 9), IN_TIME + 1)
    if place is not None and clock.month_of(day) == month:
        treasury.pay_alone(place, day)


def _exactly_in_time(treasury: Treasury, month: int) -> None:
    """Ten working days, over a Saturday or Sunday worked to make up where the months have one."""
    best: tuple[bool, int] | None = None
    for candidate in range(treasury.span.first, month + 1):
        start = clock.day_in(candidate, 9)
        end = _after(start, IN_TIME)
        if clock.month_of(end) == candidate and _has_make_up_day(start, end):
            best = (True, candidate)
    place = treasury.take(best[1] if best else month, (9,))
    if place is not None:
        receipt = treasury.receipts[place]
        end = _after(receipt.received_on, IN_TIME)
        if clock.month_of(end) == clock.month_of(receipt.received_on):
            treasury.pay_alone(place, end)
            treasury.recorder.decoy(
                "treasury_delay",
                why="ten working days, one of them a weekend day worked to make up" if best
                else "ten working days",
                first=clock.month_of(end), subject=receipt.receipt_no,
            )  # fmt: skip


def _over_the_months_end(treasury: Treasury, month: int) -> None:
    """In time, but in another month: between treasury and account it is on its way."""
    place = treasury.take(month - 1, (29,))
    if place is not None:
        treasury.pay_alone(place, _worked(clock.day_in(month, 2)))


def _late_and_over_the_months_end(treasury: Treasury, month: int) -> None:
    place = treasury.take(month - 1, (16,))
    if place is not None:
        receipt = treasury.pay_alone(place, _worked(clock.day_in(month, 6)))
        treasury.differs(month - 1, receipt, "treasury", "fiscal_account")


def _never(treasury: Treasury, month: int) -> None:
    place = treasury.take(month, (9, 16))
    if place is not None:
        receipt = treasury.pay_alone(place, NEVER)
        treasury.differs(month, receipt, "treasury", "fiscal_account")


def _short(treasury: Treasury, month: int) -> None:
    """A credit of fifty fen less than its receipt."""
    place = treasury.take(month, (9, 16, 23))
    if place is not None:
        receipt = treasury.receipts[place]
        receipt = treasury.pay_alone(place, clock.shift_day(receipt.received_on, 2), less=50)
        treasury.differs(month, receipt, "treasury", "fiscal_account")


def _lost(treasury: Treasury, month: int) -> None:
    """A voucher the treasury has no receipt of, nor money."""
    place = treasury.take(month, (9, 16))
    if place is not None:
        treasury.differs(month, treasury.receipts[place], "tax", "treasury")
        treasury.receipts[place] = replace(treasury.receipts[place], amount=0)


def _another_amount(treasury: Treasury, month: int) -> None:
    """A yuan more than the voucher, in receipt and credit."""
    place = treasury.take(month, (9, 16, 23))
    if place is not None:
        receipt = treasury.receipts[place]
        treasury.receipts[place] = replace(receipt, amount=receipt.amount + 100)
        treasury.pay_alone(place, clock.shift_day(receipt.received_on, 1))
        treasury.differs(month, receipt, "tax", "treasury")


def _without_voucher(treasury: Treasury, month: int) -> None:
    """A receipt that is nobody's: no voucher has its amount."""
    day = clock.day_in(month, 18)
    number = f"TRX{clock.month_code(month)}01"
    receipt = Receipt(1, _STRANGE_SCHEME, number, "", 7_654_321, day, day, day, number)
    treasury.receipts.append(receipt)
    treasury.used.add(len(treasury.receipts) - 1)
    treasury.differs(month, receipt, "tax", "treasury")


def _without_receipt(treasury: Treasury, month: int) -> None:
    """A credit of the treasury's that pays no receipt."""
    day = clock.day_in(month, 18)
    credit = Credit(2, _STRANGE_SCHEME, day, 8_765_432, f"GKX{clock.month_code(month)}01")
    treasury.credits.append(credit)
    treasury.recorder.row(
        "four_way", "differs", first=month, last=month, county=credit.county, scheme=str(credit.scheme),
        party_a="treasury", party_b="fiscal_account",
    )  # fmt: skip


_SCENES: Sequence[Scene] = (
    _late, _exactly_in_time, _over_the_months_end, _late_and_over_the_months_end, _never, _short, _lost,
    _another_amount, _without_voucher, _without_receipt,
)  # fmt: skip


def _record_delay(treasury: Treasury, receipt: Receipt) -> None:
    received = clock.month_of(receipt.received_on)
    credited = clock.month_of(receipt.credited_on) if receipt.credited_on else None
    if receipt.amount <= 0 or received > treasury.span.last:
        return
    if credited == received and receipt.credited_on < clock.shift_day(receipt.received_on, IN_TIME):
        return
    for month in range(max(received, treasury.span.first), min(credited or treasury.span.last,
                       treasury.span.last) + 1):  # fmt: skip
        until = receipt.credited_on if credited == month else clock.last_day_in(month)
        if not is_judged(receipt.received_on) or not is_judged(until):
            continue
        is_late = working_days(receipt.received_on, until) > IN_TIME
        is_next_month = credited != received or credited > month
        if is_late or is_next_month:
            status = {(True, True): "late_next_month", (True, False): "late"}.get(
                (is_late, is_next_month), "next_month"
            )
            treasury.recorder.row(
                "treasury_delay", status, first=month, last=month, subject=receipt.receipt_no
            )


def _after(day: int, count: int) -> int:
    """Return the ``count``-th working day after a day."""
    while count:
        day = clock.shift_day(day, 1)
        count -= is_working(day)
    return day


def _worked(day: int) -> int:
    """Return a day, or the next that is worked."""
    while not is_working(day):
        day = clock.shift_day(day, 1)
    return day


def _has_make_up_day(start: int, end: int) -> bool:
    day = clock.shift_day(start, 1)
    while day <= end:
        if is_working(day) and date(day // 10000, day // 100 % 100, day % 100).weekday() > _FRIDAY:
            return True
        day = clock.shift_day(day, 1)
    return False

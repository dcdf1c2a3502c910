"""What became of the payments the banks were given: a return file per county and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator import clock, parameters
from simulator.entities.payments import BANK, PAID, PENDING, RETURNED
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.span import Span
from simulator.world import World

RETURN_COLUMNS = ("payment_id", "account_no", "payee_name", "amount", "result", "reason", "value_on")
_RETURN_DAY, _LATE_DAY = 11, 6


@dataclass(frozen=True)
class Return:
    """What the bank says of one payment, in cents; ``agency`` is what production says in that month."""

    month: int
    county: int
    payment_id: str
    account: str
    payee: str
    amount: int
    result: str
    reason: str
    value_on: int
    agency: int


def draw_returns(world: World, cards: np.ndarray) -> list[Return]:
    """Return what the bank says of all payments by bank; what was pending comes with the month after."""
    payments = world.paid_out
    late = payments.result == PENDING
    months = payments.booked + late
    chosen = (payments.channel == BANK) & (months >= world.span.first) & (months <= world.span.last)
    return [
        replace(drawn, agency=PAID) if drawn.agency == PENDING else drawn
        for drawn in _said(world, cards, np.flatnonzero(chosen), months)
    ]


def pending_in(world: World, cards: np.ndarray, month: int) -> list[Return]:
    """Return what the bank could say of payments that are pending in a month, had it paid them."""
    payments = world.paid_out
    chosen = (payments.channel == BANK) & (payments.result == PENDING) & (payments.booked == month)
    return list(_said(world, cards, np.flatnonzero(chosen), payments.booked))


def _said(world: World, cards: np.ndarray, places: np.ndarray, months: np.ndarray) -> Iterator[Return]:
    payments, stage, before = world.paid_out, world.stage, world.before["AC82"]
    person = world.rights.person[payments.entry]
    for place in places.tolist():
        played, payee = place - before, person[place]
        result = "returned" if payments.result[place] == RETURNED else "paid"
        result, reason = stage.bank_results.get(played, (result, payments.reason[place] or ""))
        day = _LATE_DAY if payments.result[place] == PENDING else _RETURN_DAY
        yield Return(
            month=int(months[place]),
            county=int(world.people.county[payee]),
            payment_id=str(payments.ids[place]),
            account=str(stage.cards.get(played, cards[payee])),
            payee=str(stage.payees.get(played, world.people.name[payee])),
            amount=int(payments.amount[place]),
            result=result,
            reason=reason,
            value_on=clock.day_in(int(months[place]), day),
            agency=int(payments.result[place]),
        )


def send_returns(outbox: Outbox, span: Span, returns: Sequence[Return]) -> None:
    """Write one file per county and month."""
    by_file: dict[tuple[int, int], list[Return]] = defaultdict(list)
    for item in returns:
        by_file[item.month, item.county].append(item)
    for month in span.numbers:
        for county, division in enumerate(parameters.COUNTIES):
            chosen = by_file[month, county]
            rows = [
                (
                    item.payment_id, item.account, item.payee, money_text(item.amount), item.result,
                    item.reason, clock.day_text(item.value_on),
                )
                for item in chosen
            ]  # fmt: skip
            outbox.send(
                feed="bank", layout="payment-return-csv/1", division=division, month=month,
                body=csv_bytes(RETURN_COLUMNS, rows, encoding="utf-8"), encoding="utf-8",
                rows=len(rows), cents=sum(item.amount for item in chosen), suffix="csv",
            )  # fmt: skip

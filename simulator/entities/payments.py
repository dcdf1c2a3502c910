"""AC82, AC83: what was paid, month by month; returned, issued again, pending."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, numbers
from simulator.chance import happens, one_of
from simulator.clock import FOREVER
from simulator.columns import picked, stacked
from simulator.entities.benefits import BASIC, DEATH_BENEFIT, Entitlements, januaries
from simulator.entities.cast import Cast
from simulator.entities.population import Population
from simulator.history import History, or_none
from simulator.span import Span

PENDING, PAID, RETURNED = 0, 1, 2
BANK, POST, CASH = 1, 2, 9
FIRST_ID = 700_000_001
_REASONS = np.array(["AC01", "AC04", "AC06", "BE01"], dtype=object)
_PAY_DAY = 10


@dataclass
class Payments:
    """One entry per payment; ``entry`` is its entitlement, amounts in cents by item.

    ``result`` as first seen; a pending payment is paid in the month after (``paid_since`` is the month
    index from which it counts as paid, ``FOREVER`` when it was returned).
    """

    entry: np.ndarray
    booked: np.ndarray
    for_month: np.ndarray
    amounts: np.ndarray
    channel: np.ndarray
    result: np.ndarray
    reason: np.ndarray
    since: np.ndarray
    paid_since: np.ndarray

    @property
    def ids(self) -> np.ndarray:
        """AAZ220."""
        return FIRST_ID + np.arange(len(self.entry))

    @property
    def amount(self) -> np.ndarray:
        """The whole payment in cents."""
        return self.amounts.sum(axis=1)


def draw_payments(span: Span, people: Population, cast: Cast, rights: Entitlements) -> Payments:
    """Return all payments: each month's regular ones, then those returned the month before, again."""
    rng = span.stream("payments")
    returns_at_death = np.isin(rights.person, cast.reissued)
    death_month = clock.month_of(people.died[rights.person])
    parts: list[Payments] = []
    again: Payments | None = None
    for index, month in enumerate(span.numbers):
        rows = np.flatnonzero((rights.first_month <= month) & (month < rights.pay_until))
        size = len(rows)
        channel = np.where(happens(rng, size, 0.015), POST, BANK)
        result = one_of(rng, size, {RETURNED: 0.004, PENDING: 0.002}, PAID)
        forced = returns_at_death[rows] & (death_month[rows] == month)
        result = np.where(forced, RETURNED, result)
        result = np.where(rights.kind[rows] == DEATH_BENEFIT, PAID, result)
        channel = np.where(result != PAID, BANK, channel)
        reason = or_none(result == RETURNED, _REASONS[rng.integers(4, size=size)])
        late = index + 1 if index + 1 < span.count else FOREVER
        paid_since = np.select([result == PAID, result == PENDING], [index, late], FOREVER)
        now = Payments(
            entry=rows,
            booked=np.full(size, month),
            for_month=np.full(size, month),
            amounts=_amounts(span, rights, rows, month),
            channel=channel,
            result=result,
            reason=reason,
            since=np.full(size, index),
            paid_since=paid_since,
        )
        parts.append(now)
        if again is not None:
            parts.append(again)
        again = _issued_again(now, index + 1)
    return stacked(*parts)


def payment_histories(
    span: Span, people: Population, rights: Entitlements, payments: Payments
) -> tuple[History, History]:
    """Return AC82 and AC83."""
    accounts = numbers.card_numbers(np.arange(people.count) + 1)
    person = rights.person[payments.entry]
    handled = clock.day_codes(clock.day_in(payments.booked, _PAY_DAY))
    columns = {
        "AAZ220": payments.ids,
        "AAZ257": rights.ids[payments.entry],
        "AAC001": people.ids[person],
        "AAE140": rights.scheme[payments.entry].astype(str).astype(object),
        "AAE002": clock.month_codes(payments.booked),
        "AAE003": clock.month_codes(payments.for_month),
        "AAE019": payments.amount,
        "AAE010": accounts[person],
        "AAE145": payments.channel.astype(str).astype(object),
        "AAE117": payments.result,
        "AAE357": payments.reason,
        "AAE036": handled,
    }
    paid = History.of("AC82", payments.since, columns)
    for index, month in enumerate(span.numbers):
        rows = np.flatnonzero((payments.result == PENDING) & (payments.since + 1 == index))
        paid.update(index, rows, AAE117=PAID, AAE036=str(clock.day_in(month, 6)))
    entry, place = np.nonzero(payments.amounts > 0)
    items = {
        "AAZ220": payments.ids[entry],
        "AAA036": rights.items[payments.entry[entry], place].astype(str).astype(object),
        "AAE019": payments.amounts[entry, place],
        "AAE036": handled[entry],
    }
    return paid, History.of("AC83", payments.since[entry], items)


def _amounts(span: Span, rights: Entitlements, rows: np.ndarray, month: int) -> np.ndarray:
    """Items in force: those approved first, plus each January's adjustment since."""
    amounts = rights.amounts[rows].copy()
    pensions = rights.items[rows, 0] == BASIC
    for january in januaries(span):
        if january <= month:
            due = pensions & (rights.first_month[rows] < january) & (rights.pay_until[rows] > january)
            amounts[:, 2] += np.where(due, rights.raised[rows], 0)
    return amounts


def _issued_again(payments: Payments, index: int) -> Payments | None:
    rows = np.flatnonzero(payments.result == RETURNED)
    if not len(rows):
        return None
    part = picked(payments, rows)
    part.booked += 1
    part.result[:] = PAID
    part.reason[:] = None
    part.since[:] = index
    part.paid_since[:] = index
    return part

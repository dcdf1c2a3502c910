"""What the accounting software sends: the deposit journals, and the trial balances that belong to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator import clock, parameters
from simulator.feeds import accounts
from simulator.feeds.bank import Entry, opening_balance
from simulator.feeds.books import Booking, is_plain
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.span import Span

JOURNAL_COLUMNS = (
    "voucher_no", "booked_on", "account_no", "fund", "debit", "credit", "counter_kind", "reference", "memo",
)  # fmt: skip


@dataclass(frozen=True)
class Unbooked:
    """A bank entry the journal of its month lacks; ``booked_in`` is the month it is caught up in, or 0."""

    month: int
    entry: Entry
    booked_in: int


@dataclass
class Journal:
    """One account in one month: its opening balance and what was booked, in cents."""

    account_no: str
    county: int
    fund: int
    kind: str
    opening: int
    bookings: list[Booking] = field(default_factory=list)


def draw_unbooked(
    rng: np.random.Generator, span: Span, entries: dict[tuple[int, str], list[Entry]]
) -> list[Unbooked]:
    """Choose one bank entry of each month; the first is never booked, the others a month later."""
    chosen = []
    for index, month in enumerate(span.numbers):
        pool = [
            entry
            for (in_month, _), movements in entries.items()
            for entry in movements
            if in_month == month
            and entry.counter_kind in ("contribution", "transfer_in", "interest")
            and is_plain(entry)
        ]
        entry = pool[rng.integers(len(pool))]
        chosen.append(Unbooked(month, entry, month + 1 if index and month < span.last else 0))
    return chosen


def keep_journals(
    span: Span, bookings: Iterable[Booking], *, wrong_openings: Mapping[tuple[int, str], int]
) -> dict[int, list[Journal]]:
    """Return the journals of every month over all accounts; each opens where it closed.

    ``wrong_openings``: cents by which an account opens in a month beside where it closed.
    """
    by_account: dict[tuple[int, str], list[Booking]] = defaultdict(list)
    for booking in sorted(bookings, key=lambda b: (b.account_no, b.day, b.reference, b.amount)):
        by_account[clock.month_of(booking.day), booking.account_no].append(booking)
    balance = {number: opening_balance(kind) for number, _, _, kind, _ in accounts.register()}
    journals: dict[int, list[Journal]] = {}
    for month in span.numbers:
        journals[month] = []
        for number, division, fund, kind, _ in accounts.register():
            balance[number] += wrong_openings.get((month, number), 0)
            booked = by_account[month, number]
            county = parameters.COUNTIES.index(division)
            journals[month].append(Journal(number, county, fund, kind, balance[number], booked))
            balance[number] += sum(booking.amount for booking in booked)
    return journals


def send_journals(outbox: Outbox, span: Span, journals: Mapping[int, Sequence[Journal]]) -> None:
    """Write one deposit journal per county and month."""
    for month in span.numbers:
        for county, division in enumerate(parameters.COUNTIES):
            rows: list[tuple[object, ...]] = []
            total = 0
            for journal in journals[month]:
                if journal.county == county:
                    rows.append(_opening_row(month, journal))
                    total += journal.opening
                    for booking in journal.bookings:
                        rows.append(_journal_row(f"PZ{clock.month_code(month)}{len(rows):05d}", booking))
                        total += booking.amount
            outbox.send(
                feed="finance", layout="deposit-journal-csv/1", division=division, month=month,
                body=csv_bytes(JOURNAL_COLUMNS, rows, encoding="utf-8"), encoding="utf-8",
                rows=len(rows), cents=total, suffix="csv",
            )  # fmt: skip


def _opening_row(month: int, journal: Journal) -> tuple[object, ...]:
    day = clock.day_text(clock.day_in(month, 1))
    return (
        "", day, journal.account_no, journal.fund, money_text(journal.opening), "0.00", "opening", "",
        "期初余额",
    )  # fmt: skip


def _journal_row(voucher: str, booking: Booking) -> tuple[object, ...]:
    debit, credit = max(booking.amount, 0), max(-booking.amount, 0)
    return (
        voucher, clock.day_text(booking.day), booking.account_no, booking.fund, money_text(debit),
        money_text(credit), booking.counter_kind, booking.reference, booking.memo,
    )  # fmt: skip

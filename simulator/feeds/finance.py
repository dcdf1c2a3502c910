"""What the accounting software sends: the deposit journal, which lacks a few of the bank's entries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.feeds import accounts
from simulator.feeds.bank import Entry, opening_balance
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
            if in_month == month and entry.counter_kind in ("contribution", "transfer_in", "interest")
        ]
        entry = pool[rng.integers(len(pool))]
        chosen.append(Unbooked(month, entry, month + 1 if index and month < span.last else 0))
    return chosen


def send_journals(
    outbox: Outbox,
    span: Span,
    entries: dict[tuple[int, str], list[Entry]],
    unbooked: list[Unbooked],
) -> None:
    """Write one deposit journal per county and month; every account opens with its book balance."""
    balance = {number: opening_balance(kind) for number, _, _, kind, _ in accounts.register()}
    missing = {id(late.entry) for late in unbooked}
    caught_up = defaultdict(list)
    for late in unbooked:
        if late.booked_in:
            caught_up[(late.booked_in, late.entry.account_no)].append(late.entry)
    for month in span.numbers:
        for division in parameters.COUNTIES:
            rows: list[tuple[object, ...]] = []
            total = 0
            for number, holder, fund, *_ in accounts.register():
                if holder != division:
                    continue
                rows.append(_opening_row(month, number, fund, balance[number]))
                total += balance[number]
                booked = [e for e in entries.get((month, number), []) if id(e) not in missing]
                overdue = [(clock.day_in(month, 2), e) for e in caught_up[(month, number)]]
                for day, entry in [*overdue, *((e.day, e) for e in booked)]:
                    rows.append(_journal_row(f"PZ{clock.month_code(month)}{len(rows):05d}", day, entry))
                    balance[number] += entry.amount
                    total += entry.amount
            outbox.send(
                feed="finance", layout="deposit-journal-csv/1", division=division, month=month,
                body=csv_bytes(JOURNAL_COLUMNS, rows, encoding="utf-8"), encoding="utf-8",
                rows=len(rows), cents=total, suffix="csv",
            )  # fmt: skip


def _opening_row(month: int, number: str, fund: int, cents: int) -> tuple[object, ...]:
    day = clock.day_text(clock.day_in(month, 1))
    return ("", day, number, fund, money_text(cents), "0.00", "opening", "", "期初余额")


def _journal_row(voucher: str, day: int, entry: Entry) -> tuple[object, ...]:
    debit, credit = max(entry.amount, 0), max(-entry.amount, 0)
    return (
        voucher, clock.day_text(day), entry.account_no, entry.fund, money_text(debit), money_text(credit),
        entry.counter_kind, entry.reference, entry.purpose,
    )  # fmt: skip

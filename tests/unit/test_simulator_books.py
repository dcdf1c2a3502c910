"""The books enter several credits as one only where the matching could tell which they are."""

from __future__ import annotations

import pytest

from simulator import parameters
from simulator.feeds.bank import Entry
from simulator.feeds.books import book
from simulator.span import Span

SPAN = Span(months=("2024-05", "2024-06"), seed=7)


def credits_on(day: int, count: int) -> list[Entry]:
    return [
        Entry(
            county=3, fund=parameters.INJURY, kind="fiscal", day=day, amount=100 + place,
            counter_kind="contribution", counterparty="国库", counter_account="", reference=f"TR{day}{place}",
            purpose="",
        )
        for place in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other_day", "others", "booked"),
    [(20240630, 8, 2), (20240630, 9, 21), (20240701, 8, 2), (20240702, 9, 2)],
    ids=["twenty near", "twenty-one near", "over a month's end", "too far to be candidates"],
)
def test_days_credits_are_booked_as_one_where_few_others_are_near(other_day, others, booked):
    entries = [*credits_on(20240626, 12), *credits_on(other_day, others)]
    bookings, outstanding = book(SPAN, entries)
    assert (len(bookings), outstanding) == (booked, [])
    assert sum(entry.amount for entry in bookings) == sum(entry.amount for entry in entries)

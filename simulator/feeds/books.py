"""How the books have what the banks moved: one entry as one, a batch as several, several as one, or later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from simulator import clock, parameters
from simulator.feeds.bank import Entry
from simulator.span import Span

# One entry is matched with several of at most so many that lie so near.
_MOST_PARTS, _DAYS_APART = 20, 5
# County, fund and kind of the accounts whose books enter a batch in three parts, or a day's credits as one.
_IN_PARTS = {(2, parameters.MEDICAL, "fiscal"), (2, parameters.PUBLIC_PENSION, "expenditure")}
_AS_ONE = {(county, parameters.INJURY, "fiscal") for county in (3, 4)}
# Those that enter what the treasury passes on at a month's end in the month after.
_LATER = (4, parameters.UNEMPLOYMENT, "fiscal")
_BOOKED_LATE, _MONTHS_END = 2, 27


@dataclass(frozen=True)
class Booking:
    """One entry of a deposit journal: money in is positive, in cents; ``fund`` as the books write it."""

    account_no: str
    county: int
    account_fund: int
    kind: str
    fund: int
    day: int
    amount: int
    counter_kind: str
    reference: str
    memo: str


@dataclass(frozen=True)
class Outstanding:
    """An entry that nothing belongs to: of which side, and from which month to which (the last: None)."""

    account_no: str
    is_bank: bool
    day: int
    amount: int
    reference: str
    first_month: int
    last_month: int | None

    @property
    def status(self) -> str:
        """The kind of item it is in the balance statement."""
        if self.is_bank:
            return "bank_received_not_booked" if self.amount > 0 else "bank_paid_not_booked"
        return "booked_received_not_banked" if self.amount > 0 else "booked_paid_not_banked"


def open_entry(entry: Entry, *, is_bank: bool = True, last: int | None = None) -> Outstanding:
    """Return an entry that stands out from its month on, to month ``last``."""
    return Outstanding(
        account_no=entry.account_no, is_bank=is_bank, day=entry.day, amount=entry.amount,
        reference=entry.reference, first_month=clock.month_of(entry.day), last_month=last,
    )  # fmt: skip


def booking(entry: Entry, **changes: object) -> Booking:
    """Return a bank's entry as the books have it."""
    plain = Booking(
        account_no=entry.account_no, county=entry.county, account_fund=entry.fund, kind=entry.kind,
        fund=entry.fund, day=entry.day, amount=entry.amount, counter_kind=entry.counter_kind,
        reference=entry.reference, memo=entry.purpose,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def is_plain(entry: Entry) -> bool:
    """Whether the books have an entry as the bank has it."""
    place = (entry.county, entry.fund, entry.kind)
    return place not in _IN_PARTS | _AS_ONE and place != _LATER


def book(span: Span, entries: Iterable[Entry]) -> tuple[list[Booking], list[Outstanding]]:
    """Return how the books have the entries, and what stands out over a month's end."""
    bookings: list[Booking] = []
    outstanding: list[Outstanding] = []
    by_day: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        place = (entry.county, entry.fund, entry.kind)
        is_batch = entry.counter_kind in ("contribution", "benefit") and entry.reference[:2] in ("GK", "DF")
        if place in _AS_ONE and entry.counter_kind == "contribution":
            by_day[entry.account_no, entry.day].append(entry)
        elif place in _IN_PARTS and is_batch and abs(entry.amount) > _MOST_PARTS:
            bookings += _in_parts(entry)
        elif place == _LATER and entry.day % 100 >= _MONTHS_END:
            month = clock.month_of(entry.day)
            bookings.append(booking(entry, day=clock.day_in(month + 1, _BOOKED_LATE)))
            if span.first <= month:
                outstanding.append(open_entry(entry, last=month))
        else:
            bookings.append(booking(entry))
    for (account_no, day), group in by_day.items():
        near = (by_day.get((account_no, other), ()) for other in _days_near(day))
        bookings += _as_one(group) if sum(map(len, near)) <= _MOST_PARTS else map(booking, group)
    return bookings, outstanding


def _days_near(day: int) -> Iterator[int]:
    """Yield the days whose entries may be parts of one of ``day``, itself among them."""
    return (clock.shift_day(day, count) for count in range(-_DAYS_APART, _DAYS_APART + 1))


def _in_parts(entry: Entry) -> list[Booking]:
    """Return three entries without a reference, whose sum it is."""
    parts = [entry.amount // 2, entry.amount // 3]
    parts.append(entry.amount - sum(parts))
    return [booking(entry, amount=part, reference="") for part in parts]


def _as_one(group: Sequence[Entry]) -> list[Booking]:
    """Return one entry without a reference for a day's credits."""
    return [booking(group[0], amount=sum(entry.amount for entry in group), reference="")]

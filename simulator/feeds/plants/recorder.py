"""Records what reconciliation must find: rows of a check by status, and what only looks like one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from fundwatch.calendar import WorkingDays
from simulator import clock, parameters
from simulator.feeds.books import Outstanding
from simulator.span import Span
from simulator.truth import Truth

_DAYS = WorkingDays({})


@dataclass(frozen=True)
class Recorder:
    """Writes rows of reconciliation into the truth; months are month numbers."""

    span: Span
    truth: Truth

    def row(
        self,
        check: str,
        status: str,
        *,
        first: int,
        last: int | None,
        county: int | None = None,
        **key: object,
    ) -> None:
        """Record a row that stands from month ``first`` to ``last`` (to the end: None)."""
        if first <= self.span.last and (last is None or last >= self.span.first):
            ends = None if last is None or last >= self.span.last else clock.month_text(last)
            self.truth.plant(
                check, status=status, first_month=clock.month_text(max(first, self.span.first)),
                last_month=ends, **_place(county), **key,
            )  # fmt: skip

    def decoy(self, check: str, *, why: str, first: int, county: int | None = None, **key: object) -> None:
        """Record what looks like such a row and is none."""
        if self.span.first <= first <= self.span.last:
            month = clock.month_text(first)
            self.truth.decoy(check, why=why, first_month=month, **_place(county), **key)


def record_outstanding(recorder: Recorder, outstanding: Iterable[Outstanding]) -> None:
    """Record the items of the balance statements, and the statements that have one over two months old."""
    old: dict[int, set[str]] = {month: set() for month in recorder.span.numbers}
    for item in outstanding:
        signed = item.amount if item.is_bank else -item.amount
        recorder.row(
            "outstanding_items", item.status, first=item.first_month, last=item.last_month,
            account_no=item.account_no, amount=f"{signed / 100:.2f}", booked_on=clock.day_text(item.day),
        )  # fmt: skip
        for month in recorder.span.numbers:
            is_open = item.first_month <= month <= (item.last_month or month)
            if is_open and two_months_after(item.day) < clock.last_day_in(month):
                old[month].add(item.account_no)
    for month, numbers in old.items():
        for number in sorted(numbers):
            recorder.row("balance_statement", "old_items", first=month, last=month, account_no=number)


def two_months_after(day: int) -> int:
    """Return the same day two months later, or that month's last."""
    month = clock.month_of(day) + 2
    return min(clock.day_in(month, day % 100), clock.last_day_in(month))


def is_working(day: int) -> bool:
    """Return whether a day is worked."""
    return _DAYS.is_working(_date(day))


def is_judged(day: int) -> bool:
    """Return whether the calendar knows the holidays of a day's year."""
    return _DAYS.is_known(_date(day))


def working_days(after: int, until: int) -> int:
    """Return the working days after one day, up to and with another."""
    first, last = _date(after), _date(until)
    return sum(_DAYS.is_working(first + timedelta(count)) for count in range(1, (last - first).days + 1))


def _date(day: int) -> date:
    return date(day // 10000, day // 100 % 100, day % 100)


def _place(county: int | None) -> dict[str, object]:
    return {} if county is None else {"division": parameters.COUNTIES[county]}

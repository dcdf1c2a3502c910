"""The truth about ``wage_below_tax_base``: premiums collected on wages that the agency's data cannot show."""

from __future__ import annotations

from collections import Counter

import numpy as np

from simulator import clock
from simulator.entities.enrolments import FIRST_ID
from simulator.feeds.tax import Voucher
from simulator.truth import Truth
from simulator.world import World

_LEAST_PERCENT = 95
Slot = tuple[int, int, int]


class WageBook:
    """Wages on file, and what premiums were collected on, where some contributions have no enrolment.

    Contributions of persons nobody knows, and of those whose enrolment names another person, are not on any
    wage bill; everywhere else the two agree.
    """

    def __init__(self, world: World, truth: Truth) -> None:
        """Find the contributions without an enrolment, and sum the wages of their employers."""
        rows, people = world.paid_in, world.people
        lost = np.array([int(str(item["key"])) - FIRST_ID for item in truth.planted["AC02-2"]], dtype=int)
        hidden = (rows.person >= people.count) | np.isin(rows.enrolment, self._only(world, lost))
        hidden &= (rows.employer >= 0) & ~rows.is_extra & ~world.firms.is_dual[rows.employer]
        self.world, self.truth = world, truth
        self.collected: Counter[Slot] = Counter()
        self.since: dict[Slot, int] = {}
        self.bills: Counter[Slot] = Counter()
        wages = np.maximum(rows.wage, rows.base)
        slots = {self._slot(row) for row in np.flatnonzero(hidden).tolist()}
        near = np.isin(rows.employer, sorted({employer for employer, _, _ in slots})) & ~rows.is_extra
        for row in np.flatnonzero(near & ~hidden).tolist():
            self.bills[self._slot(row)] += int(wages[row])
        self.slots = slots & set(self.bills)

    def enter(self, month: int, vouchers: list[Voucher]) -> None:
        """Add the bases of a month's vouchers."""
        for voucher in vouchers:
            slot = voucher.employer, voucher.scheme, voucher.for_month
            if slot in self.slots and voucher.kind == "employer" and voucher.amount > 0:
                self.collected[slot] += voucher.base
                self.since.setdefault(slot, month)

    def record(self) -> None:
        """Record the employers and schemes with a month whose wages are too low."""
        first: dict[tuple[int, int], int] = {}
        for slot, base in self.collected.items():
            if self.bills[slot] * 100 < _LEAST_PERCENT * base:
                key = slot[:2]
                first[key] = min(self.since[slot], first.get(key, self.since[slot]))
        for (employer, scheme), month in sorted(first.items()):
            self.truth.plant(
                "wage_below_tax_base", person_id=self.world.firms.ids[employer], other_person_id="",
                scheme=str(scheme), first_month=clock.month_text(month), last_month=None,
            )  # fmt: skip

    def _slot(self, row: int) -> Slot:
        rows = self.world.paid_in
        return int(rows.employer[row]), int(rows.scheme[row]), int(rows.for_month[row])

    @staticmethod
    def _only(world: World, lost: np.ndarray) -> list[int]:
        """Return the enrolments whose person has no other in the scheme."""
        enrolled = world.enrolled
        return [
            place
            for place in lost.tolist()
            if np.count_nonzero(
                (enrolled.person == enrolled.person[place]) & (enrolled.scheme == enrolled.scheme[place])
            )
            == 1
        ]

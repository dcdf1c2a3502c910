"""What faults of benefits and late knowledge mean for the cross-checks: points of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator import clock
from simulator.clock import FOREVER
from simulator.entities.benefits import DEATH_BENEFIT, NORMAL, Entitlements
from simulator.entities.payments import Payments
from simulator.history import History
from simulator.span import Span
from simulator.truth import Truth

_SWING_PERCENT = 30
_YEAR = 12


@dataclass
class Consequences:
    """Records, as planted, the points that follow from faults of entitlements, items and payments."""

    span: Span
    ids: np.ndarray
    rights: Entitlements
    paid_out: Payments
    truth: Truth
    receivers: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Order the payments by entitlement."""
        self._order = np.argsort(self.paid_out.entry, kind="stable")
        self._entries = self.paid_out.entry[self._order]

    def of(self, entry: int) -> np.ndarray:
        """Return the payments of an entitlement, whatever became of them."""
        low, high = np.searchsorted(self._entries, [entry, entry + 1])
        return self._order[low:high]

    def paid(self, entry: int, *, since: int = 0) -> np.ndarray:
        """Return the paid payments of an entitlement for months from ``since`` on."""
        places = self.of(entry)
        is_paid = (self.paid_out.paid_since[places] < self.span.count) & (
            self.paid_out.for_month[places] >= since
        )
        return places[is_paid]

    def plant(self, rule: str, person: int, scheme: int, index: int, *, until: int = FOREVER) -> None:
        """Record a point from a month index on, until one; none, after the range."""
        if index < self.span.count and index <= until:
            self.truth.plant(
                rule, person_id=self.ids[person], other_person_id="", scheme=str(scheme),
                first_month=self.span.months[index],
                last_month=self.span.months[until] if until < self.span.count - 1 else None,
            )  # fmt: skip

    def ended(self, entry: int, *, corrected: int) -> None:
        """Record that an entitlement is paid after its last month, until that is corrected."""
        self._from_first_paid("payment_without_entitlement", entry, since=0, corrected=corrected)

    def approved(self, entry: int, *, since: int, corrected: int = FOREVER) -> None:
        """Record that months from one on are paid otherwise than approved, until the item is corrected."""
        self._from_first_paid("paid_differs_from_approved", entry, since=since, corrected=corrected)

    def unpensioned(self, entry: int, *, corrected: int) -> None:
        """Record a pensioner whose pension is of no kind: of age, with the months paid, without a pension."""
        self._plant_of("eligible_not_paid", entry, 0, corrected)

    def moved(self, place: int, *, corrected: int) -> None:
        """Record what follows from a payment that says the month after its own."""
        entry, month = int(self.paid_out.entry[place]), int(self.paid_out.for_month[place]) + 1
        regular = self.of(entry)
        regular = regular[self.paid_out.for_month[regular] == month]
        paid = regular[self.paid_out.paid_since[regular] < self.span.count]
        amount = self.paid_out.amount
        if len(paid):
            index = int(self.paid_out.paid_since[paid].min())
            self._plant_of("paid_differs_from_approved", entry, index, corrected)
            if amount[paid[0]] == amount[place]:
                self._plant_of("duplicate_payment", entry, index, corrected)
        elif len(regular) and amount[regular[0]] != amount[place]:
            index = month - self.span.first
            self._plant_of("paid_differs_from_approved", entry, index, corrected)

    def received(self, place: int, person: int, *, corrected: int) -> None:
        """Record that a person's pensions swing by a payment of another that is booked under his id.

        What is paid for an earlier month counts in no month's pension.
        """
        self.receivers.add(person)
        out = self.paid_out
        if out.booked[place] != out.for_month[place]:
            return
        month, more = int(out.for_month[place]), int(out.amount[place])
        own: dict[int, tuple[int, int]] = {}
        pensions = (self.rights.person == person) & (self.rights.kind == NORMAL)
        for entry in np.flatnonzero(pensions & (self.rights.scheme == self._scheme(place))).tolist():
            for paid in self.paid(entry).tolist():
                if out.booked[paid] == out.for_month[paid]:
                    own[int(out.for_month[paid])] = int(out.amount[paid]), int(out.paid_since[paid])
        for now, before in ((month, month - 1), (month + 1, month)):
            (amount, amount_since), (former, former_since) = own.get(now, (0, 0)), own.get(before, (0, 0))
            amount, former = amount + more * (now == month), former + more * (before == month)
            is_adjusted = now % _YEAR == 0 and now > self.span.first
            if amount and former and not is_adjusted and abs(amount - former) * 100 > _SWING_PERCENT * former:
                index = max(amount_since, former_since, int(out.since[place]))
                until = min(now - self.span.first + _YEAR, corrected) - 1
                self.plant("payment_swing", person, self._scheme(place), index, until=until)

    def known_late(self, person: int, died: int, known: int) -> None:
        """Record what was paid for months after a death that the agency knows since month index ``known``."""
        for entry in np.flatnonzero(self.rights.person == person).tolist():
            if self.rights.kind[entry] != DEATH_BENEFIT and known < FOREVER:
                paid = self.paid(entry, since=died + 1)
                if len(paid):
                    index = max(known, int(self.paid_out.paid_since[paid].min()))
                    self._plant_of("dead_in_own_records", entry, index)
                    self._plant_of("payment_without_entitlement", entry, index)

    def _from_first_paid(self, rule: str, entry: int, *, since: int, corrected: int) -> None:
        paid = self.paid(entry, since=since)
        if len(paid):
            self._plant_of(rule, entry, int(self.paid_out.paid_since[paid].min()), corrected)

    def _plant_of(self, rule: str, entry: int, index: int, corrected: int = FOREVER) -> None:
        person, scheme = int(self.rights.person[entry]), int(self.rights.scheme[entry])
        self.plant(rule, person, scheme, index, until=corrected - 1)

    def _scheme(self, place: int) -> int:
        return int(self.rights.scheme[self.paid_out.entry[place]])


def record_open_claims(span: Span, claims: History, truth: Truth) -> None:
    """Record what is open of impostors' claims (YC01) twelve months after their last month."""
    columns = claims.render(np.arange(len(claims.since)))
    names = ("AAC001", "AAE140", "AAE042", "AAE019", "AAE058")
    rows = zip(*(np.asarray(columns[name]).tolist() for name in names), claims.since.tolist(), strict=True)
    for person, scheme, last, cents, recovered, since in rows:
        month = clock.month_number(f"{last[:4]}-{last[4:]}") + _YEAR
        if cents - (recovered or 0) > 1 and month <= span.last:
            truth.plant(
                "impostor_not_recovered", person_id=person, other_person_id="", scheme=scheme,
                first_month=span.months[max(month - span.first, since, 0)], last_month=None,
            )  # fmt: skip

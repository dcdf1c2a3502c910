"""Flows of one month or of a year to date: what was due, received, paid, and for how many."""

from __future__ import annotations

from tests.oracle.kinds import FLOWS
from tests.oracle.ledgers import Contribution, Ledgers
from tests.oracle.tally import Money, Persons

REGULAR, BACK_PAYMENT, TRUE_UP = "10", "31", "32"
PAID = "1"
PAYABLE = (PAID, "0", "2")


class Flows:
    """The flow indicators over a set of months, judged on one batch.

    Money is summed and persons are distinct over the months: one month gives the flow itself,
    January..m its year to date. ``base``, ``base_rows`` and ``paid_socially`` serve the ratios.
    """

    def __init__(self, ledgers: Ledgers, *, months: frozenset[str]) -> None:
        site = ledgers.batch.site
        self.months = months
        self.tallies: dict[str, Persons | Money] = {
            name: Persons(site) if unit == "persons" else Money(site) for name, unit in FLOWS.items()
        }
        self.base, self.base_rows, self.paid_socially = Money(site), Money(site), Money(site)
        for enrolment in ledgers.enrolments:
            if enrolment.division is not None and enrolment.first_month in months:
                self.tallies["new_enrolments"].add(enrolment.division, enrolment.scheme, enrolment.person)
        for contribution in (*ledgers.contributions, *ledgers.unit_contributions):
            if contribution.counts:
                self._add_due(contribution)
                self._add_received(contribution)
        self._add_benefits(ledgers)

    def _add_due(self, contribution: Contribution) -> None:
        """Add what is due for the month: regular AC43, and AB07."""
        of_unit = contribution.person is None
        if contribution.month not in self.months or not (of_unit or contribution.kind == REGULAR):
            return
        self.tallies["contributions_due"].add(contribution.division, contribution.scheme, contribution.due)
        if not of_unit:
            self.base.add(contribution.division, contribution.scheme, contribution.base)
            self.base_rows.add(contribution.division, contribution.scheme, 1)
            if contribution.arrived:
                self.tallies["contributing_persons"].add(
                    contribution.division, contribution.scheme, contribution.person
                )

    def _add_received(self, contribution: Contribution) -> None:
        """Add what is booked in the month, paid and arrived: current, back or advance."""
        if not contribution.arrived or contribution.booked not in self.months:
            return
        part = _part(contribution)
        if part is None:
            return
        for name in (f"contributions_received_{part}", "contributions_received"):
            self.tallies[name].add(contribution.division, contribution.scheme, contribution.paid)
        of_employee = contribution.person is None or (
            contribution.kind == REGULAR and contribution.is_employee
        )
        if part == "back" and of_employee:
            self.tallies["arrears_cleared"].add(contribution.division, contribution.scheme, contribution.paid)

    def _add_benefits(self, ledgers: Ledgers) -> None:
        """Add payments booked in the month; "paid" means AAE117 = 1."""
        for payment in ledgers.payments:
            if not payment.counts or payment.booked not in self.months or payment.result not in PAYABLE:
                continue
            self.tallies["benefits_payable"].add(payment.division, payment.scheme, payment.amount)
            if payment.result != PAID:
                continue
            self.tallies["benefits_paid"].add(payment.division, payment.scheme, payment.amount)
            self.tallies["beneficiaries_paid"].add(payment.division, payment.scheme, payment.person)
            if payment.channel in ("1", "2"):
                self.paid_socially.add(payment.division, payment.scheme, payment.amount)


def _part(contribution: Contribution) -> str | None:
    """Say what a receipt is for.

    Current: for the month it is booked in (AC43 regular, and AB07). Back: for earlier months, or
    of kind 31 or 32. Advance: for later months (those two are back already: the parts add up to the cash).
    """
    if contribution.month < contribution.booked or contribution.kind in (BACK_PAYMENT, TRUE_UP):
        return "back"
    if contribution.month > contribution.booked:
        return "advance"
    return "current" if contribution.person is None or contribution.kind == REGULAR else None

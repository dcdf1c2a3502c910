"""Arrival review: the month's tax vouchers against the contributions booked as arrived in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.oracle.ledgers import Ledgers, ledgers_of
from tests.oracle.production import City, city_of
from tests.oracle.values import ZERO, identity18
from tests.oracle.vouchers import Voucher, current_vouchers

REVIEWED = ("employer", "employee", "flexible")
Subject = tuple[str, str, str]


@dataclass(frozen=True)
class Review:
    """One subject × scheme × month paid for: yuan from the tax bureau and from the agency.

    ``division`` is the employer's for a subject that is one, else None: the page fixes no other.
    """

    amount_tax: Decimal
    amount_agency: Decimal
    status: str
    division: str | None


def arrival_review(city: City | Path, month: str) -> dict[Subject, Review]:
    """Review the arrivals of a month.

    Shape: (subject, scheme, for_month) -> Review; ``subject`` is AAB001, AAC001 or the raw number
           of a payer nobody has. Empty while no voucher file of the month has arrived.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    vouchers = current_vouchers(city, month)
    if vouchers is None:
        return {}
    agency = _agency_side(ledgers, month)
    tax, unknown = _tax_side(vouchers, ledgers, month, agency)
    reviews = {
        key: Review(
            amount_tax=tax.get(key, ZERO),
            amount_agency=agency.get(key, ZERO),
            status=_status(tax.get(key), agency.get(key)),
            division=ledgers.employer_division(key[0]),
        )
        for key in tax.keys() | agency.keys()
    }
    reviews |= {key: Review(amount, ZERO, "unknown_payer", None) for key, amount in unknown.items()}
    return reviews


def _status(tax: Decimal | None, agency: Decimal | None) -> str:
    """``matched`` = equal to the cent (an absent side is nothing)."""
    if (tax or ZERO) == (agency or ZERO):
        return "matched"
    if tax is None:
        return "agency_only"
    return "tax_only" if agency is None else "amount_differs"


def _agency_side(ledgers: Ledgers, month: str) -> dict[Subject, Decimal]:
    """Sum contributions with AAE002 = m and AAE078 = 1 (AC43 both parts, and AB07) per payer.

    "Contribution rows of unknown persons count under their employer; rows without employer count
    if the person is known; rows whose month paid for is not real are left out; rows of an employer
    not in AB01 stand under the AAB001 as written."
    """
    sums: dict[Subject, Decimal] = defaultdict(Decimal)
    for contribution in (*ledgers.contributions, *ledgers.unit_contributions):
        if (
            contribution.booked != month
            or not contribution.arrived
            or contribution.month is None
            or contribution.scheme is None
        ):
            continue
        payer = contribution.employer or (
            contribution.person if contribution.person in ledgers.persons else None
        )
        if payer is not None:
            sums[payer, contribution.scheme, contribution.month] += contribution.paid
    return sums


class Payers:
    """Who a voucher's number belongs to."""

    def __init__(self, ledgers: Ledgers, agency: dict[Subject, Decimal]) -> None:
        self.ledgers, self.agency = ledgers, agency
        self.by_tax_number: dict[str, list[str]] = defaultdict(list)
        for employer, row in sorted(ledgers.employers.items()):
            if row.AAB030 is not None:
                self.by_tax_number[row.AAB030].append(employer)
        self.by_identity: dict[str, list[str]] = defaultdict(list)
        for person, row in sorted(ledgers.persons.items()):
            if row.AAC002 is not None:
                self.by_identity[identity18(row.AAC002)].append(person)

    def of(self, voucher: Voucher) -> str | None:
        """Find the payer, None when nobody has the number."""
        if voucher.kind == "flexible" or (voucher.kind == "refund" and not voucher.taxpayer_no):
            return self._person(voucher)
        return self._employer(voucher)

    def _employer(self, voucher: Voucher) -> str | None:
        """AAB030 equals the number as text; of several the one in the voucher's division."""
        several = self.by_tax_number.get(voucher.taxpayer_no or "", [])
        near = [
            employer for employer in several if voucher.division == self.ledgers.employers[employer].AAB301
        ]
        return next(iter(near or several), None)

    def _person(self, voucher: Voucher) -> str | None:
        """By normalised number; of several the one with a contribution, else the smallest."""
        several = self.by_identity.get(identity18(voucher.person_number) or "", [])
        paying = [person for person in several if (person, voucher.scheme, voucher.month) in self.agency]
        return next(iter(paying or several), None)


def _tax_side(
    current: list[Voucher], ledgers: Ledgers, month: str, agency: dict[Subject, Decimal]
) -> tuple[dict[Subject, Decimal], dict[Subject, Decimal]]:
    """Sum the vouchers of the month's files per payer, and per number that nobody has.

    "A refund takes payer, scheme and month from its original and counts in its own file's month."
    """
    vouchers = {voucher.voucher_no: voucher for voucher in current}
    payers = Payers(ledgers, agency)
    known: dict[Subject, Decimal] = defaultdict(Decimal)
    unknown: dict[Subject, Decimal] = defaultdict(Decimal)
    for voucher in vouchers.values():
        root = _root(voucher, vouchers)
        if voucher.file_month != month or root.kind not in (*REVIEWED, "refund"):
            continue
        payer = payers.of(root)
        if payer is not None:
            known[payer, root.scheme, root.month] += voucher.amount
        else:
            by_person = root.kind == "flexible" or not root.taxpayer_no
            number = root.person_number if by_person else root.taxpayer_no
            unknown[number or "", root.scheme, root.month] += voucher.amount
    return known, unknown


def _root(voucher: Voucher, vouchers: dict[str, Voucher]) -> Voucher:
    """Follow a refund to its original; a refund without a known one stands for itself."""
    passed = set()
    while voucher.kind == "refund" and voucher.voucher_no not in passed:
        passed.add(voucher.voucher_no)
        voucher = vouchers.get(voucher.original_no or "", voucher)
    return voucher

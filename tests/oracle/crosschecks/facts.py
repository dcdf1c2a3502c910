"""What the rules of a month read: typed rows of the batch, bank returns, events of the police and others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from tests.oracle.crosschecks.returned import ReturnRow, return_rows
from tests.oracle.ledgers import Enrolment, Ledgers, ledgers_of
from tests.oracle.production import Batch, City
from tests.oracle.values import ZERO, amount, day, last_day, month, shift

DEATH_BENEFITS = frozenset({"501", "502", "503"})
PENSION_KINDS = frozenset({"01", "02", "03"})
PENSION_SCHEMES = frozenset({"110", "120", "170"})
EMPLOYEE, FLEXIBLE = "11", "12"
RESIDENTS = "170"
Evidence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Approved:
    """One AC61 row: an item and the months it is in force."""

    item: str | None
    first: str | None
    last: str | None
    amount: Decimal

    def holds(self, at: str) -> bool:
        """Whether the item is in force in a month."""
        return self.first is not None and self.first <= at and (self.last is None or at <= self.last)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One AC60 row with its approved items; ``place`` is its division as the site knows it."""

    entitlement_id: str
    person: str | None
    scheme: str | None
    kind: str | None
    first: str | None
    last: str | None
    status: str | None
    holder: str | None
    approved: tuple[Approved, ...]
    place: str | None

    @property
    def began(self) -> tuple[str, str]:
        """What tells which of two began later."""
        return self.first or "", self.entitlement_id

    @property
    def evidence(self) -> Evidence:
        """Its row."""
        return "AC60", self.entitlement_id


@dataclass(frozen=True, slots=True)
class Payment:
    """One AC82 row: what became of it, its items, and its entitlement where that exists."""

    payment_id: str
    person: str | None
    scheme: str | None
    booked: str | None
    month: str | None
    amount: Decimal
    has_amount: bool
    account: str | None
    channel: str | None
    is_paid: bool
    is_returned: bool
    items: tuple[tuple[str | None, Decimal], ...]
    entitlement_id: str | None
    entitlement: Entitlement | None
    place: str | None

    @property
    def evidence(self) -> Evidence:
        """Its row."""
        return "AC82", self.payment_id

    @property
    def is_pension(self) -> bool:
        """A payment of an entitlement of kinds 01 to 03 in 110, 120 or 170."""
        entitlement = self.entitlement
        return (
            entitlement is not None
            and entitlement.kind in PENSION_KINDS
            and entitlement.scheme in PENSION_SCHEMES
        )

    def of_items(self, *items: str) -> Decimal:
        """Sum what it pays under some items."""
        return sum((value for item, value in self.items if item in items), ZERO)

    @property
    def for_the_living(self) -> Decimal | None:
        """Sum all items but death benefits, without items AAE019; None for a death benefit alone."""
        if self.items:
            other = [value for item, value in self.items if item not in DEATH_BENEFITS]
            return sum(other, ZERO) if other else None
        if self.entitlement is not None and self.entitlement.kind == "51":
            return None
        return self.amount


@dataclass(frozen=True, slots=True)
class Contribution:
    """One AC43 row with the enrolment that gives it its division."""

    contribution_id: str
    person: str | None
    employer: str | None
    scheme: str | None
    booked: str | None
    month: str | None
    kind: str | None
    wage: Decimal
    base: Decimal | None
    paid: Decimal
    arrived: bool
    covers: tuple[str, ...]
    enrolment: Enrolment
    place: str | None

    @property
    def evidence(self) -> Evidence:
        """Its row."""
        return "AC43", self.contribution_id

    @property
    def is_employee(self) -> bool:
        """Whether AAC066 of the enrolment says employee."""
        return self.enrolment.identity == EMPLOYEE


class Facts:
    """The facts of month m.

    ``landed`` are the months whose production databases the warehouse read (None: all up to m); ``as_of``
    is the day of judging ages.
    """

    def __init__(self, city: City, at: str, *, landed: tuple[str, ...] | None = None) -> None:
        self.city, self.month, self.landed = city, at, landed
        self.batch: Batch = city.batch(at)
        self.ledgers: Ledgers = ledgers_of(self.batch)
        self.as_of: date = last_day(at)
        self.year_ago = shift(at, -11)
        self.persons = self.ledgers.persons

    def code(self, column: str, value: str | None) -> str | None:
        """Give a standard code."""
        return self.batch.code(column, value)

    def is_past(self, at: str | None) -> bool:
        """Whether a month is real and not later than m."""
        return at is not None and at <= self.month

    def is_recent(self, at: str | None) -> bool:
        """Whether a month is one of the last twelve."""
        return at is not None and self.year_ago <= at <= self.month

    def home(self, person: str | None) -> str | None:
        """Give AC01's division."""
        row = self.persons.get(person)
        return None if row is None else self.batch.division(row.AAB301)

    @cached_property
    def returns(self) -> list[ReturnRow]:
        """The rows of the bank's return files."""
        return return_rows(self.city, self.month)

    @cached_property
    def entitlements(self) -> dict[str, Entitlement]:
        """The entitlements by id, empty for the row without one."""
        approved: dict[str, list[Approved]] = defaultdict(list)
        for row in self.batch.current["AC61"]:
            if row.AAZ257 is not None:
                item = self.code("AAA036", row.AAA036)
                approved[row.AAZ257].append(
                    Approved(item, month(row.AAE041), month(row.AAE042), amount(row.AAE019) or ZERO)
                )
        return {
            row.AAZ257 or "": self._entitlement(row, tuple(approved[row.AAZ257 or ""]))
            for row in self.batch.current["AC60"]
        }

    def _entitlement(self, row: tuple, approved: tuple[Approved, ...]) -> Entitlement:
        return Entitlement(
            entitlement_id=row.AAZ257 or "",
            person=row.AAC001,
            scheme=self.code("AAE140", row.AAE140),
            kind=self.code("AIC161", row.AIC161),
            first=month(row.AAE210),
            last=month(row.AAE211),
            status=self.code("AAE116", row.AAE116),
            holder=row.AAE009,
            approved=approved,
            place=self.batch.division(row.AAB301) if row.AAC001 in self.persons else None,
        )

    @cached_property
    def payments(self) -> list[Payment]:
        """The payments of somebody, for a real month up to m."""
        return [payment for payment in self.booked if self.is_past(payment.month)]

    @cached_property
    def booked(self) -> list[Payment]:
        """The payments of somebody, whatever month they are for."""
        return [payment for payment in self.made if payment.person is not None]

    @cached_property
    def made(self) -> list[Payment]:
        """The payments, of somebody or nobody, whatever month they are for."""
        items: dict[str, list[tuple[str | None, Decimal]]] = defaultdict(list)
        for row in self.batch.current["AC83"]:
            if row.AAZ220 is not None:
                items[row.AAZ220].append((self.code("AAA036", row.AAA036), amount(row.AAE019) or ZERO))
        returned = {row.payment_id for row in self.returns if row.result == "returned"}
        return [
            self._payment(row, tuple(items[row.AAZ220]), is_returned=row.AAZ220 in returned)
            for row in self.batch.current["AC82"]
        ]

    def _payment(
        self, row: tuple, items: tuple[tuple[str | None, Decimal], ...], *, is_returned: bool
    ) -> Payment:
        entitlement = self.entitlements.get(row.AAZ257) if row.AAZ257 else None
        result = self.code("AAE117", row.AAE117)
        return Payment(
            payment_id=row.AAZ220 or "",
            person=row.AAC001,
            scheme=self.code("AAE140", row.AAE140),
            booked=month(row.AAE002),
            month=month(row.AAE003),
            amount=amount(row.AAE019) or ZERO,
            has_amount=amount(row.AAE019) is not None,
            account=row.AAE010,
            channel=self.code("AAE145", row.AAE145),
            is_paid=result == "1" and not is_returned,
            is_returned=result == "2" or is_returned,
            items=items,
            entitlement_id=row.AAZ257,
            entitlement=entitlement,
            place=self.home(row.AAC001) if entitlement is None else entitlement.place,
        )

    @cached_property
    def paid(self) -> list[Payment]:
        """The payments that are paid."""
        return [payment for payment in self.payments if payment.is_paid]

    @cached_property
    def paid_from(self) -> dict[str, list[Payment]]:
        """The payments that are paid, of somebody or nobody, by the entitlement they name."""
        named: dict[str, list[Payment]] = defaultdict(list)
        for payment in self.made:
            if payment.is_paid and payment.entitlement_id is not None and self.is_past(payment.month):
                named[payment.entitlement_id].append(payment)
        return named

    @cached_property
    def contributions(self) -> list[Contribution]:
        """The contributions of somebody enrolled, arrived or not, for a real month."""
        rows = [self._contribution(row) for row in self.batch.current["AC43"]]
        return [row for row in rows if row is not None]

    @cached_property
    def contributed(self) -> list[Contribution]:
        """The contributions that arrived."""
        return [row for row in self.contributions if row.arrived]

    def _contribution(self, row: tuple) -> Contribution | None:
        scheme, paid_for = self.code("AAE140", row.AAE140), month(row.AAE003)
        enrolment = self.ledgers.enrolment_of(row.AAC001, scheme, row.AAB001)
        if enrolment is None or row.AAC001 is None:
            return None
        known = row.AAC001 in self.persons and (row.AAB001 is None or row.AAB001 in self.ledgers.employers)
        return Contribution(
            contribution_id=row.AAZ223 or "",
            person=row.AAC001,
            employer=row.AAB001,
            scheme=scheme,
            booked=month(row.AAE002),
            month=paid_for,
            kind=self.code("AAA115", row.AAA115),
            wage=amount(row.AAC040) or ZERO,
            base=amount(row.AAE180),
            paid=(amount(row.AAE080) or ZERO) + (amount(row.AAE082) or ZERO),
            arrived=self.code("AAE078", row.AAE078) == "1",
            covers=_covered(scheme, paid_for, month(row.AAE041), month(row.AAE042)),
            enrolment=enrolment,
            place=enrolment.division if known else None,
        )

    def born(self, person: str | None) -> date | None:
        """Give AC01's birth date."""
        row = self.persons.get(person)
        return None if row is None else day(row.AAC006)


def _covered(
    scheme: str | None, paid_for: str | None, first: str | None, last: str | None
) -> tuple[str, ...]:
    """List the months a contribution stands for: in 170 those covered, a whole calendar year when empty.

    One end alone counts for both, as in the ledger.
    """
    if paid_for is None:
        return ()
    if scheme != RESIDENTS:
        return (paid_for,)
    start, end = first or last or f"{paid_for[:4]}-01", last or first or f"{paid_for[:4]}-12"
    months = []
    while start <= end and len(months) < 1200:
        months.append(start)
        start = shift(start, 1)
    return tuple(months)

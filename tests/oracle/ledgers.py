"""Business ledgers: facts with their division, orphans among them with none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.production import Batch
from tests.oracle.values import ZERO, amount, day, month


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One AC02 row; ``division`` None for an orphan, ``written_division`` as in the row."""

    enrolment_id: str
    person: str | None
    scheme: str | None
    employer: str | None
    status: str | None
    identity: str | None
    began: str
    first_month: str | None
    division: str | None
    written_division: str | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One AC43 or AB07 row (``person`` None there), amounts in yuan, months as YYYY-MM."""

    person: str | None
    employer: str | None
    scheme: str | None
    booked: str | None
    month: str | None
    kind: str | None
    base: Decimal
    due: Decimal
    paid: Decimal
    arrived: bool
    enrolment: Enrolment | None
    division: str | None

    @property
    def counts(self) -> bool:
        """Orphans and rows with an unreal month count in no statistic."""
        return None not in (self.division, self.booked, self.month)

    @property
    def is_employee(self) -> bool:
        """Employee means AAC066 = 11 of the enrolment that gives the row its division."""
        return self.enrolment is not None and self.enrolment.identity == "11"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One AC60 row."""

    entitlement_id: str | None
    person: str | None
    scheme: str | None
    kind: str | None
    first_month: str | None
    status: str | None
    division: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """One AC82 row, with its entitlement where that exists."""

    payment_id: str | None
    person: str | None
    scheme: str | None
    booked: str | None
    month: str | None
    amount: Decimal
    channel: str | None
    result: str | None
    entitlement: Entitlement | None
    division: str | None

    @property
    def counts(self) -> bool:
        """Orphans and rows with an unreal month count in no statistic."""
        return None not in (self.division, self.booked, self.month)


class Ledgers:
    """The business ledgers of a batch, from the versions that count."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.persons = {row.AAC001: row for row in batch.current["AC01"] if row.AAC001}
        self.employers = {row.AAB001: row for row in batch.current["AB01"] if row.AAB001}
        self.enrolments = [self._enrolment(row) for row in batch.current["AC02"]]
        self._by_person: dict[tuple[str | None, str | None], list[Enrolment]] = defaultdict(list)
        for enrolment in self.enrolments:
            self._by_person[enrolment.person, enrolment.scheme].append(enrolment)
        self.contributions = [self._contribution(row) for row in batch.current["AC43"]]
        self.unit_contributions = [self._unit_contribution(row) for row in batch.current["AB07"]]
        self.entitlements = {row.AAZ257: self._entitlement(row) for row in batch.current["AC60"]}
        self.payments = [self._payment(row) for row in batch.current["AC82"]]
        self.judged: dict[str, dict[int, tuple[bool | None, ...]]] = {}

    def enrolment_of(self, person: str | None, scheme: str | None, employer: str | None) -> Enrolment | None:
        """Find the enrolment a contribution belongs to.

        "The person's enrolment in its scheme with the same employer (null = null), else the
        active one, else any; the latest by AAC030, then AAZ159, where several fit."
        """
        if person is None or scheme is None:
            return None
        several = self._by_person.get((person, scheme), [])
        fitting = (
            [enrolment for enrolment in several if enrolment.employer == employer]
            or [enrolment for enrolment in several if enrolment.status == "1"]
            or several
        )
        return max(fitting, key=lambda enrolment: (enrolment.began, enrolment.enrolment_id), default=None)

    def employer_division(self, employer: str | None) -> str | None:
        """Give an employer's division, None when the employer or the division is unknown."""
        employer_row = self.employers.get(employer)
        return None if employer_row is None else self.batch.division(employer_row.AAB301)

    def _unknown_employer(self, employer: str | None) -> bool:
        return employer is not None and employer not in self.employers

    def _enrolment(self, row: tuple) -> Enrolment:
        orphan = row.AAC001 not in self.persons or self._unknown_employer(row.AAB001)
        code = self.batch.code
        began = day(row.AAC030)
        return Enrolment(
            enrolment_id=row.AAZ159 or "",
            person=row.AAC001,
            scheme=code("AAE140", row.AAE140),
            employer=row.AAB001,
            status=code("AAC008", row.AAC008),
            identity=code("AAC066", row.AAC066),
            began=began.isoformat() if began else "",
            first_month=month(row.AAC049),
            division=None if orphan else self.batch.division(row.AAB301),
            written_division=row.AAB301,
        )

    def _contribution(self, row: tuple) -> Contribution:
        code = self.batch.code
        scheme = code("AAE140", row.AAE140)
        enrolment = self.enrolment_of(row.AAC001, scheme, row.AAB001)
        orphan = row.AAC001 not in self.persons or self._unknown_employer(row.AAB001)
        return Contribution(
            person=row.AAC001,
            employer=row.AAB001,
            scheme=scheme,
            booked=month(row.AAE002),
            month=month(row.AAE003),
            kind=code("AAA115", row.AAA115),
            base=_money(row.AAE180),
            due=_money(row.AAE020) + _money(row.AAE022),
            paid=_money(row.AAE080) + _money(row.AAE082),
            arrived=code("AAE078", row.AAE078) == "1",
            enrolment=enrolment,
            division=None if orphan or enrolment is None else enrolment.division,
        )

    def _unit_contribution(self, row: tuple) -> Contribution:
        return Contribution(
            person=None,
            employer=row.AAB001,
            scheme=self.batch.code("AAE140", row.AAE140),
            booked=month(row.AAE002),
            month=month(row.AAE003),
            kind=None,
            base=_money(row.AAB120),
            due=_money(row.AAE020),
            paid=_money(row.AAE080),
            arrived=self.batch.code("AAE078", row.AAE078) == "1",
            enrolment=None,
            division=self.employer_division(row.AAB001),
        )

    def _entitlement(self, row: tuple) -> Entitlement:
        code = self.batch.code
        known = row.AAC001 in self.persons
        return Entitlement(
            entitlement_id=row.AAZ257,
            person=row.AAC001,
            scheme=code("AAE140", row.AAE140),
            kind=code("AIC161", row.AIC161),
            first_month=month(row.AAE210),
            status=code("AAE116", row.AAE116),
            division=self.batch.division(row.AAB301) if known else None,
        )

    def _payment(self, row: tuple) -> Payment:
        code = self.batch.code
        entitlement = self.entitlements.get(row.AAZ257) if row.AAZ257 else None
        known = row.AAC001 in self.persons and entitlement is not None
        return Payment(
            payment_id=row.AAZ220,
            person=row.AAC001,
            scheme=code("AAE140", row.AAE140),
            booked=month(row.AAE002),
            month=month(row.AAE003),
            amount=_money(row.AAE019),
            channel=code("AAE145", row.AAE145),
            result=code("AAE117", row.AAE117),
            entitlement=entitlement,
            division=entitlement.division if known else None,
        )


def _money(value: str | None) -> Decimal:
    return amount(value) or ZERO


def ledgers_of(batch: Batch) -> Ledgers:
    """Build the ledgers of a batch once."""
    if not hasattr(batch, "ledgers"):
        batch.ledgers = Ledgers(batch)
    return batch.ledgers

"""A company and its people, paying on the right bases: what a scene changes, it changes afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.bases.terms import EMPLOYER_PERCENT, FLEXIBLE_PERCENT, PENSION, PERSON_PERCENT, Terms

REGULAR, TRUE_UP = 10, 32


@dataclass
class Person:
    """Somebody of a company; wages in yuan. ``listed`` is the status declared, "" when left out.

    ``first`` and ``last`` are the months paid for; ``total`` "" means that the wage cannot be determined.
    """

    person_id: str
    number: str
    wage: int
    first: int
    last: int
    begun: int = 0
    listed: str = "insured"
    proof: str = ""
    has_total: bool = True
    is_flexible: bool = False
    schemes: tuple[int, ...] = (PENSION,)


@dataclass
class Application:
    """An approved application."""

    wage_year: int
    applied_on: str
    effective: int
    number: str = ""
    new_base: int = 0


@dataclass
class Row:
    """One row of AC43; ``since`` is the batch it is there from, amounts in yuan (exact fen when doubled)."""

    person: Person
    scheme: int
    month: int
    booked: int
    kind: int
    base: int
    due_employer: int
    due_person: int
    corrected_in: int = 0
    corrected_base: int = 0


@dataclass
class Unit:
    """One row of AB07; cents are of the first version, ``later`` the base it was rewritten to, and when."""

    scheme: int
    month: int
    base: int
    rewritten_in: int = 0
    later: int = 0


@dataclass
class Company:
    """A company: what it is, who works there, what it declares and what it pays."""

    unit_id: str
    tax_number: str
    county: int
    terms: Terms
    kind: str = "10"
    is_dual: bool = False
    has_ab07: bool = False
    people: list[Person] = field(default_factory=list)
    undeclared: set[int] = field(default_factory=set)
    unlisted: set[int] = field(default_factory=set)
    bills: dict[int, int] = field(default_factory=dict)
    lacking: set[tuple[int, str]] = field(default_factory=set)
    late_documents: set[tuple[int, str]] = field(default_factory=set)
    applications: list[Application] = field(default_factory=list)
    vouchers: list[tuple[int, str, int | None, int]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)

    def wage(self, person: Person, wage_year: int) -> int:
        """Return a person's wage of a year: fifty yuan more than the year before."""
        return person.wage + 50 * (wage_year - 2021)

    def bound(self, wage: int, wage_year: int, *, is_flexible: bool = False) -> int:
        """Return a wage between floor and cap of a wage year."""
        floor, cap = self.terms.limits(wage_year, is_flexible=is_flexible)
        return min(max(wage, floor), cap)

    def right_base(self, person: Person, wage_year: int) -> int:
        """Return the base a person is to pay on in a wage year."""
        wage = self.wage(person, wage_year)
        if not person.is_flexible and (not person.has_total):
            wage = self.terms.average(wage_year)
        return self.bound(wage, wage_year, is_flexible=person.is_flexible)

    def base(self, person: Person, month: int) -> int:
        """Return the base a person pays on in a month when all is right."""
        terms = self.terms
        year = terms.wage_year(month)
        if month >= terms.published_month(year) and terms.provisional == "old_limits":
            return self.right_base(person, year)
        if month >= terms.verified_month(year):
            return self.right_base(person, year)
        if terms.provisional == "carry":
            before = terms.first_month(year) - 1
            if before < max(person.first, terms.first):
                return self.right_base(person, year)
            return self.base(person, before)
        if person.is_flexible:
            return self.bound(self.wage(person, year), year - 1, is_flexible=True)
        wage = self.wage(person, year) if person.has_total else terms.average(year)
        return self.bound(wage, year - 1)

    def wage_bill(self, wage_year: int) -> int:
        """Return the wage bill declared: the wages of everybody listed."""
        if wage_year in self.bills:
            return self.bills[wage_year]
        return self.listed_total(wage_year)

    def listed_total(self, wage_year: int) -> int:
        """Return what the persons listed earned in the year."""
        return sum(
            self.wage(person, wage_year) * 12 for person in self.people if person.listed and person.has_total
        )

    def unit_base(self, scheme: int, month: int) -> int:
        """Return the unit's base of a month when all is right: what a dual-base unit's method gives."""
        terms = self.terms
        year = terms.wage_year(month)
        if month >= terms.verified_month(year) or (
            terms.provisional == "old_limits" and month >= terms.published_month(year)
        ):
            return self.right_unit_base(scheme, year)
        if terms.provisional == "carry":
            before = terms.first_month(year) - 1
            return (
                self.unit_base(scheme, before)
                if before >= terms.first
                else self.right_unit_base(scheme, year)
            )
        return self._by_method(self.sum_personal(scheme, month), year)

    def right_unit_base(self, scheme: int, wage_year: int) -> int:
        """Return the unit's base of a wage year: on the people of its settling month, or its last one."""
        months = [row.month for row in self.rows if row.kind == REGULAR and row.scheme == scheme]
        wanted = self.terms.verified_month(wage_year)
        held = [month for month in months if self.terms.wage_year(month) == wage_year]
        verified = min((month for month in held if month >= wanted), default=max(held, default=wanted))
        return self._by_method(self.sum_personal(scheme, verified), wage_year)

    def sum_personal(self, scheme: int, month: int) -> int:
        """Return the sum of the bases of a month."""
        return sum(
            row.base
            for row in self.rows
            if row.kind == REGULAR and row.scheme == scheme and row.month == month
        )

    def _by_method(self, summed: int, wage_year: int) -> int:
        is_sum = self.kind != "10" and self.terms.institutions == "sum"
        if is_sum or wage_year in self.undeclared:
            return summed
        return max(summed, self.wage_bill(wage_year) // 12)


def premium(base: int, percent: int) -> int:
    """Return a premium in cents: of a whole base it is one exactly."""
    return base * percent


def pays(company: Company) -> None:
    """Let the company pay for every month: regular rows, and rows of AB07 under dual base."""
    terms = company.terms
    for person in company.people:
        for scheme in person.schemes:
            for month in range(max(person.first, terms.first), min(person.last, terms.last) + 1):
                base = company.base(person, month)
                company.rows.append(regular(company, person, scheme, month, base))
    if company.is_dual or company.has_ab07:
        months = sorted({(row.scheme, row.month) for row in company.rows if row.scheme == PENSION})
        for scheme, month in months:
            company.units.append(Unit(scheme, month, company.unit_base(scheme, month)))


def regular(company: Company, person: Person, scheme: int, month: int, base: int) -> Row:
    """Return a regular row for a month, booked in it."""
    row = Row(person, scheme, month, month, REGULAR, base, 0, 0)
    charge(company, row)
    return row


def charge(company: Company, row: Row) -> None:
    """Compute what is due on a row's base, in cents."""
    if row.scheme != PENSION:
        row.due_employer, row.due_person = row.base // 5, 0
    elif row.person.is_flexible:
        row.due_employer, row.due_person = 0, premium(row.base, FLEXIBLE_PERCENT)
    else:
        row.due_employer = 0 if company.is_dual else premium(row.base, EMPLOYER_PERCENT)
        row.due_person = premium(row.base, PERSON_PERCENT)


def settle(company: Company, *, wage_year: int, persons: bool = True, units: bool = True) -> None:
    """Book the true-up of a wage year in its settling month: rows of kind 32, AB07 rewritten."""
    terms = company.terms
    settling = terms.verified_month(wage_year)
    if settling > terms.last:
        return
    provisional = range(terms.first_month(wage_year), settling)
    for row in [row for row in company.rows if row.kind == REGULAR and row.month in provisional]:
        difference = company.right_base(row.person, wage_year) - row.base
        if persons and difference:
            trueup = Row(row.person, row.scheme, row.month, settling, TRUE_UP, difference, 0, 0)
            charge(company, trueup)
            company.rows.append(trueup)
    for unit in [unit for unit in company.units if unit.month in provisional]:
        right = company.right_unit_base(unit.scheme, wage_year)
        if units and company.is_dual and right != unit.base:
            unit.rewritten_in, unit.later = settling, right

"""Persons and units of a base year, with what is verified of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.oracle.bases.rows import EMPLOYEE, Collected, Paid
from tests.oracle.bases.years import Year
from tests.oracle.values import half_up, month_of, shift

CENT = Decimal("0.01")
Rates = tuple[Decimal | None, Decimal | None]
Bounds = tuple[Decimal | None, Decimal | None]


def to_unit(value: Decimal, unit: Decimal) -> Decimal:
    """Round half up to what the rules round to."""
    return (value / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


@dataclass
class Subject:
    """What persons and units share; ``at`` is the month asked for."""

    at: str
    division: str
    scheme: str
    year: Year
    method: str | None
    rule: dict | None
    rates: dict[str, Rates]
    applications: list[dict]
    bases: dict[str, Decimal] = field(default_factory=dict)

    @property
    def published(self) -> bool:
        """Whether the average wage is known."""
        return self.year.is_published(self.at)

    @property
    def settling(self) -> str | None:
        """The settling month."""
        if self.rule is None or self.year.published_month is None:
            return None
        return shift(self.year.published_month, int(self.rule["trueup_months"]))

    def is_provisional(self, month: str) -> bool:
        """Whether a month of the base year is before the settling month."""
        return self.settling is None or month < self.settling

    def months(self) -> list[str]:
        """The months with a row, in order."""
        raise NotImplementedError

    @property
    def verified(self) -> str | None:
        """The verified month v."""
        return next((month for month in self.months() if not self.is_provisional(month)), None)

    @property
    def judged(self) -> str:
        """V, or while it is open the last month with a row."""
        return self.verified or self.months()[-1]

    @property
    def rounding(self) -> Decimal:
        """What bases are rounded to."""
        return Decimal(self.rule["rounding"])

    def applied_for(self) -> Decimal | None:
        """The new base of the approved application effective last by the judged month."""
        fitting = [
            application for application in self.applications
            if application["new"] is not None and application["effective"] <= self.judged
        ]  # fmt: skip
        return max(fitting, key=lambda application: application["effective"])["new"] if fitting else None


@dataclass
class Person(Subject):
    """A person at a unit (empty: flexible), in a scheme and base year."""

    person: str = ""
    unit: str = ""
    identity: str = EMPLOYEE
    rows: dict[str, Paid] = field(default_factory=dict)
    bounds: dict[str, Bounds] = field(default_factory=dict)
    bounds_before: dict[str, Bounds] = field(default_factory=dict)
    listed: dict | None = None
    trueups: list[tuple] = field(default_factory=list)
    carried: Decimal | None = None

    def months(self) -> list[str]:
        """The months with a regular row."""
        return sorted(self.rows)

    @property
    def began_within(self) -> bool:
        """Whether the enrolment began in the base year."""
        began = self.rows[self.months()[-1]].began
        return began is not None and self.year.first <= month_of(began) <= self.year.last

    @property
    def source(self) -> str:
        """Where the wage comes from."""
        if self.identity != EMPLOYEE:
            return "chosen"
        if self.listed is not None:
            return "declared" if self.listed["wage_total"] else "average"
        return "joined" if self.began_within and self.rows[self.months()[0]].wage is not None else "none"

    @property
    def wage(self) -> Decimal | None:
        """The wage, to the cent."""
        if self.source == "declared":
            return half_up(Decimal(self.listed["wage_total"]) / int(self.listed["months"]))
        if self.source == "average":
            return self.year.average if self.published else None
        return self.rows[self.months()[0]].wage if self.source == "joined" else None

    def bound(self) -> Bounds:
        """Floor and cap in force in the judged month."""
        return self.bounds[self.judged] if self.published else (None, None)

    @property
    def has_rule(self) -> bool:
        """Whether rule, average wage and base method are known."""
        return (
            self.rule is not None
            and self.year.has_average
            and (self.identity != EMPLOYEE or self.method is not None)
        )

    @property
    def has_rates(self) -> bool:
        """Whether every month has the rates it needs."""
        return all(
            person is not None and (self.method != "single" or employer is not None)
            for employer, person in (self.rates[month] for month in self.rows)
        )

    @property
    def expected(self) -> Decimal | None:
        """The base that should be."""
        if not self.published or not self.has_rule:
            return None
        if (new := self.applied_for()) is not None:
            return new
        floor, cap = self.bound()
        wage = self.rows[self.judged].base if self.source == "chosen" else self.wage
        if floor is None or cap is None or wage is None:
            return None
        if self.source == "chosen" and floor <= wage <= cap:
            return wage
        return to_unit(min(max(wage, floor), cap), self.rounding)

    def premium(self, base: Decimal, month: str) -> Decimal:
        """The premium on a base: the person's part, and under single base the employer's."""
        employer, person = self.rates[month]
        whole = half_up(base * person)
        return whole + half_up(base * employer) if self.method == "single" else whole

    def trueup(self) -> tuple[Decimal, Decimal] | None:
        """Due and booked."""
        if self.expected is None or not self.has_rates:
            return None
        provisional = [month for month in self.rows if self.is_provisional(month)]
        due = sum(
            (self.premium(self.expected, at) - self.premium(self.rows[at].base, at) for at in provisional),
            Decimal(0),
        )
        booked = Decimal(0)
        for at, kind, employer, person in self.trueups:
            if self.is_provisional(at) and (kind == "32" or at in self.rows):
                booked += person + (employer if self.method == "single" else 0)
        return due, booked

    @property
    def status(self) -> str:
        """The first that holds."""
        if not self.has_rule or not self.has_rates or (self.published and None in self.bound()):
            return "no_rule"
        if self.verified is None:
            return "provisional"
        if self.source == "none":
            return "not_declared"
        return "differs" if abs(self.rows[self.verified].base - self.expected) > CENT else "ok"


@dataclass
class Unit(Subject):
    """A unit in a scheme and base year."""

    unit: str = ""
    employees: dict[str, list[Paid]] = field(default_factory=dict)
    collected: dict[str, Collected] = field(default_factory=dict)
    first: dict[str, Collected] = field(default_factory=dict)
    taxed: dict[str, Decimal] = field(default_factory=dict)
    bill: dict | None = None
    carried: Decimal | None = None

    def months(self) -> list[str]:
        """The months with an employee's regular row or a row collected as a unit."""
        return sorted({*self.employees, *self.collected})

    def total(self, month: str) -> Decimal:
        """Σ AAE180 of the employees."""
        return sum((row.base for row in self.employees.get(month, [])), Decimal("0.00"))

    def base(self, month: str) -> Decimal | None:
        """The unit's base of a month; a provisional one's as it landed first."""
        if self.method == "single":
            return self.total(month) if month in self.employees else None
        rows = self.first if self.is_provisional(month) else self.collected
        return rows[month].base if month in rows else None

    @property
    def unit_method(self) -> str | None:
        """How the base of the unit is found."""
        method = self.rule.get("unit_method") if self.rule else None
        return method if method in ("higher", "sum", "bill") else None

    @property
    def wage(self) -> Decimal | None:
        """The wage bill of a month."""
        if self.bill is None or self.rule is None:
            return None
        of_a_month = Decimal(self.bill["wage_bill"]) / int(self.bill["months"])
        return to_unit(to_unit(of_a_month, Decimal("0.01")), self.rounding)

    @property
    def has_rule(self) -> bool:
        """Whether rule, average wage and base method are known."""
        return (
            self.rule is not None and self.year.has_average and self.method is not None
            and (self.method == "single" or self.unit_method is not None)
        )  # fmt: skip

    @property
    def has_rates(self) -> bool:
        """Whether every month has the employer's rate."""
        return all(self.rates[month][0] is not None for month in self.months())

    def by_method(self, total: Decimal) -> Decimal | None:
        """What the method gives with a sum of personal bases."""
        if self.unit_method == "sum":
            return total
        if self.unit_method == "bill":
            return self.wage
        return total if self.wage is None else max(self.wage, total)

    @property
    def expected(self) -> Decimal | None:
        """The base that should be."""
        if not self.published or not self.has_rule:
            return None
        total = self.total(self.judged)
        if self.method == "single":
            return total
        new = self.applied_for()
        return new if new is not None else self.by_method(total)

    @property
    def applied(self) -> Decimal | None:
        """The base applied for v."""
        if self.verified is None:
            return None
        return self.total(self.verified) if self.method == "single" else self.base(self.verified)

    def premium(self, base: Decimal, month: str) -> Decimal:
        """The employer's part."""
        return half_up(base * self.rates[month][0])

    def trueup(self) -> tuple[Decimal, Decimal] | None:
        """Due and booked, under dual base."""
        if self.method != "dual" or self.expected is None or not self.has_rates:
            return None
        provisional = [month for month in self.collected if self.is_provisional(month)]
        due = sum((self.premium(self.expected, at) - self.first[at].due for at in provisional), Decimal(0))
        return due, sum((self.collected[at].due - self.first[at].due for at in provisional), Decimal(0))

    @property
    def status(self) -> str:
        """The first that holds."""
        if not self.has_rule or not self.has_rates:
            return "no_rule"
        if self.verified is None:
            return "provisional"
        if self.method == "dual" and self.unit_method != "sum" and self.bill is None:
            return "not_declared"
        if self.method == "single":
            return "ok"
        if self.applied is None or self.expected is None:
            return "differs"
        return "differs" if abs(self.applied - self.expected) > CENT else "ok"

"""The companies of a city of bases, and what the scenes record about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from fundwatch.numbers.identity import check_character
from simulator import clock, numbers, parameters
from simulator.bases.company import Company, Person
from simulator.bases.terms import PENSION, Terms
from simulator.clock import FOREVER
from simulator.truth import Truth

_FIRST_UNIT = 2306_8000_0001
_FIRST_PERSON = 8_000_000_001
_BEGUN = 2020 * 12
_DAYS, _BIRTHS = 28, 336
LOW_WAGES = (2_400, 2_500, 2_600)
# What the names of scenes are recorded under: a cross-check has the name of an exception.
PREFIX = "bases."


@dataclass
class Stage:
    """One site's companies so far; ``target`` is the wage year the scenes are about."""

    terms: Terms
    target: int
    truth: Truth
    rng: np.random.Generator
    companies: list[Company] = field(default_factory=list)
    persons: int = 0

    @property
    def months(self) -> range:
        """The months of the target's base year."""
        return self.terms.months(self.target)

    @property
    def verified(self) -> int:
        """The target's settling month."""
        return self.terms.verified_month(self.target)

    def company(
        self, *, wages: Sequence[int] = (), kind: str = "10", is_dual: bool = False, has_ab07: bool = False
    ) -> Company:
        """Found a company; without ``wages`` its three people earn what is drawn."""
        number = len(self.companies)
        county = number % len(parameters.COUNTIES)
        company = Company(
            unit_id=str(_FIRST_UNIT + number),
            tax_number=numbers.draw_credit_code(
                self.rng, int(parameters.COUNTIES[county]), government=kind != "10"
            ),
            county=county, terms=self.terms, kind=kind, is_dual=is_dual, has_ab07=has_ab07,
        )  # fmt: skip
        for wage in wages or (self.rng.integers(70, 180, size=3) * 50).tolist():
            self.join(company, wage=int(wage))
        self.companies.append(company)
        return company

    def join(
        self, company: Company, *, wage: int, first: int = _BEGUN, last: int = FOREVER, **given: object
    ) -> Person:
        """Let somebody join a company."""
        self.persons += 1
        month, day = self.persons // _DAYS % 12 + 1, self.persons % _DAYS + 1
        year, order = 1970 + self.persons // _BIRTHS % 30, self.persons // 10_080 + 1
        body = f"230602{year}{month:02d}{day:02d}{order:03d}"
        person = Person(
            person_id=str(_FIRST_PERSON + self.persons), number=body + check_character(body),
            wage=wage, first=first, last=last, begun=first, **given,  # type: ignore[arg-type]
        )  # fmt: skip
        company.people.append(person)
        return person

    def plant(
        self, exception: str, company: Company, *, person: Person | str | None = None,
        scheme: int | None = PENSION, wage_year: int = 0, document: str = "",
    ) -> None:  # fmt: skip
        """Record an exception that holds in the last month."""
        self.truth.plant(
            PREFIX + exception, **self._item(company, person, scheme, wage_year), document=document
        )

    def decoy(
        self, exception: str, company: Company, *, why: str, person: Person | str | None = None,
        scheme: int | None = PENSION, wage_year: int = 0, document: str = "",
    ) -> None:  # fmt: skip
        """Record what only looks like one."""
        self.truth.decoy(
            PREFIX + exception, why=why, **self._item(company, person, scheme, wage_year), document=document
        )

    def _item(
        self, company: Company, person: Person | str | None, scheme: int | None, wage_year: int
    ) -> dict[str, object]:
        month = clock.month_text(self.terms.last)
        return {
            "first_month": month,
            "last_month": month,
            "unit_id": "" if isinstance(person, Person) and person.is_flexible else company.unit_id,
            "person_id": person.person_id if isinstance(person, Person) else person or "",
            "scheme": str(scheme or ""),
            "wage_year": str(wage_year or self.target),
        }

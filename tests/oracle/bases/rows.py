"""What is read for a month: contributions that count, collections of units, last batches of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.oracle.bases.declarations import declared
from tests.oracle.ledgers import Ledgers
from tests.oracle.production import City
from tests.oracle.site import in_force
from tests.oracle.values import ZERO, amount, day, month

EMPLOYEE, FLEXIBLE = "11", "12"


@dataclass(frozen=True)
class Paid:
    """One regular contribution: ``unit`` empty for a flexible person."""

    key: str
    person: str
    unit: str
    scheme: str
    at: str
    identity: str
    division: str
    began: date | None
    wage: Decimal | None
    base: Decimal
    employer_part: Decimal


@dataclass(frozen=True)
class Collected:
    """One AB07 row: base and premium."""

    base: Decimal | None
    due: Decimal


class Rows:
    """Everything bases are computed from; ``landed`` are the months whose batches were landed."""

    def __init__(self, city: City, at: str, landed: Sequence[str]) -> None:
        self.site, self.month = city.site, at
        self.schemes = self._schemes()
        self.history: dict[str, tuple[dict, dict]] = {}
        for batch in [name for name in landed if name < at]:
            ledgers = Ledgers(city.batch(batch))
            self.history[batch] = (self._keyed(ledgers), self._collected(ledgers))
        self.ledgers = Ledgers(city.batch(at))
        self.history[at] = (self._keyed(self.ledgers), self._collected(self.ledgers))
        self.regular, self.trueups = self._contributions()
        self.collected = self.history[at][1]
        self.declared = declared(city.folder, at)
        batch = self.ledgers.batch
        self.methods = {
            (row.AAB001, batch.code("AAE140", row.AAE140)): batch.code("AAB033", row.AAB033)
            for row in batch.current["AB02"]
        }
        self.units = {unit: row for unit, row in self.ledgers.employers.items() if batch.division(row.AAB301)}
        self.numbers: dict[str, list[str]] = defaultdict(list)

    def _schemes(self) -> set[str]:
        named = {row.get("scheme") for row in self.site.table("base_rules")}
        limited = {row.get("scheme") for row in self.site.table("contribution_limits")}
        known = {"110", "120", "170", "210", "310", "390", "410", "510"}
        schemes = {scheme for scheme in named if scheme}
        if None in named:
            schemes |= (known if None in limited else limited) - {"170", "390", None}
        return schemes

    def kind(self, unit: str) -> str | None:
        """AAB019 of a unit: an open list, as written where neither AA10 nor the code map names its class."""
        batch, written = self.ledgers.batch, self.ledgers.employers[unit].AAB019
        is_named = "AAB019" in {*batch.listed, *self.site.mapped_classes()}
        return batch.code("AAB019", written) if is_named else written

    def first(self, unit: str, scheme: str, at: str) -> Collected | None:
        """The row as the first landed batch that holds it had it."""
        for batch in sorted(self.history):
            if (unit, scheme, at) in self.history[batch][1]:
                return self.history[batch][1][unit, scheme, at]
        return None

    def batch_of(self, at: str) -> tuple[dict, dict]:
        """The batch of a month: the last one with month ≤ it; none: the first landed after it."""
        before = [name for name in self.history if name <= at]
        return self.history[max(before)] if before else self.history[min(self.history)]

    def _keyed(self, ledgers: Ledgers) -> dict[str, tuple[str | None, Decimal | None]]:
        code = ledgers.batch.code
        return {
            row.AAZ223: (code("AAA115", row.AAA115), amount(row.AAE180))
            for row in ledgers.batch.current["AC43"]
        }

    def _collected(self, ledgers: Ledgers) -> dict[tuple[str, str, str], Collected]:
        amounts = {}
        for row in ledgers.batch.current["AB07"]:
            scheme, at = ledgers.batch.code("AAE140", row.AAE140), month(row.AAE003)
            if ledgers.employer_division(row.AAB001) and at and at <= self.month and scheme in self.schemes:
                amounts[row.AAB001, scheme, at] = Collected(amount(row.AAB120), amount(row.AAE020) or ZERO)
        return amounts

    def _contributions(self) -> tuple[list[Paid], list[tuple]]:
        batch, best, trueups = self.ledgers.batch, {}, []
        for row in batch.current["AC43"]:
            scheme, at = batch.code("AAE140", row.AAE140), month(row.AAE003)
            enrolment = self.ledgers.enrolment_of(row.AAC001, scheme, row.AAB001)
            known = row.AAC001 in self.ledgers.persons and (
                row.AAB001 is None or row.AAB001 in self.ledgers.employers
            )
            if (
                scheme not in self.schemes or at is None or enrolment is None or not known
                or enrolment.division is None or enrolment.identity not in (EMPLOYEE, FLEXIBLE)
                or (enrolment.identity == EMPLOYEE and row.AAB001 is None)
            ):  # fmt: skip
                continue
            unit = row.AAB001 if enrolment.identity == EMPLOYEE else ""
            kind, booked = batch.code("AAA115", row.AAA115), month(row.AAE002)
            if kind in ("31", "32") and booked is not None and booked <= self.month:
                parts = amount(row.AAE020) or ZERO, amount(row.AAE022) or ZERO
                trueups.append((row.AAC001, unit, scheme, at, kind, *parts))
            base = amount(row.AAE180)
            if kind != "10" or base is None or at > self.month:
                continue
            paid = Paid(
                row.AAZ223, row.AAC001, unit, scheme, at, enrolment.identity, enrolment.division,
                day(enrolment.began) if enrolment.began else None, amount(row.AAC040), base,
                amount(row.AAE020) or ZERO,
            )  # fmt: skip
            place = (row.AAC001, unit, scheme, at)
            order = (booked or "", row.AAZ223)
            if place not in best or order > best[place][0]:
                best[place] = (order, paid)
        return [paid for _, paid in best.values()], trueups

    def valid(self, name: str, division: str | None, wage_year: str, keys: dict[str, str | None]) -> list:
        """Rows valid in a wage year with keys that fit, at the nearest place that has any."""
        fitting = [
            row
            for row in self.site.table(name)
            if (row.get("valid_from") or "0") <= wage_year <= (row.get("valid_to") or "9999")
            and all(row.get(key) in (None, value) for key, value in keys.items())
        ]
        for place in (*self.site.chain(division), None):
            here = [row for row in fitting if row.get("division") == place]
            if here:
                return here
        return []


__all__ = ["EMPLOYEE", "FLEXIBLE", "Collected", "Paid", "Rows", "in_force"]

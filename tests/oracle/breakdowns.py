"""Benefits by kind, insured persons by sex and age."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.oracle.indicators import Key, Value, schemes_in_use, stock_tallies
from tests.oracle.ledgers import Ledgers, Payment, ledgers_of
from tests.oracle.production import City, city_of
from tests.oracle.tally import ALL, Money, Persons
from tests.oracle.values import day, half_up, months_of_year_to

PAYABLE, PAID, SOCIAL = ("0", "1", "2"), "1", ("1", "2")
UNKNOWN = "unknown"


def breakdowns(city: City | Path, month: str) -> dict[Key, Value]:
    """Compute the rows with a breakdown.

    Shape: (month, division, scheme or ``ALL``, breakdown, indicator) -> value, for every division and every
           breakdown that occurs in the scheme anywhere in the site, zeros included.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    return _by_band(ledgers, month) | _by_kind(ledgers, month)


def band(ledgers: Ledgers, person: str, month: str) -> str:
    """Name sex and five-year band at month end; who cannot be placed is of sex 9 or of unknown age."""
    row = ledgers.persons[person]
    sex = ledgers.batch.code("AAC004", row.AAC004) or "9"
    born = day(row.AAC006)
    years = None if born is None else _years(born, month)
    if years is None or years < 0:
        return f"sex={sex};age={UNKNOWN}"
    return f"sex={sex};age={years // 5 * 5}-{years // 5 * 5 + 4}"


def _years(born: date, month: str) -> int:
    """Count the years completed by the end of the month: whose birthday month has come has had it by then.

    Only a birthday on 29 February has not come by the 28th.
    """
    year, number = int(month[:4]), int(month[5:])
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    has_come = born.month <= number and not (
        (born.month, born.day) == (2, 29) and number == 2 and not is_leap
    )
    return year - born.year - (0 if has_come else 1)


def _by_band(ledgers: Ledgers, month: str) -> dict[Key, Value]:
    stocks = stock_tallies(ledgers, month)
    divisions = list(ledgers.batch.site.parent)
    figures: dict[Key, Value] = {}
    for scheme in (*schemes_in_use(ledgers), ALL):
        counted: dict[tuple[str, str, str], int] = defaultdict(int)
        for name in ("insured_workers", "insured_retirees"):
            for division in divisions:
                for person in stocks[name].of((division, scheme)):
                    counted[division, band(ledgers, person, month), name] += 1
        for its_band in {counted_band for _, counted_band, _ in counted}:
            for division in divisions:
                workers = counted.get((division, its_band, "insured_workers"), 0)
                retirees = counted.get((division, its_band, "insured_retirees"), 0)
                cell = (month, division, scheme, its_band)
                figures[*cell, "insured_workers"] = workers
                figures[*cell, "insured_retirees"] = retirees
                figures[*cell, "insured_persons"] = workers + retirees
    return figures


def _by_kind(ledgers: Ledgers, month: str) -> dict[Key, Value]:
    year = months_of_year_to(month)
    by_kind: dict[str, list[Payment]] = defaultdict(list)
    in_use: dict[str, set[str]] = defaultdict(set)
    for payment in ledgers.payments:
        if (
            payment.counts
            and payment.scheme is not None
            and payment.booked in year
            and payment.result in PAYABLE
        ):
            kind = payment.entitlement.kind or UNKNOWN
            by_kind[kind].append(payment)
            in_use[payment.scheme].add(kind)
            in_use[ALL].add(kind)
    figures: dict[Key, Value] = {}
    for kind, payments in by_kind.items():
        now, since = _Benefits(ledgers, payments, {month}), _Benefits(ledgers, payments, year)
        for scheme in (scheme for scheme, kinds in in_use.items() if kind in kinds):
            for division in ledgers.batch.site.parent:
                for name, value in _values(now, since, (division, scheme)).items():
                    figures[month, division, scheme, f"kind={kind}", name] = value
    return figures


class _Benefits:
    """Payments booked in some months, added up."""

    def __init__(self, ledgers: Ledgers, payments: list[Payment], months: set[str] | frozenset[str]) -> None:
        site = ledgers.batch.site
        self.persons = Persons(site)
        self.payable, self.paid, self.social = Money(site), Money(site), Money(site)
        for payment in payments:
            if payment.booked not in months:
                continue
            place = (payment.division, payment.scheme)
            self.payable.add(*place, payment.amount)
            if payment.result == PAID:
                self.paid.add(*place, payment.amount)
                self.persons.add(*place, payment.person)
                if payment.channel in SOCIAL:
                    self.social.add(*place, payment.amount)


def _values(now: _Benefits, since: _Benefits, cell: tuple[str, str]) -> dict[str, Value]:
    paid = now.paid.at(cell)
    return {
        "beneficiaries_paid": now.persons.at(cell),
        "beneficiaries_paid_ytd": since.persons.at(cell),
        "benefits_paid": paid,
        "benefits_paid_ytd": since.paid.at(cell),
        "benefits_payable": now.payable.at(cell),
        "benefits_payable_ytd": since.payable.at(cell),
        "payment_rate": _ratio(paid * 100, now.payable.at(cell)),
        "socialised_payment_rate": _ratio(now.social.at(cell) * 100, paid),
        "average_benefit": _ratio(paid, now.persons.at(cell)),
    }


def _ratio(numerator: Decimal, denominator: Decimal | int) -> Decimal | None:
    return half_up(numerator / Decimal(denominator)) if denominator else None

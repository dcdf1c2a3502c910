"""Deaths out of the three civil-registry formats, and payments made after them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.oracle.cases import Case
from tests.oracle.events import Event, death_events
from tests.oracle.ledgers import Ledgers, Payment, ledgers_of
from tests.oracle.names import match_class
from tests.oracle.production import City, city_of
from tests.oracle.values import ZERO, amount, identity18, month_of, valid_identity

DEATH_BENEFITS = ("501", "502", "503")


@dataclass(frozen=True)
class Death:
    """A death of a person of AC01: the day that judges money, and the match class."""

    on: date
    match_class: str


def deaths(city: City, month: str) -> dict[str, Death]:
    """Match the events standing in month m to persons by class A or B.

    "Where sources differ, money is judged by the latest of the dates given to the day (a
    month-only date counts as its last day)."
    """
    by_number: dict[str, list[Event]] = defaultdict(list)
    for event in death_events(city, month):
        if valid_identity(event.id_number):
            by_number[identity18(event.id_number)].append(event)
    by_person = {}
    for person, row in ledgers_of(city.batch(month)).persons.items():
        matched = []
        for event in by_number.get(identity18(row.AAC002) or "", []):
            grade = match_class(row.AAC002, row.AAC003, event.id_number, event.name)
            if grade:
                matched.append((grade, event))
        if matched:
            events = [event for _, event in matched]
            by_person[person] = Death(_latest(events), min(grade for grade, _ in matched))
    return by_person


def _latest(events: list[Event]) -> date:
    dated = [event.died_on for event in events if event.precision in ("D", "M")]
    return max(dated or [event.died_on for event in events])


def paid_after_death(city: City | Path, month: str) -> list[Case]:
    """Find payments for a month after the month of death, one case per person and scheme.

    "Months later than m count in none. Not when: the month of death itself; payments booked later for
    months before death; death benefits (items 501, 502, 503); a revoked death. ``amount`` gross of all
    other items."
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    items = _items(ledgers)
    dead = deaths(city, month)
    hits: dict[tuple[str, str], list[tuple[Payment, Decimal]]] = defaultdict(list)
    for payment in ledgers.payments:
        death = dead.get(payment.person)
        if death is None or payment.result != "1" or payment.month is None:
            continue
        if not month_of(death.on) < payment.month <= month:
            continue
        paid = _living_amount(payment, items)
        if paid is not None:
            hits[payment.person, payment.scheme or ""].append((payment, paid))
    return [
        _case(person, scheme, dead[person].match_class, after_death)
        for (person, scheme), after_death in sorted(hits.items())
    ]


def _items(ledgers: Ledgers) -> dict[str | None, list[tuple[str | None, Decimal]]]:
    batch = ledgers.batch
    items = defaultdict(list)
    for row in batch.current["AC83"]:
        if row.AAZ220 is not None:
            item = batch.code("AAA036", row.AAA036)
            items[row.AAZ220].append((item, amount(row.AAE019) or ZERO))
    return items


def _living_amount(payment: Payment, items: dict[str | None, list]) -> Decimal | None:
    """Sum all items but death benefits; a payment of death benefits alone is None."""
    if payment.payment_id in items:
        other = [value for item, value in items[payment.payment_id] if item not in DEATH_BENEFITS]
        return sum(other, ZERO) if other else None
    if payment.entitlement is not None and payment.entitlement.kind == "51":
        return None
    return payment.amount


def _case(person: str, scheme: str, grade: str, after_death: list[tuple[Payment, Decimal]]) -> Case:
    months = sorted({payment.month for payment, _ in after_death})
    last = max((payment for payment, _ in after_death), key=lambda one: (one.month, one.payment_id or ""))
    return Case(
        person_id=person,
        other_person_id=None,
        scheme=scheme,
        match_class=grade,
        first_month=months[0],
        last_month=months[-1],
        months=len(months),
        amount=sum((value for _, value in after_death), ZERO),
        division=last.division,
    )

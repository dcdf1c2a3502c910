"""One human contributing twice for the same month in the same scheme."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from pathlib import Path

from tests.oracle.cases import Case
from tests.oracle.ledgers import Contribution, Enrolment, Ledgers, ledgers_of
from tests.oracle.names import match_class
from tests.oracle.production import City, city_of
from tests.oracle.values import ZERO, identity18, shift, valid_identity

INJURY = "410"
PaidMonths = dict[str, list[Contribution]]


def duplicate_enrolment(city: City | Path, month: str) -> list[Case]:
    """Find two divisions or two person ids of one human, two months or more in the last twelve.

    "One case per pair and scheme: ``person_id`` the smaller id, ``other_person_id`` the larger
    (the same id when the divisions differ under one id). Not when: scheme 410; a single
    overlapping month."
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    paid = _paid_months(ledgers, month)
    schemes_of = defaultdict(set)
    for person, scheme in paid:
        schemes_of[person].add(scheme)
    cases = []
    for (person, scheme), months in sorted(paid.items()):
        both = {
            month: rows for month, rows in months.items() if len({row.division for row in rows} - {None}) > 1
        }
        cases += _case(person, person, scheme, "A", both)
    for person, other, grade in _pairs(ledgers, set(schemes_of)):
        for scheme in sorted(schemes_of[person] & schemes_of[other]):
            one, two = paid[person, scheme], paid[other, scheme]
            both = {shared: one[shared] + two[shared] for shared in one.keys() & two.keys()}
            cases += _case(person, other, scheme, grade, both)
    return cases


def _paid_months(ledgers: Ledgers, month: str) -> dict[tuple[str, str], PaidMonths]:
    """Group arrived contributions of known persons by person, scheme and month paid for."""
    first = shift(month, -11)
    paid: dict[tuple[str, str], PaidMonths] = defaultdict(lambda: defaultdict(list))
    for contribution in ledgers.contributions:
        if (
            contribution.month is None
            or not first <= contribution.month <= month
            or contribution.scheme == INJURY
        ):
            continue
        if (
            contribution.arrived
            and contribution.enrolment is not None
            and contribution.person in ledgers.persons
        ):
            paid[contribution.person, contribution.scheme][contribution.month].append(contribution)
    return paid


def _pairs(ledgers: Ledgers, contributing: set[str]) -> list[tuple[str, str, str]]:
    """Pair contributing person ids of one human: class A or B."""
    by_number: dict[str, list[str]] = defaultdict(list)
    for person in sorted(contributing):
        number = ledgers.persons[person].AAC002
        if valid_identity(number):
            by_number[identity18(number)].append(person)
    pairs = []
    for several in by_number.values():
        for person, other in combinations(several, 2):
            one, two = ledgers.persons[person], ledgers.persons[other]
            grade = match_class(one.AAC002, one.AAC003, two.AAC002, two.AAC003)
            if grade:
                pairs.append((person, other, grade))
    return pairs


def _began(enrolment: Enrolment) -> tuple[str, str]:
    return enrolment.began, enrolment.enrolment_id


def _case(
    person: str, other: str, scheme: str, grade: str, both: dict[str, list[Contribution]]
) -> list[Case]:
    """Make a case of two overlapping months or more.

    ``amount`` = Σ paid in AC43 for those months in the enrolment that began later (AAC030, a tie
    to the larger AAZ159), taken month by month.
    """
    if len(both) < 2:
        return []
    amount, later = ZERO, None
    for shared in sorted(both):
        later = max((row.enrolment for row in both[shared]), key=_began)
        amount += sum((row.paid for row in both[shared] if row.enrolment is later), ZERO)
    return [
        Case(
            person_id=person,
            other_person_id=other,
            scheme=scheme,
            match_class=grade,
            first_month=min(both),
            last_month=max(both),
            months=len(both),
            amount=amount,
            division=later.division,
        )
    ]

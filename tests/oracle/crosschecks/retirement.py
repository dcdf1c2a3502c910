"""The rules of statutory age: retired before it, and past it without a pension."""

from __future__ import annotations

from collections import defaultdict

from tests.oracle.crosschecks.deaths import is_dead, span
from tests.oracle.crosschecks.facts import PENSION_KINDS, Facts
from tests.oracle.crosschecks.people import people_of
from tests.oracle.crosschecks.points import Point, Wrong, point
from tests.oracle.ledgers import Enrolment
from tests.oracle.site import in_force, number
from tests.oracle.values import ZERO, amount, month, month_of, shift

NORMAL = "01"
KEYS = ("scheme", "sex", "kind", "category", "identity")
WAIT = 6
Row = dict[str, str | None]


def _asked(facts: Facts, person: str, scheme: str | None) -> dict[str, str | None]:
    """Give what a person is looked up by: sex, category, identity of the latest enrolment in the scheme."""
    row = facts.persons[person]
    latest = max(
        _enrolments(facts)[person, scheme],
        key=lambda enrolment: (enrolment.began, enrolment.enrolment_id),
        default=None,
    )
    return {
        "scheme": scheme,
        "sex": facts.code("AAC004", row.AAC004),
        "kind": NORMAL,
        "category": facts.code("AAC013", row.AAC013),
        "identity": None if latest is None else latest.identity,
    }


def _enrolments(facts: Facts) -> dict[tuple[str | None, str | None], list[Enrolment]]:
    """Group the enrolments by person and scheme once."""
    if not hasattr(facts, "enrolments"):
        facts.enrolments = defaultdict(list)
        for enrolment in facts.ledgers.enrolments:
            facts.enrolments[enrolment.person, enrolment.scheme].append(enrolment)
    return facts.enrolments


def _fits(row: Row, asked: dict[str, str | None], birth: str) -> bool:
    first, last = month(row.get("birth_from")), month(row.get("birth_to"))
    return (
        all(row.get(key) in (None, asked[key]) for key in KEYS)
        and (first is None or first <= birth)
        and (last is None or birth <= last)
    )


def _most_specific(rows: list[Row]) -> Row | None:
    return max(rows, key=lambda row: sum(row.get(key) is not None for key in KEYS), default=None)


def _months_paid(facts: Facts) -> dict[tuple[str, str], int]:
    paid = {}
    for row in facts.batch.current["AC50"]:
        if row.AAC001 is not None:
            paid[row.AAC001, facts.code("AAE140", row.AAE140) or ""] = int(amount(row.AAE201) or ZERO)
    return paid


def retired_early(facts: Facts) -> list[Point]:
    """Entitlements of kind 01 whose first month is before the statutory one."""
    paid_months = _months_paid(facts)
    sums: dict[tuple[str, str, str], Wrong] = defaultdict(Wrong)
    begun: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for entitlement in facts.entitlements.values():
        born = facts.born(entitlement.person)
        if entitlement.kind != NORMAL or born is None or not facts.is_past(entitlement.first):
            continue
        person, first, birth = entitlement.person or "", entitlement.first or "", month_of(born)
        asked = _asked(facts, person, entitlement.scheme)
        row = _most_specific(
            [
                row
                for row in facts.batch.site.table("retirement_ages")
                if _fits(row, asked, birth) and in_force(row, first)
            ]
        )
        if row is None or number(row.get("months")) is None:
            continue
        statutory = shift(birth, int(number(row.get("months")) or 0))
        if first >= statutory or _is_flexible(
            row, birth, first, paid_months.get((person, entitlement.scheme or ""))
        ):
            continue
        key = (person, "", entitlement.scheme or "")
        paid = facts.paid_from.get(entitlement.entitlement_id, [])
        early = [payment for payment in paid if (payment.month or "") < statutory]
        sums[key].add(
            {payment.month or "" for payment in early},
            sum((payment.amount for payment in early), ZERO),
            evidence=[entitlement.evidence, *(payment.evidence for payment in early)],
            divisions=[entitlement.place],
        )
        begun[key].append(first)
    return [
        point("retired_early", key, wrong)
        if wrong.months
        else point("retired_early", key, wrong, first=min(begun[key]), last=min(begun[key]))
        for key, wrong in sums.items()
    ]


def _is_flexible(row: Row, birth: str, first: str, paid: int | None) -> bool:
    """Within the window, and with the minimum months paid; what is missing there is not checked.

    No AC50 row: months not paid.
    """
    earliest, least = number(row.get("earliest_months")), number(row.get("min_paid_months"))
    is_outside = earliest is not None and first < shift(birth, int(earliest))
    lacks = least is not None and (paid or 0) < least
    return not is_outside and not lacks


def eligible_not_paid(facts: Facts) -> list[Point]:
    """Six months past the latest statutory month with the minimum months paid, and no pension anywhere."""
    people = people_of(facts)
    pensioners = {
        entitlement.person for entitlement in facts.entitlements.values() if entitlement.kind in PENSION_KINDS
    }
    points = []
    for (person, scheme), paid in _months_paid(facts).items():
        born = facts.born(person)
        if born is None or is_dead(facts, person):
            continue
        if person in pensioners or any(other in pensioners for other in people.others(person)):
            continue
        birth, asked = month_of(born), _asked(facts, person, scheme)
        row = _most_specific(
            [
                row
                for row in facts.batch.site.table("retirement_ages")
                if _fits(row, asked, birth) and in_force(row, facts.month)
            ]
        )
        if row is None or None in (row.get("latest_months"), row.get("min_paid_months")):
            continue
        latest = shift(birth, int(number(row.get("latest_months")) or 0))
        if paid >= (number(row.get("min_paid_months")) or 0) and shift(latest, WAIT) <= facts.month:
            wrong = Wrong(months=set(span(latest, facts.month)), divisions={facts.home(person)})
            points.append(point("eligible_not_paid", (person, "", scheme), wrong))
    return points

"""The rules of contributions of one human."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from tests.oracle.crosschecks.facts import EMPLOYEE, FLEXIBLE, PENSION_SCHEMES, RESIDENTS, Contribution, Facts
from tests.oracle.crosschecks.people import ordered, people_of
from tests.oracle.crosschecks.points import Key, Point, Wrong, point, wrongs
from tests.oracle.values import ZERO, half_up, shift

INJURY = "410"
BACK_PAYMENT = "31"
AT_LEAST = 2
MANY_MONTHS, SOON = 36, 24
ByMonth = dict[str, list[Contribution]]


def _covering(facts: Facts, schemes: Iterable[str] | None = None) -> dict[str, dict[str, ByMonth]]:
    """Group what arrived by the months it stands for, of the last twelve: person -> scheme -> month."""
    wanted = None if schemes is None else set(schemes)
    grouped: dict[str, dict[str, ByMonth]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in facts.contributed:
        if wanted is None or row.scheme in wanted:
            for at in row.covers:
                if facts.is_recent(at):
                    grouped[row.person or ""][row.scheme or ""][at].append(row)
    return grouped


def _share(row: Contribution, months: int) -> Decimal:
    """Give what of a row falls on some of the months it covers."""
    return row.paid if row.scheme != RESIDENTS else half_up(row.paid * months / len(row.covers))


def duplicate_enrolment(facts: Facts) -> list[Point]:
    """Contributed for a month in two divisions or under two ids, for two months or more."""
    people = people_of(facts)
    grouped = _covering(facts)
    points = []
    for person, other in people.meetings(grouped, grouped):
        if person > other:
            continue
        for scheme in (grouped[person].keys() & grouped[other].keys()) - {INJURY}:
            mine, theirs = grouped[person][scheme], grouped[other][scheme]
            both = {
                at: mine[at] if person == other else mine[at] + theirs[at]
                for at in mine.keys() & theirs.keys()
            }
            if person == other:
                both = {
                    at: rows for at, rows in both.items() if len({row.place for row in rows} - {None}) > 1
                }
            if len(both) >= AT_LEAST:
                wrong = _twice(both)
                key = (person, other, scheme)
                points.append(
                    point("duplicate_enrolment", key, wrong, match_class=people.grade(person, other))
                )
    return points


def _twice(both: ByMonth) -> Wrong:
    """Sum what was paid in the enrolment that began last, month by month."""
    wrong, shares = Wrong(), defaultdict(int)
    rows_by_id: dict[str, Contribution] = {}
    for at, rows in both.items():
        later = max(
            (row.enrolment for row in rows), key=lambda enrolment: (enrolment.began, enrolment.enrolment_id)
        )
        wrong.add([at], evidence=[row.evidence for row in rows])
        for row in rows:
            if row.enrolment is later:
                shares[row.contribution_id] += 1
                rows_by_id[row.contribution_id] = row
                wrong.divisions.add(later.division)
    wrong.amount = sum(
        (_share(rows_by_id[enrolment_id], months) for enrolment_id, months in shares.items()), ZERO
    )
    return wrong


def employee_and_resident(facts: Facts) -> list[Point]:
    """Contributed in 110 or 120 and in 170 for the same months, two or more of the last twelve."""
    people = people_of(facts)
    residents = _covering(facts, [RESIDENTS])
    workers: dict[str, ByMonth] = defaultdict(lambda: defaultdict(list))
    for row in facts.contributed:
        meant = row.scheme in ("110", "120") and row.enrolment.identity in (EMPLOYEE, FLEXIBLE)
        if meant and facts.is_recent(row.month):
            workers[row.person or ""][row.month or ""].append(row)
    sums = wrongs()
    shares: dict[Key, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows_by_id = {row.contribution_id: row for row in facts.contributed}
    for person, other in people.meetings(residents, workers):
        by_month = residents[person][RESIDENTS]
        key = (*ordered(person, other), RESIDENTS)
        for at in by_month.keys() & workers[other].keys():
            rows = [*by_month[at], *workers[other][at]]
            sums[key].add(
                [at],
                evidence=[row.evidence for row in rows],
                divisions=[row.enrolment.division for row in rows],
            )
            for row in by_month[at]:
                shares[key][row.contribution_id].add(at)
    for key, months_of in shares.items():
        sums[key].amount = sum(
            (_share(rows_by_id[enrolment_id], len(months)) for enrolment_id, months in months_of.items()),
            ZERO,
        )
    return [
        point("employee_and_resident", key, wrong, match_class=people.grade(key[0], key[1]))
        for key, wrong in sums.items()
        if len(wrong.months) >= AT_LEAST
    ]


def bulk_back_payment(facts: Facts) -> list[Point]:
    """36 months or more back-paid in one month, and a pension of that scheme within 24 months of it."""
    people = people_of(facts)
    booked: dict[tuple[str, str, str], list[Contribution]] = defaultdict(list)
    for row in facts.contributed:
        if row.kind == BACK_PAYMENT and facts.is_past(row.month) and facts.is_past(row.booked):
            booked[row.person or "", row.scheme or "", row.booked or ""].append(row)
    pensions = [
        entitlement
        for entitlement in facts.entitlements.values()
        if entitlement.kind in ("01", "02", "03")
        and entitlement.scheme in PENSION_SCHEMES
        and facts.is_past(entitlement.first)
    ]
    claims = defaultdict(list)
    for pension in pensions:
        claims[pension.person or "", pension.scheme or ""].append(pension)
    sums = wrongs()
    for (person, scheme, at), rows in booked.items():
        if len({row.month for row in rows}) < MANY_MONTHS:
            continue
        for other in (person, *people.others(person)):
            fitting = [
                pension for pension in claims[other, scheme] if at <= (pension.first or "") <= shift(at, SOON)
            ]
            if fitting:
                sums[(*ordered(person, other), scheme)].add(
                    {row.month or "" for row in rows},
                    sum((row.paid for row in rows), ZERO),
                    evidence=[*(row.evidence for row in rows), *(pension.evidence for pension in fitting)],
                    divisions=[
                        *(row.enrolment.division for row in rows),
                        *(pension.place for pension in fitting),
                    ],
                )
    return [
        point("bulk_back_payment", key, wrong, match_class=people.grade(key[0], key[1]))
        for key, wrong in sums.items()
    ]

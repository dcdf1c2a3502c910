"""The rules of pensions and other benefits of one human: paid twice, beside work, too early, not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from tests.oracle.crosschecks.facts import Contribution, Entitlement, Facts, Payment
from tests.oracle.crosschecks.people import ordered, people_of
from tests.oracle.crosschecks.points import Key, Point, Wrong, point, wrongs
from tests.oracle.values import PENNY, ZERO

INJURY, UNEMPLOYMENT, RESIDENTS = "410", "210", "170"
BASIC, FULL_ALLOWANCE, FUNERAL_GRANT = "101", "401", "501"
AT_LEAST = 2
ByMonth = dict[str, list[Payment]]


def _by_person(
    payments: Iterable[Payment], of: Callable[[Payment], str] = lambda _: ""
) -> dict[str, dict[str, ByMonth]]:
    """Group payments: person -> what ``of`` says -> month paid for."""
    grouped: dict[str, dict[str, ByMonth]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for payment in payments:
        grouped[payment.person or ""][of(payment)][payment.month or ""].append(payment)
    return grouped


def _scheme(payment: Payment) -> str:
    return (payment.entitlement.scheme if payment.entitlement else payment.scheme) or ""


def _pensions(facts: Facts) -> list[Payment]:
    return [payment for payment in facts.paid if payment.is_pension]


def _points(rule: str, facts: Facts, sums: dict[Key, Wrong], *, at_least: int = 1) -> list[Point]:
    people = people_of(facts)
    return [
        point(rule, key, wrong, match_class=people.grade(key[0], key[1]))
        for key, wrong in sums.items()
        if len(wrong.months) >= at_least
    ]


def duplicate_pension(facts: Facts) -> list[Point]:
    """Two entitlements of one scheme paid for the same month, two months or more of the last twelve."""
    people, sums = people_of(facts), wrongs()
    recent = [payment for payment in _pensions(facts) if facts.is_recent(payment.month)]
    paid = _by_person(recent, _scheme)
    for person, other in people.meetings(paid, paid):
        if person > other:
            continue
        for scheme in paid[person].keys() & paid[other].keys():
            mine, theirs = paid[person][scheme], paid[other][scheme]
            for at in mine.keys() & theirs.keys():
                both = mine[at] if person == other else mine[at] + theirs[at]
                first_of = {payment.entitlement_id for payment in mine[at]}
                second_of = {payment.entitlement_id for payment in theirs[at]}
                if len(first_of | second_of) < AT_LEAST:
                    continue
                last = max(
                    (pension for payment in both if (pension := payment.entitlement)),
                    key=lambda pension: pension.began,
                )
                wrong = [payment for payment in both if payment.entitlement is last]
                sums[person, other, scheme].add(
                    [at],
                    sum((payment.amount for payment in wrong), ZERO),
                    evidence=[payment.evidence for payment in both],
                    divisions=[last.place],
                )
    return _points("duplicate_pension", facts, sums, at_least=AT_LEAST)


def pension_across_schemes(facts: Facts) -> list[Point]:
    """Pensions of two of 110, 120, 170 for one month of the last twelve."""
    people = people_of(facts)
    recent = [payment for payment in _pensions(facts) if facts.is_recent(payment.month)]
    paid = _by_person(recent, _scheme)
    residents: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    others: dict[tuple[str, str], dict[str, list[Payment]]] = defaultdict(lambda: defaultdict(list))
    beside: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    seen: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for person, other in people.meetings(paid, paid):
        pair = ordered(person, other)
        for first, second in (("110", "170"), ("120", "170"), ("110", "120")):
            mine, theirs = paid[person].get(first, {}), paid[other].get(second, {})
            for at in mine.keys() & theirs.keys():
                if second == RESIDENTS:
                    residents[pair] += [payment for payment in theirs[at] if payment not in residents[pair]]
                    seen[pair][RESIDENTS] |= {at}
                    beside[pair] |= {payment.place for payment in mine[at]}
                else:
                    others[pair]["110"] += mine[at]
                    others[pair]["120"] += theirs[at]
                    seen[pair]["both"] |= {at}
    sums = wrongs()
    for pair, payments in residents.items():
        _add(sums[(*pair, RESIDENTS)], seen[pair][RESIDENTS], payments, item=BASIC)
        sums[(*pair, RESIDENTS)].divisions |= beside[pair]
    for pair, by_scheme in others.items():
        sum_of = {
            scheme: sum((payment.amount for payment in many), ZERO) for scheme, many in by_scheme.items()
        }
        smaller = min(sum_of, key=lambda scheme: (sum_of[scheme], -int(scheme)))
        _add(sums[(*pair, smaller)], seen[pair]["both"], by_scheme[smaller])
        sums[(*pair, smaller)].divisions |= {payment.place for many in by_scheme.values() for payment in many}
    return _points("pension_across_schemes", facts, sums)


def _add(wrong: Wrong, months: Iterable[str], payments: list[Payment], item: str | None = None) -> None:
    wrong.add(
        months,
        sum((payment.of_items(item) if item else payment.amount for payment in payments), ZERO),
        evidence=[payment.evidence for payment in payments],
        divisions=[payment.place for payment in payments],
    )


def _contributing(
    facts: Facts, is_meant: Callable[[Contribution], bool]
) -> dict[str, dict[str, list[Contribution]]]:
    """Group the contributions meant, for the last twelve months: person -> month."""
    grouped: dict[str, dict[str, list[Contribution]]] = defaultdict(lambda: defaultdict(list))
    for row in facts.contributed:
        if is_meant(row) and facts.is_recent(row.month):
            grouped[row.person or ""][row.month or ""].append(row)
    return grouped


def pension_while_contributing(facts: Facts) -> list[Point]:
    """A pension of kinds 01, 02 in 110, 120 beside contributions as employee, for two months or more."""
    paid = _by_person(
        (
            payment
            for payment in _pensions(facts)
            if payment.entitlement is not None
            and payment.entitlement.kind in ("01", "02")
            and payment.entitlement.scheme in ("110", "120")
            and facts.is_recent(payment.month)
            and not (payment.month or "") < (payment.entitlement.first or "")
        ),
        _scheme,
    )
    working = _contributing(facts, lambda row: row.is_employee and row.scheme in ("110", "120"))
    people, sums = people_of(facts), wrongs()
    for person, other in people.meetings(paid, working):
        for scheme, by_month in paid[person].items():
            for at in by_month.keys() & working[other].keys():
                _beside(sums[(*ordered(person, other), scheme)], at, by_month[at], working[other][at])
    return _points("pension_while_contributing", facts, sums, at_least=AT_LEAST)


def _beside(wrong: Wrong, at: str, payments: list[Payment], rows: list[Contribution]) -> None:
    wrong.add(
        [at],
        sum((payment.amount for payment in payments), ZERO),
        evidence=[*(payment.evidence for payment in payments), *(row.evidence for row in rows)],
        divisions=[*(payment.place for payment in payments), *(row.place for row in rows)],
    )


def unemployment_while_contributing(facts: Facts) -> list[Point]:
    """Paid 210 beside contributions as employee in 110, or beside a pension, for two months or more."""
    benefit = _by_person(
        payment for payment in facts.paid if payment.scheme == UNEMPLOYMENT and facts.is_recent(payment.month)
    )
    working = _contributing(
        facts,
        lambda row: row.is_employee and row.scheme == "110" and row.enrolment.began[:7] != row.month,
    )
    retired = _by_person(payment for payment in _pensions(facts) if facts.is_recent(payment.month))
    people, sums = people_of(facts), wrongs()
    paid_in: dict[Key, list[Payment]] = defaultdict(list)
    for person, other in people.meetings(benefit, {*working, *retired}):
        by_month = benefit[person][""]
        worked = working.get(other, {})
        pensioned = retired[other][""] if other in retired else {}
        for at in by_month.keys() & (worked.keys() | pensioned.keys()):
            key = (*ordered(person, other), UNEMPLOYMENT)
            new = [payment for payment in by_month[at] if payment not in paid_in[key]]
            paid_in[key] += new
            _beside(sums[key], at, new, worked.get(at, []))
            sums[key].divisions |= {payment.place for payment in pensioned.get(at, [])}
    return _points("unemployment_while_contributing", facts, sums, at_least=AT_LEAST)


def injury_allowance_and_pension(facts: Facts) -> list[Point]:
    """Allowance and pension of one month exceed the higher of the full allowance and the pension."""
    allowances = _by_person(
        (payment for payment in facts.paid if any(item == FULL_ALLOWANCE for item, _ in payment.items)),
        lambda payment: payment.entitlement_id or "",
    )
    pensions = _by_person(_pensions(facts))
    people, sums = people_of(facts), wrongs()
    meeting: dict[tuple[str, str, str], list[Payment]] = defaultdict(list)
    beside: dict[tuple[str, str, str], list[Payment]] = defaultdict(list)
    for person, other in people.meetings(allowances, pensions):
        for by_month in allowances[person].values():
            for at in by_month.keys() & pensions[other][""].keys():
                key = (*ordered(person, other), at)
                meeting[key] += by_month[at]
                beside[key] += [payment for payment in pensions[other][""][at] if payment not in beside[key]]
    for (person, other, at), payments in meeting.items():
        grounds = {payment.entitlement_id or "" for payment in payments}
        full = sum((_full_allowance(facts.entitlements.get(ground)) for ground in grounds if ground), ZERO)
        pension = sum((payment.amount for payment in beside[person, other, at]), ZERO)
        allowance = sum((payment.of_items(FULL_ALLOWANCE) for payment in payments), ZERO)
        above = allowance + pension - max(full, pension)
        if above > PENNY:
            rows = [*payments, *beside[person, other, at]]
            sums[person, other, INJURY].add(
                [at],
                above,
                evidence=[payment.evidence for payment in rows],
                divisions=[payment.place for payment in rows],
            )
    return _points("injury_allowance_and_pension", facts, sums)


def _full_allowance(entitlement: Entitlement | None) -> Decimal:
    approved = () if entitlement is None else entitlement.approved
    return max((item.amount for item in approved if item.item == FULL_ALLOWANCE), default=ZERO)


def several_death_benefits(facts: Facts) -> list[Point]:
    """Item 501 paid for one death in more than one scheme: all but those of the scheme with most."""
    grants = _by_person(
        (
            payment
            for payment in facts.paid
            if payment.entitlement is not None
            and payment.entitlement.kind == "51"
            and any(item == FUNERAL_GRANT for item, _ in payment.items)
        ),
        _scheme,
    )
    people, sums = people_of(facts), wrongs()
    for person, other in people.meetings(grants, grants):
        if person > other or not any(left != right for left in grants[person] for right in grants[other]):
            continue
        by_scheme: dict[str, list[Payment]] = defaultdict(list)
        for owner in {person, other}:
            for scheme, by_month in grants[owner].items():
                by_scheme[scheme] += [payment for many in by_month.values() for payment in many]
        paid = {
            scheme: sum((payment.of_items(FUNERAL_GRANT) for payment in many), ZERO)
            for scheme, many in by_scheme.items()
        }
        rows = [payment for many in by_scheme.values() for payment in many]
        sums[person, other, ""].add(
            {payment.month or "" for payment in rows},
            sum(paid.values(), ZERO) - max(paid.values()),
            evidence=[payment.evidence for payment in rows],
            divisions=[payment.place for payment in rows],
        )
    return _points("several_death_benefits", facts, sums)

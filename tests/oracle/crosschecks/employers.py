"""The rules of employers."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.oracle.crosschecks.bases import TRUE_UP, base_method, limits_at
from tests.oracle.crosschecks.facts import Contribution, Entitlement, Facts
from tests.oracle.crosschecks.points import Point, Wrong, point, wrongs
from tests.oracle.ledgers import Enrolment
from tests.oracle.values import PENNY, ZERO, amount, month, shift
from tests.oracle.vouchers import Voucher, vouchers_until

FIVE, TWO, SIX = 5, 2, 6
LEAST_SHARE = Decimal("0.95")
DUAL_BASE = "01"


def _vouchers(facts: Facts) -> dict[tuple[str, str], list[Voucher]]:
    """Group the vouchers of kinds employer and employee by employer and scheme.

    Of several employers with one number: "the one in the voucher's division, else the smallest AAB001".
    """
    if not hasattr(facts, "vouchers"):
        by_number: dict[tuple[str, str | None], str] = {}
        for employer, row in sorted(facts.ledgers.employers.items()):
            if row.AAB030 is not None:
                by_number.setdefault((row.AAB030, row.AAB301), employer)
                by_number.setdefault((row.AAB030, None), employer)
        facts.vouchers = defaultdict(list)
        for voucher in vouchers_until(facts.city, facts.month):
            number = voucher.taxpayer_no or ""
            employer = by_number.get((number, voucher.division)) or by_number.get((number, None))
            if employer is not None and voucher.kind in ("employer", "employee"):
                facts.vouchers[employer, voucher.scheme].append(voucher)
    return facts.vouchers


def shell_employer(facts: Facts) -> list[Point]:
    """Five persons begin within three months, all at the floor, nothing collected, and two claim soon."""
    begun = _begun(facts)
    rows: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for row in facts.contributions:
        if row.employer is not None and row.scheme in ("110", "120") and row.kind != TRUE_UP:
            rows[row.employer, row.scheme].append(row)
    claims: dict[str, list[Entitlement]] = defaultdict(list)
    for entitlement in facts.entitlements.values():
        if facts.is_past(entitlement.first):
            claims[entitlement.person or ""].append(entitlement)
    points = []
    for (employer, scheme), enrolments in begun.items():
        if len({enrolment.person for enrolment in enrolments}) < FIVE:
            continue
        for start in sorted({enrolment.began[:7] for enrolment in enrolments}):
            wrong = _shell(facts, (employer, scheme), start, enrolments, rows[employer, scheme], claims)
            if wrong is not None:
                points.append(point("shell_employer", (employer, "", scheme), wrong))
                break
    return points


def _begun(facts: Facts) -> dict[tuple[str, str], list[Enrolment]]:
    """Group the enrolments at employers in 110, 120 that began up to m."""
    begun: dict[tuple[str, str], list[Enrolment]] = defaultdict(list)
    for enrolment in facts.ledgers.enrolments:
        known = (
            enrolment.employer is not None
            and enrolment.person is not None
            and enrolment.scheme in ("110", "120")
        )
        if known and facts.is_past(enrolment.began[:7] or None):
            begun[enrolment.employer or "", enrolment.scheme or ""].append(enrolment)
    return begun


def _shell(
    facts: Facts,
    key: tuple[str, str],
    start: str,
    enrolments: list[Enrolment],
    rows: list[Contribution],
    claims: dict[str, list[Entitlement]],
) -> Wrong | None:
    window = (start, shift(start, 1), shift(start, 2))
    new = [enrolment for enrolment in enrolments if enrolment.began[:7] in window]
    persons = {enrolment.person for enrolment in new}
    theirs = [
        row for row in rows if row.person in persons and row.month in window and facts.is_past(row.month)
    ]
    if len(persons) < FIVE or not all(_at_floor(facts, row) for row in theirs):
        return None
    if any(voucher.month <= window[2] and window[0] <= voucher.month_to for voucher in _vouchers(facts)[key]):
        return None
    claimed = {
        claim.entitlement_id: claim
        for enrolment in new
        for claim in claims[enrolment.person or ""]
        if enrolment.began[:7] <= (claim.first or "") <= shift(enrolment.began[:7], SIX)
    }
    if len({claim.person for claim in claimed.values()}) < TWO:
        return None
    paid = [payment for claim in claimed for payment in facts.paid_from.get(claim, [])]
    return Wrong(
        months={enrolment.began[:7] for enrolment in new},
        amount=sum((payment.amount for payment in paid), ZERO),
        divisions={facts.ledgers.employer_division(key[0])},
        evidence={("AC02", enrolment.enrolment_id) for enrolment in new},
    )


def _at_floor(facts: Facts, row: Contribution) -> bool:
    limits = limits_at(facts, row)
    if limits is None or row.base is None:
        return False
    floors = [limits.floor]
    if limits.last_year is not None and limits.published is not None and (row.month or "") < limits.published:
        floors.append(limits.last_year[0])
    return any(abs(row.base - floor) <= PENNY for floor in floors)


def wage_below_tax_base(facts: Facts) -> list[Point]:
    """The wages of a month are below 95 % of what the vouchers were collected on."""
    bills: dict[tuple[str, str, str], Decimal] = defaultdict(lambda: ZERO)
    for row in facts.contributions:
        is_wage = row.is_employee and row.kind != TRUE_UP
        if is_wage and row.employer is not None and facts.is_past(row.month):
            bills[row.employer, row.scheme or "", row.month or ""] += max(row.wage, row.base or ZERO)
    for row in facts.batch.current["AB07"]:
        scheme, base = facts.code("AAE140", row.AAE140) or "", amount(row.AAB120)
        key = (row.AAB001, scheme, month(row.AAE003) or "")
        if key in bills and base is not None and base_method(facts, row.AAB001, scheme) == DUAL_BASE:
            bills[key] = max(bills[key], base)
    sums = wrongs()
    for (employer, scheme), vouchers in _vouchers(facts).items():
        collected: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for voucher in vouchers:
            if voucher.kind == "employer" and voucher.base is not None:
                collected[voucher.month] += voucher.base
        for at, base in collected.items():
            bill = bills.get((employer, scheme, at))
            if bill is not None and bill < LEAST_SHARE * base:
                sums[employer, "", scheme].add(
                    [at], base - bill, divisions=[facts.ledgers.employer_division(employer)]
                )
    return [point("wage_below_tax_base", key, wrong) for key, wrong in sums.items()]

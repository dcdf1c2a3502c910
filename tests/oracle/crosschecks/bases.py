"""The rules of contribution bases: outside the limits, and changed within a year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.crosschecks.applications import applications_of, person_key
from tests.oracle.crosschecks.facts import Contribution, Facts
from tests.oracle.crosschecks.points import Point, Wrong, point
from tests.oracle.site import number
from tests.oracle.values import PENNY, ZERO, half_up, month, shift

REGULAR, TRUE_UP = "10", "32"
SINGLE_BASE = "02"
NOWHERE = ""
"""Where an orphan is looked up: it has no division, and no limits but those of the whole country."""
Row = dict[str, str | None]


@dataclass(frozen=True)
class Limits:
    """Floor and cap of a month, the month their wage was published, and last year's."""

    floor: Decimal
    cap: Decimal
    wage_year: str | None
    published: str | None
    last_year: tuple[Decimal, Decimal] | None

    def nearest(self, base: Decimal) -> Decimal:
        """Give the limit a base is outside of."""
        return self.floor if base < self.floor else self.cap


def limits_at(facts: Facts, row: Contribution) -> Limits | None:
    """Find the limits in force for a contribution's month; None where a value is missing."""
    enrolment, at = row.enrolment, row.month or ""
    place = enrolment.division or NOWHERE
    keys = (("scheme", enrolment.scheme), ("identity", enrolment.identity))
    limits = facts.batch.site.look_up("contribution_limits", place, at, keys)
    if limits is None:
        return None
    wage = _wage(facts, place, limits, 0)
    bounds = _bounds(limits, wage)
    if bounds is None:
        return None
    return Limits(
        *bounds,
        wage_year=limits.get("wage_year"),
        published=month(wage.get("published_month")) if wage else None,
        last_year=_last_year(facts, place, keys, limits),
    )


def _last_year(facts: Facts, place: str, keys: tuple, limits: Row) -> tuple[Decimal, Decimal] | None:
    """Give the row in force in the month before the year began, else the same ratios on the wage before."""
    before: Row | None = limits
    while before is not None and before.get("wage_year") == limits.get("wage_year"):
        began = month(before.get("valid_from"))
        before = (
            None
            if began is None
            else facts.batch.site.look_up("contribution_limits", place, shift(began, -1), keys)
        )
    if before is not None:
        return _bounds(before, _wage(facts, place, before, 0))
    ratios = {"floor_ratio": limits.get("floor_ratio"), "cap_ratio": limits.get("cap_ratio")}
    return _bounds(ratios, _wage(facts, place, limits, -1))


def _wage(facts: Facts, place: str, limits: Row, years: int) -> Row | None:
    year = limits.get("wage_year")
    if year is None:
        return None
    keys = (("year", str(int(year) + years)), ("wage_kind", limits.get("wage_kind")))
    return facts.batch.site.look_up("average_wages", place, None, keys)


def _bounds(limits: Row, wage: Row | None) -> tuple[Decimal, Decimal] | None:
    monthly = number(wage.get("monthly_wage")) if wage else None
    both = []
    for name in ("floor", "cap"):
        ratio, stated = number(limits.get(f"{name}_ratio")), number(limits.get(name))
        if stated is None and (ratio is None or monthly is None):
            return None
        both.append(stated if stated is not None else half_up((ratio or ZERO) * (monthly or ZERO)))
    return both[0], both[1]


def base_outside_limits(facts: Facts) -> list[Point]:
    """Bases in 110, 120 outside floor and cap, per person and calendar year."""
    sums: dict[tuple[str, str, str, str], Wrong] = defaultdict(Wrong)
    for row in facts.contributions:
        if row.scheme not in ("110", "120") or row.kind == TRUE_UP or not facts.is_past(row.month):
            continue
        limits = limits_at(facts, row)
        if limits is None or row.base is None or not _is_outside(limits, row.base, row.month or ""):
            continue
        if is_applied(facts, row, limits):
            continue
        at = row.month or ""
        sums[row.person or "", "", row.scheme or "", at[:4]].add(
            [at],
            _premium_between(facts, row, limits.nearest(row.base)),
            evidence=[row.evidence],
            divisions=[facts.home(row.person)],
        )
    return [point("base_outside_limits", key[:3], wrong) for key, wrong in sums.items()]


def _is_outside(limits: Limits, base: Decimal, at: str) -> bool:
    if _within((limits.floor, limits.cap), base) or limits.published is None:
        return False
    if at >= limits.published:
        return True
    return limits.last_year is not None and not _within(limits.last_year, base)


def _within(bounds: tuple[Decimal, Decimal], base: Decimal) -> bool:
    return bounds[0] - PENNY <= base <= bounds[1] + PENNY


def _premium_between(facts: Facts, row: Contribution, limit: Decimal) -> Decimal:
    """Give the premium at a limit less that at the base, both parts each rounded, without sign."""
    enrolment = row.enrolment
    employer = facts.ledgers.employers.get(row.employer)
    risk = (
        facts.code("AAA149", employer.AAA149) if enrolment.scheme == "410" and employer is not None else None
    )
    keys = (("scheme", enrolment.scheme), ("identity", enrolment.identity), ("risk_class", risk))
    place = enrolment.division or NOWHERE
    rates = facts.batch.site.look_up("contribution_rates", place, row.month, keys)
    if rates is None or row.base is None:
        return ZERO
    parts = [number(rates.get("person_rate"))]
    if base_method(facts, row.employer, row.scheme) == SINGLE_BASE:
        parts.append(number(rates.get("employer_rate")))
    return abs(
        sum((half_up(limit * rate) - half_up(row.base * rate) for rate in parts if rate is not None), ZERO)
    )


def base_method(facts: Facts, employer: str | None, scheme: str | None) -> str | None:
    """AB02.AAB033, or single without an AB02 row; None where it is no code, which is neither."""
    if not hasattr(facts, "base_methods"):
        facts.base_methods = {
            (row.AAB001, facts.code("AAE140", row.AAE140)): facts.code("AAB033", row.AAB033)
            for row in facts.batch.current["AB02"]
            if row.AAB001 is not None
        }
    return facts.base_methods.get((employer, scheme), SINGLE_BASE)


def base_changed_in_year(facts: Facts) -> list[Point]:
    """Two bases of one person at one employer and scheme in a part of a calendar year."""
    parts: dict[tuple, dict[str, list[Contribution]]] = defaultdict(lambda: defaultdict(list))
    for row in facts.contributions:
        at = row.month or ""
        if row.kind != REGULAR or row.employer is None or row.base is None or not facts.is_past(row.month):
            continue
        limits = limits_at(facts, row)
        if limits is None or limits.published is None:
            continue
        is_before = at < limits.published
        if is_before and row.booked is not None and row.booked >= limits.published:
            continue
        parts[row.person, row.scheme, at[:4], row.employer, limits.wage_year, is_before][at].append(row)
    sums: dict[tuple[str, str, str, str], Wrong] = defaultdict(Wrong)
    for (person, scheme, year, *_), by_month in parts.items():
        wrong = sums[person or "", "", scheme or "", year]
        for at, row in _changed(facts, by_month):
            wrong.add([at], evidence=[row.evidence], divisions=[facts.home(row.person)])
    return [point("base_changed_in_year", key[:3], wrong) for key, wrong in sums.items() if wrong.months]


def _changed(facts: Facts, by_month: dict[str, list[Contribution]]) -> list[tuple[str, Contribution]]:
    """List the months whose base, that of the last booked row, is not the standing one."""
    standing, changed = None, []
    for at in sorted(by_month):
        row = max(by_month[at], key=lambda row: (row.booked or "", row.contribution_id))
        applied = is_applied(facts, row, limits_at(facts, row), begins=at)
        if standing is None or applied:
            standing = row.base
        elif row.base != standing:
            changed.append((at, row))
    return changed


def is_applied(facts: Facts, row: Contribution, limits: Limits | None, begins: str | None = None) -> bool:
    """Whether an approved application speaks for a base: in force, or (``begins``) from this very month."""
    if limits is None or row.employer is None:
        return False
    person = facts.persons.get(row.person)
    number_of = person_key(person.AAC002) if person is not None else None
    for application in applications_of(facts):
        if (application.unit, application.person, application.wage_year) != (
            row.employer,
            number_of,
            limits.wage_year,
        ):
            continue
        if application.scheme != row.scheme:
            continue
        if begins is None and application.effective <= (row.month or ""):
            return True
        if (
            begins is not None
            and application.effective == begins
            and application.new_base in (None, row.base)
        ):
            return True
    return False

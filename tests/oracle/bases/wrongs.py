"""What is wrong with the bases: one dictionary per exception, in the words of the page."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.oracle.bases.rows import EMPLOYEE, FLEXIBLE
from tests.oracle.bases.subjects import CENT, Person, Unit, to_unit
from tests.oracle.values import day, file_amount, last_day, month_of

if TYPE_CHECKING:
    from tests.oracle.bases.computed import Computed

EXCLUDED = ("rehired", "elsewhere")
Months = dict[str, tuple[object, object, Decimal]]


def exceptions(all_: Computed) -> list[dict]:
    """Everything wrong in the month."""
    today = last_day(all_.at)
    rows = []
    for person in all_.persons:
        if person.status != "no_rule":
            rows += [*_personal(person), *_common(person, today, all_), *_on_list(person, all_)]
    for unit in all_.units:
        if unit.status != "no_rule":
            rows += [*_of_unit(unit, today), *_common(unit, today, all_)]
    rows += _without_scheme(all_, today)
    return rows


def _row(subject: Person | Unit, exception: str, **columns: object) -> dict:
    return {
        "exception": exception, "division": subject.division, "scheme": subject.scheme,
        "wage_year": subject.year.name, "unit_id": subject.unit or None,
        "person_id": subject.person if isinstance(subject, Person) else None, "first_month": None,
        "last_month": None, "months": 0, "expected": None, "found": None, "amount": Decimal("0.00"),
        "due_on": None, **columns,
    }  # fmt: skip


def _wrong(subject: Person | Unit, exception: str, months: Months, **columns: object) -> Iterator[dict]:
    """One row from the months of a wrong: expected and found of the first, the amounts summed."""
    if months:
        first = min(months)
        expected, applied, _ = months[first]
        amount = sum((amount for _, _, amount in months.values()), Decimal("0.00"))
        values = {
            "first_month": first, "last_month": max(months), "months": len(months),
            "expected": expected, "found": applied, "amount": amount,
        }  # fmt: skip
        yield _row(subject, exception, **{**values, **columns})


def _difference(subject: Person | Unit, right: Decimal, base: Decimal, at: str) -> Decimal:
    return abs(subject.premium(right, at) - subject.premium(base, at))


def _sided(subject: Person | Unit, applied: Decimal, low: str, high: str) -> Iterator[dict]:
    expected, v = subject.expected, subject.verified
    name = low if applied < expected - CENT else high if applied > expected + CENT else None
    if name:
        bases = {at: _base(subject, at) for at in subject.months() if at >= v}
        months = {
            at: (expected, applied, _difference(subject, expected, base, at))
            for at, base in bases.items()
            if base is not None and ((base < expected) if name == low else (base > expected))
        }
        yield from _wrong(subject, name, months)


def _base(subject: Person | Unit, at: str) -> Decimal | None:
    return subject.rows[at].base if isinstance(subject, Person) else subject.base(at)


def _personal(person: Person) -> Iterator[dict]:
    if person.verified and person.source != "none" and person.expected is not None:
        for row in _sided(
            person, person.rows[person.verified].base, "personal_base_low", "personal_base_high"
        ):
            if not (row["exception"] == "personal_base_low" and person.identity == FLEXIBLE):
                yield row
    if person.identity == FLEXIBLE and person.published:
        months = {}
        for at, row in person.rows.items():
            floor, before = person.bounds[at][0], person.bounds_before[at][0]
            if floor is None or row.base >= floor - CENT:
                continue
            if person.is_provisional(at) and (before is None or row.base >= before - CENT):
                continue
            months[at] = (floor, row.base, _difference(person, floor, row.base, at))
        yield from _wrong(person, "flexible_below_ladder", months)


def _of_unit(unit: Unit, today: date) -> Iterator[dict]:
    if unit.method == "dual" and unit.verified and None not in (unit.expected, unit.applied):
        yield from _sided(unit, unit.applied, "unit_base_low", "unit_base_high")
    if unit.method == "dual":
        if unit.bill is None and unit.unit_method != "sum" and unit.employees:
            due = _due(unit.year.name, unit.rule.get("declare_by"))
            if due and today > due:
                yield _row(unit, "not_declared", due_on=due)
        if unit.scheme != "410":
            yield from _wrong(unit, "dual_base_broken", _broken(unit))
    months = {}
    for at in unit.months():
        base, taxed = unit.base(at), unit.taxed.get(at)
        if base is not None and taxed is not None and base < Decimal("0.99") * taxed:
            months[at] = (taxed, base, _difference(unit, taxed, base, at))
    yield from _wrong(unit, "below_tax_base", months)


def _broken(unit: Unit) -> Months:
    months: Months = {}
    for at, rows in unit.employees.items():
        asked = sum((row.employer_part for row in rows), Decimal(0))
        if at not in unit.collected:
            whole = Decimal(0) if unit.expected is None else unit.premium(unit.expected, at)
            months[at] = (None, None, asked + whole)
        elif any(row.employer_part for row in rows):
            months[at] = (None, None, asked)
    return months


def _due(wage_year: str, written: str | None) -> date | None:
    if written is None:
        return None
    year, number = int(wage_year) + 1, int(written[:2])
    return date(year, number, min(int(written[3:]), calendar.monthrange(year, number)[1]))


def _common(subject: Person | Unit, today: date, all_: Computed) -> Iterator[dict]:
    """What is judged of persons and units alike."""
    is_person = isinstance(subject, Person)
    dual = is_person or subject.method == "dual"
    if dual:
        yield from _wrong(subject, "provisional_wrong", _provisional(subject))
    trueup = subject.trueup()
    if (
        trueup
        and abs(trueup[0] - trueup[1]) > CENT
        and subject.settling
        and today > last_day(subject.settling)
    ):
        rows = subject.rows if is_person else subject.collected
        months = sorted(at for at in rows if subject.is_provisional(at))
        yield _row(
            subject, "not_trued_up", first_month=months[0] if months else None,
            last_month=months[-1] if months else None, months=len(months), expected=trueup[0],
            found=trueup[1], amount=abs(trueup[0] - trueup[1]), due_on=last_day(subject.settling),
        )  # fmt: skip
    if dual and subject.verified and (not is_person or subject.identity == EMPLOYEE):
        name = "base_changed_in_year" if is_person else "unit_base_changed"
        yield from _wrong(subject, name, _changed(subject))
    yield from _late(subject, all_)


def _provisional(subject: Person | Unit) -> Months:
    months: Months = {}
    way = subject.rule.get("provisional") if subject.rule else None
    for at in subject.months():
        base = _base(subject, at)
        if not subject.is_provisional(at) or base is None:
            continue
        old = (
            subject.carried
            if way == "carry"
            else _within_old_limits(subject, at)
            if way == "old_limits"
            else None
        )
        if old is None:
            continue
        allowed = [old]
        if (
            subject.year.published_month
            and at >= subject.year.published_month
            and subject.expected is not None
        ):
            allowed.append(subject.expected)
        if all(abs(base - right) > CENT for right in allowed):
            nearest = min(allowed, key=lambda right, base=base: abs(right - base))
            months[at] = (nearest, base, Decimal("0.00"))
    return months


def _within_old_limits(subject: Person | Unit, at: str) -> Decimal | None:
    if isinstance(subject, Unit):
        return subject.by_method(subject.total(at))
    floor, cap = subject.bounds_before[at]
    if subject.source in ("none", "chosen") or None in (subject.wage, floor, cap):
        return None
    return to_unit(min(max(subject.wage, floor), cap), subject.rounding)


def _changed(subject: Person | Unit) -> Months:
    months: Months = {}
    standing: Decimal | None = None
    for at in subject.months():
        base = _base(subject, at)
        if at < subject.verified or base is None:
            continue
        accepted = any(
            application["effective"] == at
            and subject.year.first <= month_of(application["applied"]) <= subject.year.last
            and application["new"] in (None, base)
            for application in subject.applications
        )
        if standing is None or accepted:
            standing = base
        elif base != standing:
            months[at] = (standing, base, _difference(subject, standing, base, at))
    return months


def _corrected(subject: Person | Unit, all_: Computed) -> Months:
    months: Months = {}
    persons, units = all_.rows.batch_of(subject.year.last)
    if isinstance(subject, Person):
        for at, row in subject.rows.items():
            kind, base = persons.get(row.key, (None, None))
            if kind == "10" and base is not None and base != row.base:
                months[at] = (base, row.base, _difference(subject, row.base, base, at))
        return months
    for at, row in subject.collected.items() if subject.method == "dual" else ():
        former = units.get((subject.unit, subject.scheme, at))
        if former is None or None in (former.base, row.base) or subject.is_provisional(at):
            continue
        if former.base != row.base:
            months[at] = (former.base, row.base, _difference(subject, row.base, former.base, at))
    return months


def _late(subject: Person | Unit, all_: Computed) -> Iterator[dict]:
    months = _corrected(subject, all_) if subject.year.last < all_.at else {}
    if months:
        yield from _wrong(subject, "late_correction", months)
        return
    late = [
        application for application in subject.applications
        if month_of(application["applied"]) > subject.year.last
    ]  # fmt: skip
    if late:
        chosen = max(late, key=lambda application: application["order"])
        yield _row(
            subject, "late_correction", first_month=chosen["effective"], last_month=chosen["effective"],
            found=chosen["new"],
        )  # fmt: skip


def _on_list(person: Person, all_: Computed) -> Iterator[dict]:
    if person.identity != EMPLOYEE:
        return
    has_list = bool(all_.lists[person.unit, person.year.name])
    if has_list and person.listed is None and person.verified and not person.began_within:
        yield _row(
            person, "insured_not_listed", first_month=person.verified, last_month=person.verified, months=1
        )
    if person.listed and person.listed["status"] in EXCLUDED and person.scheme != "410":
        months: Months = {at: (None, None, Decimal("0.00")) for at in person.rows}
        yield from _wrong(person, "excluded_but_insured", months)


def _without_scheme(all_: Computed, today: date) -> Iterator[dict]:
    years: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in all_.units:
        years[unit.unit, unit.year.name].append(unit)
    for (name, wage_year), units in years.items():
        bill, persons = all_.bills.get((name, wage_year)), all_.lists[name, wage_year]
        if any(unit.employees for unit in units):
            yield from _documents(all_, units[0], today)
        totals = [file_amount(row["wage_total"]) for row in persons]
        if bill and persons and None not in totals:
            total = sum(totals, Decimal("0.00"))
            if abs(total - Decimal(bill["wage_bill"])) > CENT:
                yield _row(
                    units[0], "wage_bill_differs", scheme=None, expected=total,
                    found=Decimal(bill["wage_bill"]),
                )  # fmt: skip
        if bill:
            yield from _unproven(all_, units[0], persons)


def _documents(all_: Computed, unit: Unit, today: date) -> Iterator[dict]:
    kind = all_.rows.kind(unit.unit)
    received = {
        row["document"]: day(row["received_on"])
        for row in all_.rows.declared["base-document-csv/1"]
        if (row["unit_id"], row["wage_year"]) == (unit.unit, unit.year.name)
    }
    names = {row["document"] for row in all_.rows.site.table("base_documents")}
    for name in names:
        here = all_.rows.valid(
            "base_documents", unit.division, unit.year.name, {"unit_kind": kind, "document": name}
        )
        if not here:
            continue
        row = max(
            here,
            key=lambda document: (document.get("unit_kind") is not None, document.get("valid_from") or ""),
        )
        due = _due(unit.year.name, row.get("due"))
        received_on = received.get(name)
        if due and today > due and (received_on is None or received_on > today):
            yield _row(unit, "document_missing", scheme=None, expected=name, due_on=due)


def _unproven(all_: Computed, unit: Unit, persons: list[dict]) -> Iterator[dict]:
    seen: dict[str, dict] = {}
    for row in persons:
        if row["status"] not in EXCLUDED or row["proof_no"] is not None:
            continue
        here = all_.placed(unit.unit, row["number"])
        for person in here or [min(all_.ids.get(row["number"], []), default=row["id_number"])]:
            division = unit.division
            if here:
                last = max(
                    (paid for paid in all_.rows.regular if (paid.unit, paid.person) == (unit.unit, person)),
                    key=lambda paid: (paid.at, [-ord(letter) for letter in paid.scheme]),
                )
                division = last.division
            columns = {"scheme": None, "person_id": person, "division": division}
            seen[person] = _row(unit, "excluded_without_proof", **columns)
    yield from seen.values()

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
    found = []
    for person in all_.persons:
        if person.status != "no_rule":
            found += [*_personal(person), *_common(person, today, all_), *_on_list(person, all_)]
    for unit in all_.units:
        if unit.status != "no_rule":
            found += [*_of_unit(unit, today), *_common(unit, today, all_)]
    found += _without_scheme(all_, today)
    return found


def _row(each: Person | Unit, exception: str, **columns: object) -> dict:
    return {
        "exception": exception, "division": each.division, "scheme": each.scheme,
        "wage_year": each.year.name, "unit_id": each.unit or None,
        "person_id": each.person if isinstance(each, Person) else None, "first_month": None,
        "last_month": None, "months": 0, "expected": None, "found": None, "amount": Decimal("0.00"),
        "due_on": None, **columns,
    }  # fmt: skip


def _wrong(each: Person | Unit, exception: str, months: Months, **columns: object) -> Iterator[dict]:
    """One row from the months of a wrong: expected and found of the first, the amounts summed."""
    if months:
        first = min(months)
        expected, found, _ = months[first]
        amount = sum((amount for _, _, amount in months.values()), Decimal("0.00"))
        values = {
            "first_month": first, "last_month": max(months), "months": len(months),
            "expected": expected, "found": found, "amount": amount,
        }  # fmt: skip
        yield _row(each, exception, **{**values, **columns})


def _difference(each: Person | Unit, right: Decimal, base: Decimal, at: str) -> Decimal:
    return abs(each.premium(right, at) - each.premium(base, at))


def _sided(each: Person | Unit, applied: Decimal, low: str, high: str) -> Iterator[dict]:
    expected, v = each.expected, each.verified
    name = low if applied < expected - CENT else high if applied > expected + CENT else None
    if name:
        bases = {at: _base(each, at) for at in each.months() if at >= v}
        months = {
            at: (expected, applied, _difference(each, expected, base, at))
            for at, base in bases.items()
            if base is not None and ((base < expected) if name == low else (base > expected))
        }
        yield from _wrong(each, name, months)


def _base(each: Person | Unit, at: str) -> Decimal | None:
    return each.rows[at].base if isinstance(each, Person) else each.base(at)


def _personal(each: Person) -> Iterator[dict]:
    if each.verified and each.source != "none" and each.expected is not None:
        for row in _sided(each, each.rows[each.verified].base, "personal_base_low", "personal_base_high"):
            if not (row["exception"] == "personal_base_low" and each.identity == FLEXIBLE):
                yield row
    if each.identity == FLEXIBLE and each.published:
        months = {}
        for at, row in each.rows.items():
            floor, before = each.bounds[at][0], each.bounds_before[at][0]
            if floor is None or row.base >= floor - CENT:
                continue
            if each.is_provisional(at) and (before is None or row.base >= before - CENT):
                continue
            months[at] = (floor, row.base, _difference(each, floor, row.base, at))
        yield from _wrong(each, "flexible_below_ladder", months)


def _of_unit(each: Unit, today: date) -> Iterator[dict]:
    if each.method == "dual" and each.verified and None not in (each.expected, each.applied):
        yield from _sided(each, each.applied, "unit_base_low", "unit_base_high")
    if each.method == "dual":
        if each.bill is None and each.unit_method != "sum" and each.employees:
            due = _due(each.year.name, each.rule.get("declare_by"))
            if due and today > due:
                yield _row(each, "not_declared", due_on=due)
        if each.scheme != "410":
            yield from _wrong(each, "dual_base_broken", _broken(each))
    months = {}
    for at in each.months():
        base, taxed = each.base(at), each.taxed.get(at)
        if base is not None and taxed is not None and base < Decimal("0.99") * taxed:
            months[at] = (taxed, base, _difference(each, taxed, base, at))
    yield from _wrong(each, "below_tax_base", months)


def _broken(each: Unit) -> Months:
    months: Months = {}
    for at, rows in each.employees.items():
        asked = sum((row.employer_part for row in rows), Decimal(0))
        if at not in each.collected:
            whole = Decimal(0) if each.expected is None else each.premium(each.expected, at)
            months[at] = (None, None, asked + whole)
        elif any(row.employer_part for row in rows):
            months[at] = (None, None, asked)
    return months


def _due(wage_year: str, written: str | None) -> date | None:
    if written is None:
        return None
    year, number = int(wage_year) + 1, int(written[:2])
    return date(year, number, min(int(written[3:]), calendar.monthrange(year, number)[1]))


def _common(each: Person | Unit, today: date, all_: Computed) -> Iterator[dict]:
    """What is judged of persons and units alike."""
    is_person = isinstance(each, Person)
    dual = is_person or each.method == "dual"
    if dual:
        yield from _wrong(each, "provisional_wrong", _provisional(each))
    trueup = each.trueup()
    if trueup and abs(trueup[0] - trueup[1]) > CENT and each.settling and today > last_day(each.settling):
        rows = each.rows if is_person else each.collected
        months = sorted(at for at in rows if each.is_provisional(at))
        yield _row(
            each, "not_trued_up", first_month=months[0] if months else None,
            last_month=months[-1] if months else None, months=len(months), expected=trueup[0],
            found=trueup[1], amount=abs(trueup[0] - trueup[1]), due_on=last_day(each.settling),
        )  # fmt: skip
    if dual and each.verified and (not is_person or each.identity == EMPLOYEE):
        name = "base_changed_in_year" if is_person else "unit_base_changed"
        yield from _wrong(each, name, _changed(each))
    yield from _late(each, all_)


def _provisional(each: Person | Unit) -> Months:
    months: Months = {}
    way = each.rule.get("provisional") if each.rule else None
    for at in each.months():
        base = _base(each, at)
        if not each.is_provisional(at) or base is None:
            continue
        old = (
            each.carried if way == "carry" else _within_old_limits(each, at) if way == "old_limits" else None
        )
        if old is None:
            continue
        allowed = [old]
        if each.year.published_month and at >= each.year.published_month and each.expected is not None:
            allowed.append(each.expected)
        if all(abs(base - right) > CENT for right in allowed):
            nearest = min(allowed, key=lambda right, base=base: abs(right - base))
            months[at] = (nearest, base, Decimal("0.00"))
    return months


def _within_old_limits(each: Person | Unit, at: str) -> Decimal | None:
    if isinstance(each, Unit):
        return each.by_method(each.total(at))
    floor, cap = each.bounds_before[at]
    if each.source in ("none", "chosen") or None in (each.wage, floor, cap):
        return None
    return to_unit(min(max(each.wage, floor), cap), each.rounding)


def _changed(each: Person | Unit) -> Months:
    months: Months = {}
    standing: Decimal | None = None
    for at in each.months():
        base = _base(each, at)
        if at < each.verified or base is None:
            continue
        accepted = any(
            application["effective"] == at
            and each.year.first <= month_of(application["applied"]) <= each.year.last
            and application["new"] in (None, base)
            for application in each.applications
        )
        if standing is None or accepted:
            standing = base
        elif base != standing:
            months[at] = (standing, base, _difference(each, standing, base, at))
    return months


def _corrected(each: Person | Unit, all_: Computed) -> Months:
    months: Months = {}
    persons, units = all_.rows.batch_of(each.year.last)
    if isinstance(each, Person):
        for at, row in each.rows.items():
            kind, base = persons.get(row.key, (None, None))
            if kind == "10" and base is not None and base != row.base:
                months[at] = (base, row.base, _difference(each, row.base, base, at))
        return months
    for at, row in each.collected.items() if each.method == "dual" else ():
        former = units.get((each.unit, each.scheme, at))
        if former is None or None in (former.base, row.base) or each.is_provisional(at):
            continue
        if former.base != row.base:
            months[at] = (former.base, row.base, _difference(each, row.base, former.base, at))
    return months


def _late(each: Person | Unit, all_: Computed) -> Iterator[dict]:
    months = _corrected(each, all_) if each.year.last < all_.at else {}
    if months:
        yield from _wrong(each, "late_correction", months)
        return
    late = [
        application for application in each.applications
        if month_of(application["applied"]) > each.year.last
    ]  # fmt: skip
    if late:
        chosen = max(late, key=lambda application: application["order"])
        yield _row(
            each, "late_correction", first_month=chosen["effective"], last_month=chosen["effective"],
            found=chosen["new"],
        )  # fmt: skip


def _on_list(each: Person, all_: Computed) -> Iterator[dict]:
    if each.identity != EMPLOYEE:
        return
    has_list = bool(all_.lists[each.unit, each.year.name])
    if has_list and each.listed is None and each.verified and not each.began_within:
        yield _row(each, "insured_not_listed", first_month=each.verified, last_month=each.verified, months=1)
    if each.listed and each.listed["status"] in EXCLUDED and each.scheme != "410":
        months: Months = {at: (None, None, Decimal("0.00")) for at in each.rows}
        yield from _wrong(each, "excluded_but_insured", months)


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
        row = max(here, key=lambda each: (each.get("unit_kind") is not None, each.get("valid_from") or ""))
        due = _due(unit.year.name, row.get("due"))
        came = received.get(name)
        if due and today > due and (came is None or came > today):
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

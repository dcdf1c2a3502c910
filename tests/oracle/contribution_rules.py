"""The rules of AC43, two of which look up the site's limits and rates."""

from __future__ import annotations

from decimal import Decimal

from tests.oracle.ledgers import Enrolment, Ledgers
from tests.oracle.limits import Limits, limits_in_force
from tests.oracle.site import number
from tests.oracle.values import PENNY, amount, half_up, month

SINGLE_BASE = "02"
TRUE_UP = "32"


def _enrolment(row: tuple, ledgers: Ledgers) -> Enrolment | None:
    scheme = ledgers.batch.code("AAE140", row.AAE140)
    return ledgers.enrolment_of(row.AAC001, scheme, row.AAB001)


def _ac43_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE002 or AAE003 is not a real month (missing too), or an employee's AAE003 > AAE002."""
    booked, paid_for = month(row.AAE002), month(row.AAE003)
    if booked is None or paid_for is None:
        return True
    enrolment = _enrolment(row, ledgers)
    return enrolment is not None and enrolment.identity == "11" and paid_for > booked


def _ac43_2(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC001 is not in AC01, or AAB001 is given and not in AB01."""
    if row.AAC001 is None:
        return None
    unknown_employer = row.AAB001 is not None and row.AAB001 not in ledgers.employers
    return row.AAC001 not in ledgers.persons or unknown_employer


def _ac43_3(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE078 = 1 without AAB191."""
    if row.AAE078 is None:
        return None
    return ledgers.batch.code("AAE078", row.AAE078) == "1" and row.AAB191 is None


def _is_true_up(row: tuple, ledgers: Ledgers) -> bool:
    return row.AAA115 is not None and ledgers.batch.code("AAA115", row.AAA115) == TRUE_UP


def _ac43_4(row: tuple, ledgers: Ledgers) -> bool | None:
    """Paid employer > due employer, or paid person > due person, by more than 0.01; not of kind 32."""
    if _is_true_up(row, ledgers):
        return False
    columns = (row.AAE080, row.AAE020, row.AAE082, row.AAE022)
    paid_employer, due_employer, paid_person, due_person = (amount(value) for value in columns)
    if None in (paid_employer, due_employer, paid_person, due_person):
        return None
    return paid_employer - due_employer > PENNY or paid_person - due_person > PENNY


def _outside(base: Decimal, limits: Limits) -> bool:
    return base < limits.floor - PENNY or base > limits.cap + PENNY


def _ac43_5(row: tuple, ledgers: Ledgers) -> bool | None:
    """Schemes 110, 120: AAE180 is outside the floor and cap in force for AAE003.

    "By more than 0.01, and, while the wage year's average was not yet published in month AAE003,
    also outside last year's." Rows of kind 32 excepted.
    """
    if row.AAE140 is None:
        return None
    if ledgers.batch.code("AAE140", row.AAE140) not in ("110", "120") or _is_true_up(row, ledgers):
        return False
    base, paid_for, enrolment = amount(row.AAE180), month(row.AAE003), _enrolment(row, ledgers)
    if base is None or paid_for is None or enrolment is None:
        return None
    limits = limits_in_force(ledgers.batch, enrolment, paid_for)
    return None if limits is None else _breaks(limits, base, paid_for)


def _breaks(limits: Limits, base: Decimal, paid_for: str) -> bool | None:
    if not _outside(base, limits):
        return False
    if limits.published is None:
        return None
    if paid_for >= limits.published:
        return True
    return None if limits.last_year is None else _outside(base, limits.last_year)


def _ac43_6(row: tuple, ledgers: Ledgers) -> bool | None:
    """Schemes other than 170, 390: a due amount differs from base × rate by more than 0.01.

    "Month AAE003; identity of the enrolment that gives the row its division; risk class of the
    employer for 410; the employer part only under single base."
    """
    if row.AAE140 is None:
        return None
    batch = ledgers.batch
    if batch.code("AAE140", row.AAE140) in ("170", "390"):
        return False
    base, paid_for, enrolment = amount(row.AAE180), month(row.AAE003), _enrolment(row, ledgers)
    if base is None or paid_for is None or enrolment is None:
        return None
    single_base = _is_single_base(row, ledgers)
    rates = _rates(enrolment, paid_for, row.AAB001, ledgers)
    if single_base is None or rates is None:
        return None
    compared = [(amount(row.AAE022), number(rates.get("person_rate")))]
    if single_base:
        compared.append((amount(row.AAE020), number(rates.get("employer_rate"))))
    if any(due is None or rate is None for due, rate in compared):
        return None
    return any(abs(due - half_up(base * rate)) > PENNY for due, rate in compared)


def _is_single_base(row: tuple, ledgers: Ledgers) -> bool | None:
    """AB02.AAB033 = 02 or no AB02 row; None when the row does not say."""
    batch = ledgers.batch
    if not hasattr(batch, "base_methods"):
        batch.base_methods = {
            (enrolment.AAB001, batch.code("AAE140", enrolment.AAE140)): enrolment.AAB033
            for enrolment in batch.current["AB02"]
        }
    key = (row.AAB001, batch.code("AAE140", row.AAE140))
    if row.AAB001 is None or key not in batch.base_methods:
        return True
    method = batch.base_methods[key]
    return None if method is None else batch.code("AAB033", method) == SINGLE_BASE


def _rates(
    enrolment: Enrolment, at: str, employer: str | None, ledgers: Ledgers
) -> dict[str, str | None] | None:
    batch = ledgers.batch
    risk_class = None
    if enrolment.scheme == "410" and employer in ledgers.employers:
        risk_class = batch.code("AAA149", ledgers.employers[employer].AAA149)
    keys = (
        ("scheme", enrolment.scheme),
        ("identity", enrolment.identity),
        ("risk_class", risk_class),
    )
    division = batch.own_division(enrolment.written_division)
    return batch.site.look_up("contribution_rates", division, at, keys)


CONTRIBUTION_RULES = {
    "AC43-1": _ac43_1,
    "AC43-2": _ac43_2,
    "AC43-3": _ac43_3,
    "AC43-4": _ac43_4,
    "AC43-5": _ac43_5,
    "AC43-6": _ac43_6,
}

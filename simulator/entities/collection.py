"""What follows from the contributions: arrears paid later, unit collection (AB07), monthly arrivals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.columns import picked
from simulator.entities.contributions import REGULAR, Contributions
from simulator.entities.employers import Employers
from simulator.history import Columns, History, or_none
from simulator.parameters import EMPLOYEE
from simulator.span import Span

_CLEARING_DAY = 18


@dataclass(frozen=True)
class UnitDues:
    """One entry per dual-base employer, scheme and month: what the employer owes as a unit (AB07)."""

    employer: np.ndarray
    scheme: np.ndarray
    month: np.ndarray
    persons: np.ndarray
    base: np.ndarray
    due: np.ndarray
    has_arrived: np.ndarray


@dataclass(frozen=True)
class Arrivals:
    """Money arrived in one month: per payer (employer, else person), scheme, month paid for and part.

    ``part`` is 0 for the employer's money, 1 for the person's.
    """

    employer: np.ndarray
    person: np.ndarray
    enrolment: np.ndarray
    scheme: np.ndarray
    for_month: np.ndarray
    part: np.ndarray
    amount: np.ndarray
    base: np.ndarray


def unit_dues(span: Span, employers: Employers, rows: Contributions) -> UnitDues:
    """Sum the bases of dual-base employers, lock the sum for the rest of the base year, apply the rate."""
    dual = (rows.kind == REGULAR) & (rows.employer >= 0) & ~rows.is_extra & (rows.scheme != parameters.INJURY)
    dual &= employers.is_dual[rows.employer] & (rows.for_month == rows.booked)
    dual &= rows.booked >= span.first
    employer, scheme, month = rows.employer[dual], rows.scheme[dual], rows.booked[dual]
    key = (month * 1000 + scheme) * 1_000_000 + employer
    distinct, places = np.unique(key, return_inverse=True)
    base = np.bincount(places, weights=rows.base[dual]).astype(np.int64)
    employer, scheme, month = distinct % 1_000_000, distinct // 1_000_000 % 1000, distinct // 10**9
    base = _locked(employer, scheme, month, base)
    rate = np.array([parameters.rates(int(code), EMPLOYEE)[0] for code in scheme], dtype=np.int64)
    index = month - span.first
    missed = (employers.arrears_from[employer] >= 0) & (index >= employers.arrears_from[employer])
    missed &= index < employers.arrears_until[employer]
    return UnitDues(
        employer=employer,
        scheme=scheme,
        month=month,
        persons=np.bincount(places),
        base=base,
        due=parameters.premium(base, rate),
        has_arrived=~missed,
    )


def _locked(employer: np.ndarray, scheme: np.ndarray, month: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return the bases with that of the settling month, or the first after it, kept to the year's end.

    Before the settling month the base is that of each month.
    """
    starts = np.array([parameters.base_year_start(int(code)) for code in scheme], dtype=np.int64)
    settling = np.array([parameters.settling_offset(int(code)) for code in scheme], dtype=np.int64)
    year, offset = np.divmod(month - starts, 12)
    order = np.lexsort((month, year, scheme, employer))
    is_verified = (offset >= settling)[order]
    keys = np.stack((employer, scheme, year, offset >= settling))[:, order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    first = np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
    locked = base.copy()
    locked[order] = np.where(is_verified, base[order][first], base[order])
    return locked


def unit_history(span: Span, employers: Employers, dues: UnitDues) -> History:
    """Return AB07, arrears paid later included."""
    day = clock.day_in(dues.month, 12)
    columns = {
        "AAB001": employers.ids[dues.employer],
        "AAE140": dues.scheme.astype(str).astype(object),
        "AAE003": clock.month_codes(dues.month),
        "AAE002": clock.month_codes(dues.month),
        "AAB119": dues.persons,
        "AAB120": dues.base,
        "AAE020": dues.due,
        "AAE080": np.where(dues.has_arrived, dues.due, 0),
        "AAE078": dues.has_arrived.astype(np.int64),
        "AAB191": clock.day_codes(np.where(dues.has_arrived, day, 0)),
        "AAE036": clock.day_codes(day),
    }
    history = History.of("AB07", dues.month - span.first, columns)
    for index, rows in _cleared(span, employers, dues.employer, ~dues.has_arrived):
        cleared_on = str(clock.day_in(span.first + index, _CLEARING_DAY))
        history.update(
            index,
            rows,
            AAE002=clock.month_code(span.first + index),
            AAE080=dues.due[rows],
            AAE078=1,
            AAB191=cleared_on,
            AAE036=cleared_on,
        )
    return history


def contribution_history(span: Span, employers: Employers, rows: Contributions, ids: np.ndarray) -> History:
    """Return AC43, arrears paid later included; ``ids`` are the person ids, unknown ones at the end."""
    handled_on = clock.day_in(rows.booked, 27)
    handled_on = np.where(rows.arrived_on > 0, rows.arrived_on, handled_on)

    def render(places: np.ndarray) -> Columns:
        chosen = picked(rows, places)
        return {
            "AAZ223": chosen.ids,
            "AAC001": ids[chosen.person],
            "AAB001": or_none(chosen.employer >= 0, employers.ids[chosen.employer]),
            "AAE140": _codes(chosen.scheme),
            "AAE002": clock.month_codes(chosen.booked),
            "AAE003": clock.month_codes(chosen.for_month),
            "AAE041": clock.month_codes(chosen.covers_from),
            "AAE042": clock.month_codes(chosen.covers_to),
            "AAA115": _codes(chosen.kind),
            "AAC040": chosen.wage,
            "AAE180": chosen.base,
            "AAE020": chosen.due_employer,
            "AAE022": chosen.due_person,
            "AAE080": chosen.paid_employer,
            "AAE082": chosen.paid_person,
            "AAE078": chosen.has_arrived.astype(np.int64),
            "AAB191": clock.day_codes(chosen.arrived_on),
            "AAE036": clock.day_codes(handled_on[places]),
        }

    history = History("AC43", rows.since, render)
    for index, places in _cleared(span, employers, rows.employer, ~rows.has_arrived):
        cleared_on = str(clock.day_in(span.first + index, _CLEARING_DAY))
        history.update(
            index,
            places,
            AAE002=clock.month_code(span.first + index),
            AAE080=rows.due_employer[places],
            AAE082=rows.due_person[places],
            AAE078=1,
            AAB191=cleared_on,
            AAE036=cleared_on,
        )
    return history


def arrivals(span: Span, index: int, employers: Employers, rows: Contributions, dues: UnitDues) -> Arrivals:
    """Return what arrived in one month: paid at once, or arrears of earlier months."""
    month = span.first + index
    now = np.flatnonzero(rows.has_arrived & (rows.booked == month) & ~rows.is_extra)
    units = np.flatnonzero(dues.has_arrived & (dues.month == month))
    late, late_units = np.array([], int), np.array([], int)
    for cleared, places in _cleared(span, employers, rows.employer, ~rows.has_arrived & ~rows.is_extra):
        late = places if cleared == index else late
    for cleared, places in _cleared(span, employers, dues.employer, ~dues.has_arrived):
        late_units = places if cleared == index else late_units
    paid_employer = np.concatenate([rows.paid_employer[now], rows.due_employer[late]])
    paid_person = np.concatenate([rows.paid_person[now], rows.due_person[late]])
    units = np.concatenate([units, late_units])
    both = np.concatenate([now, late])
    nobody = np.full(len(units), -1)
    return Arrivals(
        employer=np.concatenate([rows.employer[both], rows.employer[both], dues.employer[units]]),
        person=np.concatenate([rows.person[both], rows.person[both], nobody]),
        enrolment=np.concatenate([rows.enrolment[both], rows.enrolment[both], nobody]),
        scheme=np.concatenate([rows.scheme[both], rows.scheme[both], dues.scheme[units]]),
        for_month=np.concatenate([rows.for_month[both], rows.for_month[both], dues.month[units]]),
        part=np.repeat([0, 1, 0], [len(both), len(both), len(units)]),
        amount=np.concatenate([paid_employer, paid_person, dues.due[units]]),
        base=np.concatenate([rows.base[both], rows.base[both], dues.base[units]]),
    )


def _cleared(
    span: Span, employers: Employers, employer: np.ndarray, unpaid: np.ndarray
) -> list[tuple[int, np.ndarray]]:
    """Return the rows in arrears that are paid in each month of the range."""
    cleared_in = np.where(unpaid & (employer >= 0), employers.cleared_in[employer], -1)
    places = np.flatnonzero(cleared_in >= 0)
    return [
        (index, places[cleared_in[places] == index])
        for index in range(span.count)
        if np.any(cleared_in[places] == index)
    ]


def _codes(values: np.ndarray) -> np.ndarray:
    distinct, places = np.unique(values, return_inverse=True)
    return np.array([str(value) for value in distinct], dtype=object)[places]

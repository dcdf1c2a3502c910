"""Faults planted in the contributions (AC43), with decoys for the limits of bases."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator import clock, parameters
from simulator.chance import one_each
from simulator.columns import picked, stacked
from simulator.entities.cast import Cast
from simulator.entities.contributions import REGULAR, Contributions
from simulator.entities.employers import Employers
from simulator.entities.enrolments import Enrolments
from simulator.entities.population import EMPLOYED, Population
from simulator.parameters import EMPLOYEE
from simulator.span import Span
from simulator.truth import Truth

_SAMPLED_DECOYS = 20


@dataclass
class MoneyFaults:
    """Plants faults in contributions, in place; nobody with a part is touched, no row twice."""

    span: Span
    people: Population
    firms: Employers
    enrolled: Enrolments
    cast: Cast
    rows: Contributions
    truth: Truth
    rebased: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Mark the rows that may be touched: regular ones of employees at employers that always pay.

        Only of those who are enrolled where they live: a row is counted where its person lives.
        """
        self.rng = self.span.stream("faults_money")
        rows = self.rows
        abroad = self.enrolled.county != self.people.county[self.enrolled.person]
        settled = self.people.died == 0
        settled[self.enrolled.person[abroad]] = False
        self.free = (rows.employer >= 0) & (rows.kind == REGULAR) & (rows.booked == rows.for_month)
        self.free &= settled[rows.person] & ~self.cast.reserved[rows.person]
        self.free &= self.firms.in_good_standing()[rows.employer]

    def draw_rows(self, rate: float, *, among: np.ndarray | None = None) -> list[int]:
        """Draw free rows at a rate that differs by county, one in each at least."""
        county = self.enrolled.county[self.rows.enrolment]
        fits = self.free if among is None else self.free & among
        chance = rate * parameters.COUNTY_FAULT_FACTOR[county]
        chosen = np.flatnonzero(fits & (self.rng.random(len(fits)) < chance))
        chosen = one_each(self.rng, fits, county, chosen)
        self.free[chosen] = False
        return chosen.tolist()

    def draw_persons(self, count: int) -> list[np.ndarray]:
        """Draw employees, of each county one at least; return each one's free pension rows by month."""
        pension = self.free & np.isin(self.rows.scheme, (110, 120))
        able = np.zeros(self.people.count, dtype=bool)
        able[self.rows.person[pension]] = True
        able &= self.people.role == EMPLOYED
        pool = np.flatnonzero(able)
        chosen = self.rng.choice(pool, size=min(count, len(pool)), replace=False)
        chosen = one_each(self.rng, able, self.people.county, chosen)
        by_person = [np.flatnonzero(pension & (self.rows.person == person)) for person in chosen]
        for rows in by_person:
            self.free[rows] = False
        return by_person

    def set_base(self, row: int, base: int) -> None:
        """Give a row another base, and the dues that follow from it."""
        rows = self.rows
        self.rebased.add(int(rows.person[row]))
        employer_rate, person_rate = parameters.rates(int(rows.scheme[row]), EMPLOYEE)
        dual = self.firms.is_dual[rows.employer[row]]
        rows.wage[row] = rows.base[row] = base
        rows.due_employer[row] = 0 if dual else parameters.premium(base, employer_rate)
        rows.due_person[row] = parameters.premium(base, person_rate)
        rows.paid_employer[row], rows.paid_person[row] = rows.due_employer[row], rows.due_person[row]

    def item(self, row: int) -> dict[str, object]:
        """Describe a row for the truth."""
        rows = self.rows
        return {
            "table": "AC43",
            "key": int(rows.ids[row]),
            "person_id": self.people.ids[rows.person[row]],
            "scheme": str(rows.scheme[row]),
            "for_month": clock.month_text(int(rows.for_month[row])),
            "division": parameters.COUNTIES[self.enrolled.county[rows.enrolment[row]]],
            "first_month": self.span.months[int(rows.since[row])],
            "last_month": None,
        }


def plant_money_faults(
    span: Span,
    people: Population,
    firms: Employers,
    enrolled: Enrolments,
    cast: Cast,
    rows: Contributions,
    truth: Truth,
) -> tuple[Contributions, np.ndarray]:
    """Plant all faults of AC43; return the rows and the person ids, unknown ones at the end."""
    faults = MoneyFaults(span, people, firms, enrolled, cast, rows, truth)
    _plant_bases(faults)
    _plant_base_decoys(faults)
    for row in faults.draw_rows(0.00004):
        rows.due_person[row] += 500
        rows.paid_person[row] = rows.due_person[row]
        truth.plant("AC43-6", **faults.item(row))
    for row in faults.draw_rows(0.00003):
        rows.paid_person[row] += 150
        truth.plant("AC43-4", **faults.item(row))
    for row in faults.draw_rows(0.00005):
        rows.arrived_on[row] = 0
        truth.plant("AC43-3", **faults.item(row))
    ahead = (rows.scheme == parameters.UNEMPLOYMENT) & ((rows.for_month + 1) % 12 > 0)
    for row in faults.draw_rows(0.00005, among=ahead):
        rows.for_month[row] += 1
        truth.plant("AC43-1", **faults.item(row))
    _record_bases(faults)
    return _append_rows(faults)


def _record_bases(faults: MoneyFaults) -> None:
    """Record what planted bases mean for the cross-checks: years outside the limits, bases that changed."""
    truth, touched = faults.truth, faults.rebased
    outside: dict[tuple[str, str, str], str] = {}
    for item in truth.planted["AC43-5"]:
        key = str(item["person_id"]), str(item["scheme"]), str(item["for_month"])[:4]
        outside[key] = min(str(item["first_month"]), outside.get(key, "9999"))
    for (person, scheme, year), first in outside.items():
        truth.plant(
            "base_outside_limits", person_id=person, other_person_id="", scheme=scheme, year=year,
            first_month=first, last_month=None,
        )  # fmt: skip
    for item in truth.decoys["AC43-5"]:
        key = str(item["person_id"]), str(item["scheme"]), str(item["for_month"])[:4]
        if key not in outside:
            truth.decoy(
                "base_outside_limits", why=str(item["why"]), person_id=key[0], other_person_id="",
                scheme=key[1], year=key[2], first_month=item["first_month"],
            )  # fmt: skip
    rows = faults.rows
    seen: dict[tuple[int, int, int, int, bool], dict[int, int]] = {}
    regular = (rows.kind == REGULAR) & (rows.employer >= 0) & np.isin(rows.person, sorted(touched))
    regular &= np.isin(rows.scheme, (parameters.PENSION, parameters.PUBLIC_PENSION))
    for row in np.flatnonzero(regular).tolist():
        code, month, base = int(rows.scheme[row]), int(rows.for_month[row]), int(rows.base[row])
        published = parameters.limits(code, month).is_published
        part = int(rows.person[row]), int(rows.employer[row]), code, month // 12, published
        since = seen.setdefault(part, {})
        since[base] = min(int(rows.since[row]), since.get(base, faults.span.count))
    for (payer, _, scheme_code, its_year, _), bases in seen.items():
        if len(bases) > 1:
            truth.plant(
                "base_changed_in_year", person_id=faults.people.ids[payer], other_person_id="",
                scheme=str(scheme_code), year=str(its_year),
                first_month=faults.span.months[sorted(bases.values())[1]],
                last_month=None,
            )  # fmt: skip


def _append_rows(faults: MoneyFaults) -> tuple[Contributions, np.ndarray]:
    """Append repeated keys (identical) and rows of persons nobody knows."""
    rows, truth = faults.rows, faults.truth
    repeated = picked(rows, np.array(faults.draw_rows(0.00004), dtype=int))
    repeated.is_extra[:] = True
    for key in repeated.ids.tolist():
        truth.plant("repeated_keys", table="AC43", key=key, kind="identical")
    single = ~faults.firms.is_dual[rows.employer] & (rows.scheme != parameters.INJURY)
    orphans = picked(rows, np.array(faults.draw_rows(0.00002, among=single), dtype=int))
    size = len(orphans.ids)
    orphans.ids[:] = rows.ids.max() + 1 + np.arange(size)
    orphans.person[:] = faults.people.count + np.arange(size)
    unknown = (2306_9999_0001 + np.arange(size)).astype(str).astype(object)
    divisions = np.array(parameters.COUNTIES)[faults.firms.county[orphans.employer]]
    plants = zip(orphans.ids.tolist(), unknown, divisions.tolist(), orphans.since, strict=True)
    for key, person, division, since in plants:
        truth.plant(
            "AC43-2", table="AC43", key=key, person_id=person, division=division,
            first_month=faults.span.months[int(since)], last_month=None,
        )  # fmt: skip
    return stacked(rows, repeated, orphans), np.concatenate([faults.people.ids, unknown])


def _plant_bases(faults: MoneyFaults) -> None:
    """Bases below every floor or above every cap, for some or all months of a person."""
    for place, rows in enumerate(faults.draw_persons(max(6, faults.people.count // 1000))):
        for row in rows[place % 2 :]:
            limits = parameters.limits(int(faults.rows.scheme[row]), int(faults.rows.for_month[row]))
            low, high = limits.last_floor * 8 // 10, limits.cap * 11 // 10
            base = (low, high, min(limits.floor, limits.last_floor) - 2, limits.cap + 2)[place % 4]
            faults.set_base(int(row), base)
            faults.truth.plant("AC43-5", **faults.item(int(row)))


def _plant_base_decoys(faults: MoneyFaults) -> None:
    whys = (
        "exactly at the floor",
        "exactly at the cap",
        "one cent below the floor",
        "one cent above the cap",
    )
    for place, rows in enumerate(faults.draw_persons(4 * max(1, faults.people.count // 5000))):
        for row in rows:
            limits = parameters.limits(int(faults.rows.scheme[row]), int(faults.rows.for_month[row]))
            floor = limits.floor if limits.is_published else limits.last_floor
            base = (floor, limits.cap, floor - 1, limits.cap + 1)[place % 4]
            faults.set_base(int(row), base)
            why = whys[place % 4]
            if not limits.is_published and place % 4 in (0, 2):
                why += " of last year, this year's average not being published yet"
            faults.truth.decoy("AC43-5", why=why, **faults.item(int(row)))
    _record_provisional_bases(faults)


def _record_provisional_bases(faults: MoneyFaults) -> None:
    """Record some of the many whose base is last year's floor before publication."""
    rows = faults.rows
    for month in faults.span.numbers:
        limits = parameters.limits(110, month)
        if not limits.is_published:
            chosen = (
                (rows.scheme == parameters.PENSION)
                & (rows.for_month == month)
                & (rows.base == limits.last_floor)
            )
            for row in np.flatnonzero(chosen & faults.free)[:_SAMPLED_DECOYS]:
                why = "last year's floor, this year's average not being published yet"
                faults.truth.decoy("AC43-5", why=why, **faults.item(int(row)))

"""Scenes of bases: too low or too high, provisional, trued up, changed, corrected late."""

from __future__ import annotations

from simulator.bases.company import (
    REGULAR,
    TRUE_UP,
    Application,
    Company,
    Person,
    Row,
    charge,
    pays,
    regular,
    settle,
)
from simulator.bases.stage import LOW_WAGES, Stage
from simulator.bases.terms import PENSION

_OFF = 100


def play(stage: Stage) -> None:
    """Play every scene once."""
    for scene in (
        _unit_bases, _personal_bases, _ladder, _provisional, _trueups, _changes, _late_corrections,
    ):  # fmt: skip
        scene(stage)


def settled(company: Company, **options: bool) -> None:
    """Let the true-ups of all years be booked."""
    for wage_year in company.terms.wage_years():
        settle(company, wage_year=wage_year, **options)


def _of(company: Company, person: Person, months: range) -> list[Row]:
    return [
        row for row in company.rows if row.person is person and row.kind == REGULAR and row.month in months
    ]


def _set(company: Company, rows: list[Row], by: int) -> None:
    for row in rows:
        row.base += by
        charge(company, row)


def _unit_bases(stage: Stage) -> None:
    after = range(stage.verified, stage.months[-1] + 1)
    for exception, by in (("unit_base_low", -_OFF), ("unit_base_high", _OFF)):
        company = stage.company(is_dual=True)
        pays(company)
        settled(company)
        for unit in company.units:
            unit.base += by if unit.month in after else 0
        stage.plant(exception, company)
        single = stage.company()
        stage.join(single, wage=9_000, listed="rehired", proof="P1", first=0, last=-1)
        pays(single)
        settled(single)
        stage.decoy(exception, single, why="single base: the unit pays on the sum of the personal bases")
        gone = stage.company(is_dual=True)
        for person in gone.people:
            person.last = stage.verified - 1
        pays(gone)
        settled(gone)
        stage.decoy(exception, gone, why="the unit left before the settling month")


def _personal_bases(stage: Stage) -> None:
    after = range(stage.verified, stage.months[-1] + 1)
    for exception, by in (("personal_base_low", -_OFF), ("personal_base_high", _OFF)):
        company = stage.company()
        pays(company)
        person = company.people[0]
        settled(company)
        _set(company, _of(company, person, after), by)
        stage.plant(exception, company, person=person)
        unlisted = stage.company()
        unlisted.unlisted.update(stage.terms.wage_years())
        pays(unlisted)
        _set(unlisted, _of(unlisted, unlisted.people[0], after), by)
        stage.decoy(exception, unlisted, person=unlisted.people[0], why="the wage was never declared")
        gone = stage.company()
        gone.people[1].last = stage.verified - 1
        pays(gone)
        settled(gone)
        stage.decoy(exception, gone, person=gone.people[1], why="the person left before the settling month")


def _ladder(stage: Stage) -> None:
    company = stage.company(wages=LOW_WAGES)
    for person in company.people:
        person.is_flexible, person.listed = True, ""
    below, decoy, _ = company.people
    pays(company)
    settled(company)
    _set(company, _of(company, below, range(stage.verified, stage.months[-1] + 1)), -_OFF)
    stage.plant("flexible_below_ladder", company, person=below)
    stage.decoy("personal_base_low", company, person=below, why="of a flexible person the ladder speaks")
    stage.decoy("flexible_below_ladder", company, person=decoy, why="provisional months at last year's floor")


def _provisional(stage: Stage) -> None:
    first = range(stage.months[0], stage.months[0] + 1)
    company = stage.company()
    pays(company)
    _set(company, _of(company, company.people[0], first), 500)
    settled(company)
    stage.plant("provisional_wrong", company, person=company.people[0])
    dual = stage.company(is_dual=True)
    pays(dual)
    for unit in dual.units:
        unit.base += 500 if unit.month in first else 0
    settled(dual)
    stage.plant("provisional_wrong", dual)
    single = stage.company(has_ab07=True)
    pays(single)
    for unit in single.units:
        unit.base += 500 if unit.month in first else 0
    settled(single)
    stage.decoy("provisional_wrong", single, why="single base: the unit's base is not judged")
    if stage.terms.provisional == "old_limits":
        unlisted = stage.company()
        unlisted.unlisted.update(stage.terms.wage_years())
        pays(unlisted)
        _set(unlisted, _of(unlisted, unlisted.people[0], first), 500)
        stage.decoy(
            "provisional_wrong", unlisted, person=unlisted.people[0], why="the wage was never declared"
        )
    if stage.terms.provisional == "carry":
        newcomer = stage.company()
        person = stage.join(newcomer, wage=6_000, first=first[0] + 1)
        pays(newcomer)
        _set(newcomer, _of(newcomer, person, range(first[0] + 1, stage.verified)), 500)
        settled(newcomer)
        stage.decoy("provisional_wrong", newcomer, person=person, why="no base of the year before to carry")


def _trueups(stage: Stage) -> None:
    company = stage.company(wages=LOW_WAGES)
    pays(company)
    for wage_year in stage.terms.wage_years():
        settle(company, wage_year=wage_year, persons=wage_year != stage.target)
    for person in company.people:
        stage.plant("not_trued_up", company, person=person)
    dual = stage.company(wages=LOW_WAGES, is_dual=True)
    pays(dual)
    for wage_year in stage.terms.wage_years():
        settle(dual, wage_year=wage_year, units=wage_year != stage.target)
    stage.plant("not_trued_up", dual)
    booked = stage.company(wages=LOW_WAGES, is_dual=True)
    pays(booked)
    settled(booked)
    stage.decoy("not_trued_up", booked, why="booked in full in the settling month")


def _changes(stage: Stage) -> None:
    month = stage.verified + 1
    single_month = range(month, month + 1)
    on = range(month, stage.months[-1] + 1)
    dual = stage.company(is_dual=True)
    pays(dual)
    settled(dual)
    for unit in dual.units:
        unit.base += _OFF if unit.month in single_month else 0
    stage.plant("unit_base_changed", dual)
    applied = stage.company(is_dual=True)
    pays(applied)
    settled(applied)
    for unit in applied.units:
        unit.base += _OFF if unit.month in on else 0
    new = next(unit.base for unit in applied.units if unit.month == month)
    applied.applications.append(Application(stage.target, _day(month), month, new_base=new))
    stage.decoy("unit_base_changed", applied, why="an approved application names the new base")
    company = stage.company()
    person, correct, free = company.people
    free.is_flexible, free.listed = True, ""
    pays(company)
    settled(company)
    _set(company, _of(company, person, single_month), _OFF)
    stage.plant("base_changed_in_year", company, person=person)
    _set(company, _of(company, correct, on), _OFF)
    [new_base] = {row.base for row in _of(company, correct, single_month)}
    company.applications.append(
        Application(stage.target, _day(month), month, number=correct.number, new_base=new_base)
    )
    stage.decoy(
        "base_changed_in_year", company, person=correct, why="an approved application names the new base"
    )
    _set(company, _of(company, free, single_month), _OFF)
    stage.decoy("base_changed_in_year", company, person=free, why="a flexible person chooses anew")


def _late_corrections(stage: Stage) -> None:
    ended = 2022
    terms = stage.terms
    verified, end = terms.verified_month(ended), terms.months(ended)[-1]
    after, late = range(verified, end + 1), terms.last - 2
    company = stage.company()
    pays(company)
    settled(company)
    for row in _of(company, company.people[0], after):
        row.corrected_in, row.corrected_base = late, row.base
        row.base -= _OFF
        charge(company, row)
    stage.plant("late_correction", company, person=company.people[0], wage_year=ended)
    dual = stage.company(is_dual=True)
    pays(dual)
    settled(dual)
    for unit in dual.units:
        if unit.month in after:
            unit.rewritten_in, unit.later = late, unit.base
            unit.base -= _OFF
    stage.plant("late_correction", dual, wage_year=ended)
    applied = stage.company()
    pays(applied)
    settled(applied)
    applied.applications.append(Application(ended, _day(end + 1), end))
    stage.plant("late_correction", applied, wage_year=ended)
    trued = stage.company(wages=LOW_WAGES)
    pays(trued)
    settled(trued)
    for row in trued.rows:
        if row.kind == TRUE_UP and terms.wage_year(row.month) == ended:
            row.corrected_in, row.corrected_base = late, row.base + 5
    stage.decoy("late_correction", trued, person=trued.people[0], wage_year=ended, why="kind 32")
    added = stage.company()
    pays(added)
    settled(added)
    person = added.people[0]
    added.rows = [row for row in added.rows if not (row.person is person and row.month == end - 1)]
    base = added.base(person, end - 1)
    row = regular(added, person, PENSION, end - 1, base)
    row.booked = late
    added.rows.append(row)
    stage.decoy("late_correction", added, person=person, wage_year=ended, why="the row is new")
    single = stage.company(has_ab07=True)
    pays(single)
    settled(single)
    for unit in single.units:
        if unit.month == end:
            unit.rewritten_in, unit.later = late, unit.base + _OFF
    stage.decoy("late_correction", single, wage_year=ended, why="a row of AB07 under single base")


def _day(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}-05"

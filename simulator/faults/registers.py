"""Faults planted in AB01 and AC02: few, known, and without effect on the money."""

from __future__ import annotations

import numpy as np

from simulator import clock, parameters
from simulator.chance import one_each
from simulator.entities.cast import Cast
from simulator.entities.employers import Employers
from simulator.entities.enrolments import Enrolments
from simulator.entities.population import EMPLOYED, Population
from simulator.faults.corrections import correct, correction_month, last_month
from simulator.history import History
from simulator.span import Span
from simulator.truth import Truth


def plant_tax_numbers(span: Span, firms: Employers, truth: Truth) -> None:
    """Spoil the tax numbers of a few employers (the tax bureau has them written the same way)."""
    rng = span.stream("faults_tax_numbers")
    able = firms.in_good_standing()
    chosen = rng.choice(np.flatnonzero(able), size=max(2, firms.count // 80), replace=False)
    chosen = one_each(rng, able, firms.county, chosen)
    for place, firm in enumerate(sorted(chosen.tolist())):
        number = firms.tax_number[firm]
        wrong = (number[:17] + ("2" if number[17] != "2" else "3"), number[:17], number.lower())
        firms.tax_number[firm] = wrong[place % 2] if number.isdigit() else wrong[place % 3]
        truth.plant("AB01-1", **_item(span, "AB01", firms.ids[firm], parameters.COUNTIES[firms.county[firm]]))


def plant_employer_names(span: Span, firms: Employers, truth: Truth) -> None:
    """Give a few employers a name that is none."""
    rng = span.stream("faults_employer_names")
    chosen = rng.choice(firms.count, size=max(1, firms.count // 200), replace=False)
    chosen = one_each(rng, np.ones(firms.count, dtype=bool), firms.county, chosen)
    for place, firm in enumerate(chosen.tolist()):
        firms.name[firm] = ("公司", "测试", "不详")[place % 3]
        truth.plant("AB01-2", **_item(span, "AB01", firms.ids[firm], parameters.COUNTIES[firms.county[firm]]))


def plant_enrolment_faults(
    span: Span, people: Population, enrolled: Enrolments, cast: Cast, history: History, truth: Truth
) -> None:
    """Plant codes, months and employers that cannot be, and enrolments of persons nobody knows.

    Most are corrected, but for the persons nobody knows.
    """
    rng = span.stream("faults_enrolments")
    columns = {n: np.asarray(values) for n, values in history.render(np.arange(len(history.since))).items()}
    begun = clock.month_of(enrolled.begun)
    free = ~cast.reserved[enrolled.person] & (people.role[enrolled.person] == EMPLOYED)
    free &= (people.died[enrolled.person] == 0) & (enrolled.scheme == parameters.UNEMPLOYMENT)
    free &= (enrolled.pay_until > span.last) & (enrolled.gap_from > span.last)
    free &= history.since < len(span.months)
    free &= ~np.isin(people.ids[enrolled.person].astype(str), sorted(_wrong_payers(truth)))
    factor = parameters.COUNTY_FAULT_FACTOR[enrolled.county]
    plants = (
        ("AC02-1", "AAC008", 0.001, lambda _: "9"),
        ("AC02-3", "AAC049", 0.003, lambda row: clock.month_code(int(begun[row]) + 2)),
        ("AC02-4", "AAB001", 0.0008, lambda _: None),
        ("AC02-2", "AAC001", 0.0008, lambda row: str(2306_9998_0000 + row)),
        ("missing_enrolment_date", "AAC030", 0.002, lambda _: None),
    )
    for rule, column, rate, wrong in plants:
        chosen = np.flatnonzero(free & (rng.random(len(free)) < rate * factor))
        chosen = one_each(rng, free, enrolled.county, chosen)
        free[chosen] = False
        for row in chosen.tolist():
            right, since = columns[column][row], int(history.since[row])
            columns[column][row] = wrong(row)
            county = int(enrolled.county[row])
            index = correction_month(rng, span, county=county, since=since)
            index = span.count if rule == "AC02-2" else index
            correct(history, span, index, row, column, right)
            item = _item(span, "AC02", int(enrolled.ids[row]), parameters.COUNTIES[county])
            item |= {"first_month": span.months[since], "last_month": last_month(span, index)}
            truth.plant(rule, **item)
    history.render = lambda rows: {name: values[rows] for name, values in columns.items()}


def _wrong_payers(truth: Truth) -> set[str]:
    """Return the persons with a planted contribution, which is judged by the enrolment behind it."""
    return {
        str(item["person_id"])
        for rule, items in truth.planted.items()
        for item in items
        if rule.startswith("AC43-")
    }


def _item(span: Span, table: str, key: object, division: str) -> dict[str, object]:
    return {
        "table": table,
        "key": key,
        "division": division,
        "first_month": span.months[0],
        "last_month": None,
    }

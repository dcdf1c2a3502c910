"""The truth about ``duplicate_enrolment``: who contributed twice, and who only seems to."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from simulator import clock, parameters
from simulator.entities.cast import Cast
from simulator.entities.contributions import Contributions
from simulator.entities.enrolments import Enrolments
from simulator.entities.population import Population
from simulator.span import Span
from simulator.truth import Truth

RULE = "duplicate_enrolment"
_LEAST_MONTHS = 2
_LEAST_ENROLMENTS = 2


def record_enrolments(
    span: Span,
    people: Population,
    cast: Cast,
    enrolled: Enrolments,
    rows: Contributions,
    truth: Truth,
) -> None:
    """Record every pair and scheme with two overlapping months, and the decoys."""
    groups = (
        [(pair, "A") for pair in cast.pairs_same_name]
        + [(pair, "B") for pair in cast.pairs_close_name]
        + [((int(person), int(person)), "A") for person in cast.two_divisions]
    )
    counts = rows.has_arrived & ~rows.is_extra & (rows.scheme != parameters.INJURY)
    involved = np.array(sorted({person for pair, _ in groups for person in pair}), dtype=int)
    candidates = np.flatnonzero(counts & np.isin(rows.person, involved))
    for pair, match_class in groups:
        pair_rows = candidates[np.isin(rows.person[candidates], pair)]
        for scheme in np.unique(rows.scheme[pair_rows]).tolist():
            overlap = _overlap(span, enrolled, rows, pair_rows[rows.scheme[pair_rows] == scheme])
            if overlap and len(overlap[1]) >= _LEAST_MONTHS:
                later, months = overlap
                truth.plant(
                    RULE,
                    person_id=people.ids[min(pair)],
                    other_person_id=people.ids[max(pair)],
                    match_class=match_class,
                    scheme=str(scheme),
                    division=parameters.COUNTIES[enrolled.county[later]],
                    first_month=sorted(month["visible_from"] for month in months)[_LEAST_MONTHS - 1],
                    months=months,
                )
    _record_ids(span, people, cast, truth)
    _record_decoys(span, people, cast, truth)


def _record_ids(span: Span, people: Population, cast: Cast, truth: Truth) -> None:
    """Record the pairs of ids of one human, on file from the first month."""
    for pairs, match_class in ((cast.pairs_same_name, "A"), (cast.pairs_close_name, "B")):
        for pair in pairs:
            truth.plant(
                "one_person_many_ids",
                person_id=people.ids[min(pair)],
                other_person_id=people.ids[max(pair)],
                match_class=match_class,
                scheme="",
                first_month=span.months[0],
            )


def _overlap(
    span: Span, enrolled: Enrolments, rows: Contributions, places: np.ndarray
) -> tuple[int, list[dict[str, str]]] | None:
    """Return the enrolment that began later, and the months both contributed for with its money."""
    by_enrolment: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place in places.tolist():
        by_enrolment[int(rows.enrolment[place])][int(rows.for_month[place])].append(place)
    if len(by_enrolment) < _LEAST_ENROLMENTS:
        return None
    earlier, later, *_ = sorted(by_enrolment, key=lambda e: (enrolled.begun[e], enrolled.ids[e]))
    months = []
    for month in sorted(set(by_enrolment[earlier]) & set(by_enrolment[later])):
        seen = max(int(rows.since[p]) for e in (earlier, later) for p in by_enrolment[e][month])
        cents = sum(int(rows.paid_employer[p] + rows.paid_person[p]) for p in by_enrolment[later][month])
        months.append(
            {
                "month": clock.month_text(month),
                "visible_from": span.months[seen],
                "amount": f"{cents / 100:.2f}",
            }
        )
    return later, months


def _record_decoys(span: Span, people: Population, cast: Cast, truth: Truth) -> None:
    singles = (
        (cast.transferred, "moved to another county: one overlapping month"),
        (cast.second_injury_only, "the second job insures work injury only (scheme 410)"),
    )
    for persons, why in singles:
        for person in persons:
            _decoy(span, people, (int(person), int(person)), why, truth)
    for pair in cast.twins:
        _decoy(span, people, pair, "twins with neighbouring numbers", truth)
    for pair in cast.unrelated_name:
        _decoy(span, people, pair, "one number, entirely different names (class C)", truth)


def _decoy(span: Span, people: Population, pair: tuple[int, int], why: str, truth: Truth) -> None:
    truth.decoy(
        RULE,
        why=why,
        person_id=people.ids[min(pair)],
        other_person_id=people.ids[max(pair)],
        first_month=span.months[0],
    )

"""Enrolments: who is insured where, since when, and until when contributions run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.chance import happens
from simulator.clock import FOREVER
from simulator.columns import picked, stacked
from simulator.entities.cast import Cast
from simulator.entities.employers import Employers
from simulator.entities.population import (
    CHILD,
    DEPENDANT,
    EMPLOYED,
    JOBLESS,
    PLAYER,
    RETIRED,
    RETIRED_PUBLIC,
    RETIRED_RESIDENT,
    Population,
)
from simulator.entities.population import FLEXIBLE as FLEXIBLE_ROLE
from simulator.parameters import EMPLOYEE, FLEXIBLE, RESIDENT
from simulator.span import Span

ACTIVE, SUSPENDED, TERMINATED, PENSIONED = 1, 2, 4, 9
NOBODY = -1
_YEARLY = {"leave": 0.03, "gap": 0.02, "change": 0.06, "move": 0.025}


@dataclass
class Spells:
    """Stretches of being insured: one person, one employer (or none), one county.

    Months are month numbers; contributions run over ``[pay_from, pay_until)`` without
    ``[gap_from, gap_until)``; ``after`` is the status once they end (``PENSIONED``: medical goes on).
    """

    person: np.ndarray
    employer: np.ndarray
    identity: np.ndarray
    county: np.ndarray
    begun: np.ndarray
    first_month: np.ndarray
    pay_from: np.ndarray
    pay_until: np.ndarray
    gap_from: np.ndarray
    gap_until: np.ndarray
    after: np.ndarray
    schemes: np.ndarray


def draw_spells(span: Span, people: Population, employers: Employers, cast: Cast) -> Spells:
    """Return all spells; ``schemes`` holds a set index (see ``SCHEME_SETS``)."""
    rng = span.stream("employment")
    spells = _first_spells(rng, span, people, employers)
    spells = _live_through(rng, span, people, employers, cast, spells)
    died = people.died[spells.person]
    death = np.where(died > 0, clock.month_of(np.maximum(died, 1)), FOREVER)
    ends = death + 1 < spells.pay_until
    spells.pay_until = np.where(ends, death + 1, spells.pay_until)
    spells.after = np.where(ends, TERMINATED, spells.after)
    retires = people.retires[spells.person]
    ends = (retires + 1 < spells.pay_until) & (spells.identity != RESIDENT)
    spells.pay_until = np.where(ends, retires + 1, spells.pay_until)
    spells.after = np.where(ends, PENSIONED, spells.after)
    return spells


SCHEME_SETS = (
    (110, 210, 310, 410),
    (120, 210, 310, 410),
    (110, 310),
    (110,),
    (170, 390),
    (390,),
    (110, 310),
    (120, 310),
    (110, 210, 310),
    (410,),
    (),
)
(
    _ENTERPRISE, _OFFICE, _FLEX_BOTH, _FLEX_PENSION, _RESIDENT, _MEDICAL, _OLD, _OLD_OFFICE, _JOBLESS,
    _INJURY, _NOTHING,
) = range(11)  # fmt: skip


def _first_spells(rng: np.random.Generator, span: Span, people: Population, employers: Employers) -> Spells:
    size = people.count
    role = people.role
    employer = _pick_employers(rng, people.county, employers, offices=role == RETIRED_PUBLIC)
    employer[~np.isin(role, (EMPLOYED, JOBLESS, RETIRED, RETIRED_PUBLIC))] = NOBODY
    office = (employer != NOBODY) & employers.is_government[employer]
    employer[(role == RETIRED) & office] = NOBODY
    identity = np.select(
        [
            np.isin(role, (EMPLOYED, JOBLESS, RETIRED_PUBLIC)) | (employer != NOBODY),
            np.isin(role, (FLEXIBLE_ROLE, RETIRED)),
        ],
        [EMPLOYEE, FLEXIBLE],
        RESIDENT,
    )
    adult = people.birth_month + 12 * 18
    since = adult + (rng.random(size) ** 2 * np.maximum(span.first - adult - 1, 0)).astype(int)
    begun_month = np.where(people.joined > 0, people.joined, np.minimum(since, span.first - 1))
    begun_month = np.where(role == CHILD, np.minimum(people.birth_month + 3, span.first - 1), begun_month)
    gone = np.isin(role, (JOBLESS, RETIRED, RETIRED_PUBLIC, RETIRED_RESIDENT))
    schemes = np.select(
        [
            (role == EMPLOYED) & ~office,
            (role == EMPLOYED) & office,
            (role == FLEXIBLE_ROLE) & happens(rng, size, 0.6),
            role == FLEXIBLE_ROLE,
            role == RETIRED,
            role == RETIRED_PUBLIC,
            role == JOBLESS,
            np.isin(role, (CHILD, DEPENDANT)),
            role == PLAYER,
        ],
        [_ENTERPRISE, _OFFICE, _FLEX_BOTH, _FLEX_PENSION, _OLD, _OLD_OFFICE, _JOBLESS, _MEDICAL, _NOTHING],
        _RESIDENT,
    )
    return Spells(
        person=np.arange(size),
        employer=employer,
        identity=identity,
        county=people.county.copy(),
        begun=clock.day_in(begun_month, rng.integers(1, 29, size=size)),
        first_month=np.where(
            happens(rng, size, 0.7), begun_month, begun_month - _earlier(rng, begun_month, adult)
        ),
        pay_from=np.where(people.joined > 0, people.joined, 0),
        pay_until=np.where(gone, 0, FOREVER),
        gap_from=np.full(size, FOREVER),
        gap_until=np.full(size, FOREVER),
        after=np.where(role == JOBLESS, SUSPENDED, np.where(gone, PENSIONED, ACTIVE)),
        schemes=schemes,
    )


def _earlier(rng: np.random.Generator, begun: np.ndarray, adult: np.ndarray) -> np.ndarray:
    return (rng.random(len(begun)) * np.maximum(begun - adult, 0)).astype(int)


def _pick_employers(
    rng: np.random.Generator,
    county: np.ndarray,
    employers: Employers,
    *,
    offices: np.ndarray | bool = False,
    standing: bool = False,
    enterprises: bool = False,
) -> np.ndarray:
    """Return an employer of its county for each entry."""
    chosen = np.empty(len(county), dtype=np.int64)
    wants_office = np.broadcast_to(offices, county.shape)
    for place in range(len(parameters.COUNTIES)):
        for office in (False, True):
            entries = np.flatnonzero((county == place) & (wants_office == office))
            if not len(entries):
                continue
            fits = employers.county == place
            if office:
                fits &= employers.is_government
            if standing:
                fits &= employers.in_good_standing()
            if enterprises:
                fits &= ~employers.is_government
            pool = np.flatnonzero(fits)
            weights = employers.weight[pool] / employers.weight[pool].sum()
            chosen[entries] = rng.choice(pool, size=len(entries), p=weights)
    return chosen


def _live_through(
    rng: np.random.Generator,
    span: Span,
    people: Population,
    employers: Employers,
    cast: Cast,
    spells: Spells,
) -> Spells:
    """Let people leave, pause, change employer and move; and let the cast play their parts."""
    steady = (
        (people.role == EMPLOYED)
        & (people.joined == 0)
        & (people.died == 0)
        & (people.retires > span.last)
        & ~cast.reserved
    )
    draw = rng.random(people.count)
    when = span.first + rng.integers(1, max(span.count, 2), size=people.count)
    low = 0.0
    for event, yearly in _YEARLY.items():
        high = low + yearly * span.count / 12
        rows = np.flatnonzero(steady & (draw >= low) & (draw < high))
        low = high
        if event == "leave":
            spells.pay_until[rows] = when[rows]
            spells.after[rows] = SUSPENDED
        elif event == "gap":
            spells.gap_from[rows] = when[rows]
            spells.gap_until[rows] = when[rows] + rng.integers(1, 4, size=len(rows))
        else:
            spells.pay_until[rows] = when[rows]
            spells.after[rows] = TERMINATED
            spells = stacked(spells, _next_spells(rng, employers, picked(spells, rows), when[rows], event))
    return _play_parts(rng, span, people, employers, cast, spells)


def _next_spells(
    rng: np.random.Generator, employers: Employers, old: Spells, when: np.ndarray, event: str
) -> Spells:
    size = len(old.person)
    if event == "move":
        old.county = (old.county + rng.integers(1, 5, size=size)) % 5
    old.employer = _pick_employers(rng, old.county, employers, standing=True, enterprises=True)
    old.begun = clock.day_in(when, rng.integers(1, 29, size=size))
    old.pay_from, old.pay_until = when.copy(), np.full(size, FOREVER)
    old.after = np.full(size, ACTIVE)
    old.schemes = np.full(size, _ENTERPRISE)
    return old


def _play_parts(
    rng: np.random.Generator,
    span: Span,
    people: Population,
    employers: Employers,
    cast: Cast,
    spells: Spells,
) -> Spells:
    """Give the people of the duplicate-enrolment parts jobs at employers that always pay."""
    pairs = cast.pairs_same_name + cast.pairs_close_name + cast.twins + cast.unrelated_name
    single = np.concatenate([cast.two_divisions, cast.transferred, cast.second_injury_only])
    rows = np.array(sorted({person for pair in pairs for person in pair} | set(single.tolist())), dtype=int)
    spells.employer[rows] = _pick_employers(
        rng, people.county[rows], employers, standing=True, enterprises=True
    )
    spells.county[rows] = people.county[rows]
    spells.schemes[rows] = _ENTERPRISE
    for place, (original, copy) in enumerate(pairs):
        spells.first_month[copy] = spells.first_month[original]
        if place % 3 == 1:
            spells.begun[copy] = spells.begun[original]
        else:
            month = span.first + int(rng.integers(0, max(span.count - 2, 1)))
            spells.begun[copy], spells.pay_from[copy] = clock.day_in(month, 5), month
        spells.first_month[copy] = min(spells.first_month[copy], clock.month_of(int(spells.begun[copy])))
    for part, length in (
        (cast.two_divisions, FOREVER),
        (cast.transferred, 1),
        (cast.second_injury_only, FOREVER),
    ):
        start = span.first + rng.integers(0, max(span.count - 2, 1), size=len(part))
        second = _next_spells(rng, employers, picked(spells, part), start, "move")
        if length == 1:
            spells.pay_until[part] = start + 1
            spells.after[part] = TERMINATED
        if part is cast.second_injury_only:
            second.schemes[:] = _INJURY
        spells = stacked(spells, second)
    return spells

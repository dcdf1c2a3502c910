"""AC60, AC61: who is entitled to what, since when, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, numbers, parameters
from simulator.chance import happens
from simulator.clock import FOREVER
from simulator.columns import stacked
from simulator.entities.cast import Cast
from simulator.entities.population import (
    DEPENDANT,
    EMPLOYED,
    FLEXIBLE,
    JOBLESS,
    RETIRED,
    RETIRED_PUBLIC,
    RETIRED_RESIDENT,
    Population,
)
from simulator.history import History, or_none
from simulator.span import Span

NORMAL, SURVIVOR, UNEMPLOYED, INJURED, DEATH_BENEFIT = 1, 11, 21, 41, 51
BASIC, ACCOUNT, ADJUSTMENT, JOBLESS_ITEM, SURVIVOR_ITEM, INJURY_ITEM = 101, 102, 103, 201, 301, 401
FUNERAL, LUMP_SUM, HEIRS = 501, 502, 503
_FIRST_ID = 30_000_001
_NEW_SURVIVOR_RULES = 2021 * 12 + 8


@dataclass
class Entitlements:
    """One entry per entitlement; amounts in cents for up to three items.

    ``pay_from`` and ``pay_until`` (exclusive) are the months really paid for; ``last_month`` what AC60
    says once it ended in month index ``ends_in`` (``FOREVER``: still in pay); ``raised`` is the
    adjustment in force from each January of the range.
    """

    person: np.ndarray
    scheme: np.ndarray
    kind: np.ndarray
    first_month: np.ndarray
    entitled_on: np.ndarray
    pay_until: np.ndarray
    last_month: np.ndarray
    ends_in: np.ndarray
    since: np.ndarray
    items: np.ndarray
    amounts: np.ndarray
    raised: np.ndarray

    @property
    def ids(self) -> np.ndarray:
        """AAZ257."""
        return _FIRST_ID + np.arange(len(self.person))


def draw_entitlements(
    span: Span,
    people: Population,
    cast: Cast,
    *,
    known: np.ndarray,
    left_in: np.ndarray,
    public: np.ndarray,
) -> Entitlements:
    """Return all entitlements.

    ``known`` is the month index in which each death becomes known, ``left_in`` the month in which an
    employee lost the job (else 0), ``public`` who works for an office.
    """
    rng = span.stream("benefits")
    whole = _pensions(rng, span, people, public)
    whole = stacked(
        whole,
        _survivors(rng, span, people),
        _unemployment(rng, span, people, left_in),
        _injuries(rng, span, people, cast),
        _death_grants(rng, span, people, cast),
    )
    died = people.died[whole.person]
    dead = (died > 0) & (whole.kind != DEATH_BENEFIT)
    stops = np.where(known[whole.person] < FOREVER, span.first + known[whole.person], FOREVER)
    death_month = clock.month_of(died)
    until = np.where(dead, np.maximum(np.minimum(stops, FOREVER), death_month + 1), FOREVER)
    ordinary = dead & ~np.isin(whole.person, cast.paid_on)
    until = np.where(ordinary, death_month + 1, until)
    whole.pay_until = np.minimum(whole.pay_until, until)
    ends = np.where(dead, known[whole.person], FOREVER)
    whole.last_month = np.where(dead & (ends < FOREVER), death_month, whole.last_month)
    whole.ends_in = np.minimum(whole.ends_in, ends)
    return whole


def entitlement_history(span: Span, people: Population, rights: Entitlements) -> History:
    """Return AC60."""
    ended = rights.ends_in < rights.since
    handled = np.where(rights.since > 0, clock.day_in(span.first + rights.since, 9), rights.entitled_on)
    dependant = or_none(rights.kind == SURVIVOR, "1")
    columns = {
        "AAZ257": rights.ids,
        "AAC001": people.ids[rights.person],
        "AAE140": rights.scheme.astype(str).astype(object),
        "AIC161": np.array([f"{kind:02d}" for kind in rights.kind], dtype=object),
        "AIC162": clock.day_codes(rights.entitled_on),
        "AAE210": clock.month_codes(rights.first_month),
        "AAE211": clock.month_codes(np.where(ended, rights.last_month, 0)),
        "AAE116": np.where(ended, "3", "1").astype(object),
        "AAC063": dependant,
        "AAE009": people.name[rights.person],
        "AAE010": numbers.card_numbers(rights.person + 1),
        "AAB301": np.array(parameters.COUNTIES, dtype=object)[people.county[rights.person]],
        "AAE036": clock.day_codes(handled),
    }
    history = History.of("AC60", rights.since, columns)
    for index, month in enumerate(span.numbers):
        rows = np.flatnonzero((rights.ends_in == index) & ~ended)
        history.update(
            index,
            rows,
            AAE116="3",
            AAE211=clock.month_codes(rights.last_month[rows]),
            AAE036=str(clock.day_in(month, 24)),
        )
    return history


def item_history(span: Span, rights: Entitlements) -> History:
    """Return AC61: the items of each entitlement, and each January's adjustment."""
    entry, place = np.nonzero(rights.amounts > 0)
    adjusted = np.flatnonzero(rights.raised > 0)
    parts = [
        (
            entry,
            rights.items[entry, place],
            rights.first_month[entry],
            rights.amounts[entry, place],
            rights.since[entry],
        )
    ]
    for january in januaries(span):
        rows = adjusted[(rights.first_month[adjusted] < january) & (rights.pay_until[adjusted] > january)]
        size = len(rows)
        parts.append(
            (
                rows,
                np.full(size, ADJUSTMENT),
                np.full(size, january),
                rights.raised[rows],
                np.full(size, january - span.first),
            )
        )
    entry, item, start, amount, since = (np.concatenate(column) for column in zip(*parts, strict=True))
    once = rights.kind[entry] == DEATH_BENEFIT
    columns = {
        "AAZ257": rights.ids[entry],
        "AAA036": item.astype(str).astype(object),
        "AAE041": clock.month_codes(start),
        "AAE042": clock.month_codes(np.where(once, start, 0)),
        "AAE019": amount,
        "AAE036": clock.day_codes(clock.day_in(span.first + since, 9)),
    }
    return History.of("AC61", since, columns)


def januaries(span: Span) -> list[int]:
    """Return the Januaries of the range, the first month excepted (its amounts already hold)."""
    return [month for month in span.numbers if month % 12 == 0 and month > span.first]


def _entry(
    span: Span,
    person: np.ndarray,
    scheme: np.ndarray | int,
    kind: int,
    first: np.ndarray | int,
    **more: np.ndarray,
) -> Entitlements:
    size = len(person)
    first_month = np.zeros(size, np.int64) + first
    values = {
        "person": person,
        "scheme": np.zeros(size, np.int64) + scheme,
        "kind": np.full(size, kind),
        "first_month": first_month,
        "entitled_on": clock.day_in(first_month - 1, 15),
        "pay_until": np.full(size, FOREVER),
        "last_month": np.zeros(size, np.int64),
        "ends_in": np.full(size, FOREVER),
        "since": span.index(first_month),
        "raised": np.zeros(size, np.int64),
    }
    values.update(more)
    return Entitlements(**values)


def _table(size: int, *columns: tuple[int, np.ndarray | int]) -> dict[str, np.ndarray]:
    items, amounts = np.zeros((size, 3), np.int64), np.zeros((size, 3), np.int64)
    for place, (item, amount) in enumerate(columns):
        items[:, place], amounts[:, place] = item, amount
    return {"items": items, "amounts": amounts}


def _pensions(rng: np.random.Generator, span: Span, people: Population, public: np.ndarray) -> Entitlements:
    retired = np.isin(people.role, (RETIRED, RETIRED_PUBLIC, RETIRED_RESIDENT))
    alive = (people.died == 0) | (clock.month_of(people.died) > people.retires)
    newly = np.isin(people.role, (EMPLOYED, FLEXIBLE, JOBLESS)) & (people.retires < span.last) & alive
    person = np.flatnonzero(retired | newly)
    role = people.role[person]
    office = (role == RETIRED_PUBLIC) | public[person]
    scheme = np.select([office, role == RETIRED_RESIDENT], [120, 170], 110)
    size = len(person)
    level = np.exp(rng.normal(0, 0.25, size=size))
    basic = np.select(
        [scheme == parameters.PUBLIC_PENSION, scheme == parameters.RESIDENT_PENSION],
        [430_000 * level, 13_300],
        235_000 * level,
    ).astype(np.int64)
    account = np.select(
        [scheme == parameters.PUBLIC_PENSION, scheme == parameters.RESIDENT_PENSION],
        [90_000 * level, 3_000 * level],
        62_000 * level,
    )
    adjustment = np.where(scheme == parameters.RESIDENT_PENSION, 0, 21_000 * level).astype(np.int64)
    years = np.clip((span.first - people.retires[person]) // 12, 0, 15)
    adjustment = adjustment * years // 5
    raised = np.where(scheme == parameters.RESIDENT_PENSION, 1_000, (basic * 0.03).astype(np.int64))
    return _entry(
        span, person, scheme, NORMAL, people.retires[person] + 1,
        entitled_on=clock.day_in(people.retires[person], people.birth[person] % 100),
        raised=raised,
        **_table(size, (BASIC, basic), (ACCOUNT, account.astype(np.int64)), (ADJUSTMENT, adjustment)),
    )  # fmt: skip


def _survivors(rng: np.random.Generator, span: Span, people: Population) -> Entitlements:
    person = np.flatnonzero(people.role == DEPENDANT)
    latest = min(span.first, _NEW_SURVIVOR_RULES) - 1
    first = latest - rng.integers(0, 80, size=len(person))
    amount = 80_000 + rng.integers(0, 400, size=len(person)) * 100
    return _entry(span, person, 110, SURVIVOR, first, **_table(len(person), (SURVIVOR_ITEM, amount)))


def _unemployment(
    rng: np.random.Generator, span: Span, people: Population, left_in: np.ndarray
) -> Entitlements:
    before = np.flatnonzero(people.role == JOBLESS)
    chosen = (left_in > 0) & (left_in <= span.last) & happens(rng, people.count, 0.4)
    during = np.flatnonzero(chosen & (people.died == 0))
    person = np.concatenate([before, during])
    first = np.concatenate([span.first - rng.integers(1, 9, size=len(before)), left_in[during]])
    until = first + rng.integers(6, 19, size=len(person))
    # It ends with the month in which the pension is reached.
    until = np.minimum(np.maximum(until, span.first + 1), people.retires[person] + 1)
    amount = np.full(len(person), 151_200)
    return _entry(
        span, person, 210, UNEMPLOYED, first,
        pay_until=until,
        last_month=until - 1,
        ends_in=np.where(until <= span.last, until - span.first, FOREVER),
        **_table(len(person), (JOBLESS_ITEM, amount)),
    )  # fmt: skip


def _injuries(rng: np.random.Generator, span: Span, people: Population, cast: Cast) -> Entitlements:
    able = (people.role == EMPLOYED) & (people.joined == 0) & (people.died == 0) & ~cast.reserved
    able &= people.retires > span.last
    chosen = able & happens(rng, people.count, 0.003)
    chosen[np.flatnonzero(able)[:1]] = True
    person = np.flatnonzero(chosen)
    first = span.first - rng.integers(2, 60, size=len(person))
    amount = 180_000 + rng.integers(0, 1500, size=len(person)) * 100
    return _entry(span, person, 410, INJURED, first, **_table(len(person), (INJURY_ITEM, amount)))


def _death_grants(rng: np.random.Generator, span: Span, people: Population, cast: Cast) -> Entitlements:
    """Funeral grant, lump sum and account balance, paid to the heirs in the month after next or the next."""
    person = cast.granted
    month = clock.month_of(people.died[person]) + 1
    month = np.minimum(month + rng.integers(0, 2, size=len(person)), np.maximum(span.last, month))
    size = len(person)
    lump = 1_400_000 + rng.integers(0, 9000, size=size) * 100
    table = _table(
        size, (FUNERAL, 1_260_000), (LUMP_SUM, lump), (HEIRS, 860_000 + rng.integers(0, 500_000, size=size))
    )
    return _entry(
        span, person, 110, DEATH_BENEFIT, month,
        entitled_on=clock.day_in(month, 3),
        pay_until=month + 1,
        last_month=month,
        ends_in=month - span.first + 1,
        **table,
    )  # fmt: skip

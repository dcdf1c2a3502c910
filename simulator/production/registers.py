"""AB01, AB02, AC01, AC50, YC01, YC02: who is on file."""

from __future__ import annotations

import numpy as np

from simulator import clock, parameters
from simulator.chance import happens
from simulator.clock import FOREVER
from simulator.entities.benefits import NORMAL, Entitlements
from simulator.entities.employers import Employers
from simulator.entities.employment import Spells
from simulator.entities.population import CHILD, DEPENDANT, FLEXIBLE, PLAYER, RESIDENT, Population
from simulator.history import History, or_none
from simulator.span import Span


def employer_histories(span: Span, employers: Employers) -> tuple[History, History]:
    """Return AB01 and AB02; dual-base employers are dual in all schemes but work injury."""
    handled = clock.day_codes(np.full(employers.count, clock.day_in(span.first - 30, 11)))
    kind = np.where(employers.is_government, np.where(np.arange(employers.count) % 2, "20", "30"), "10")
    economic = np.array(["110", "120", "150", "170"], dtype=object)[np.arange(employers.count) % 4]
    register = {
        "AAB001": employers.ids,
        "AAB004": employers.name,
        "AAB030": employers.tax_number,
        "AAB019": kind.astype(object),
        "AAB020": or_none(~employers.is_government, economic),
        "AAB022": np.where(employers.is_government, "S91", employers.industry),
        "AAA149": employers.risk_class.astype(str).astype(object),
        "AAB301": np.array(parameters.COUNTIES, dtype=object)[employers.county],
        "AAE036": handled,
    }
    pension = np.where(employers.is_government, 120, 110)
    scheme = np.stack(
        [pension, np.full_like(pension, 210), np.full_like(pension, 310), np.full_like(pension, 410)], axis=1
    )
    employer = np.repeat(np.arange(employers.count), 4)
    scheme = scheme.ravel()
    dual = employers.is_dual[employer] & (scheme != parameters.INJURY)
    joined = {
        "AAB001": employers.ids[employer],
        "AAE140": scheme.astype(str).astype(object),
        "AAB051": np.full(len(employer), "1", dtype=object),
        "AAB033": np.where(dual, "01", "02").astype(object),
        "AAE036": handled[employer],
    }
    return History.of("AB01", 0, register), History.of("AB02", 0, joined)


def person_columns(span: Span, people: Population, spells: Spells) -> dict[str, np.ndarray]:
    """Return the columns of AC01 before anything is planted."""
    rng = span.stream("persons")
    begun = spells.begun[: people.count]
    works = ~np.isin(people.role, (RESIDENT, CHILD, DEPENDANT))
    rural = (people.role == RESIDENT) | happens(rng, people.count, 0.15)
    handled = np.where(people.joined > 0, begun, clock.day_in(np.full(people.count, span.first - 20), 5))
    return {
        "AAC001": people.ids,
        "AAC002": people.number.copy(),
        "AAC003": people.name.copy(),
        "AAC004": np.where(people.male, "1", "2").astype(object),
        "AAC006": clock.day_codes(people.birth),
        "AAC007": clock.day_codes(np.where(works, begun, 0)),
        "AAC009": np.where(rural, "20", "10").astype(object),
        "AAC013": or_none(works, np.where(people.cadre, "2", "1")),
        "AAC058": np.full(people.count, "01", dtype=object),
        "AAC060": np.full(people.count, "1", dtype=object),
        "AAE138": np.full(people.count, None, dtype=object),
        "AAB301": np.array(parameters.COUNTIES, dtype=object)[spells.county[: people.count]],
        "AAE036": clock.day_codes(handled),
    }


def person_history(
    span: Span,
    people: Population,
    spells: Spells,
    columns: dict[str, np.ndarray],
    since: np.ndarray,
    known: np.ndarray,
) -> History:
    """Return AC01 with moves and deaths as they become known."""
    history = History.of("AC01", since, columns)
    for index, month in enumerate(span.numbers):
        day = str(clock.day_in(month, 25))
        dead = np.flatnonzero(known == index)
        history.update(index, dead, AAC060="2", AAE138=clock.day_codes(people.died[dead]), AAE036=day)
        later = np.flatnonzero((np.arange(len(spells.person)) >= people.count) & (spells.pay_from == month))
        moved = later[spells.county[later] != spells.county[spells.person[later]]]
        moved = moved[spells.pay_until[spells.person[moved]] < FOREVER]
        history.update(
            index,
            spells.person[moved],
            AAB301=np.array(parameters.COUNTIES, dtype=object)[spells.county[moved]],
            AAE036=day,
        )
    return history


def account_history(
    span: Span, people: Population, spells: Spells, rights: Entitlements
) -> tuple[History, np.ndarray]:
    """Return AC50, personal accounts of the pension schemes, settled each January; and whose each one is."""
    rng = span.stream("accounts")
    member = np.flatnonzero(~np.isin(people.role, (CHILD, DEPENDANT, PLAYER)))
    pensions = np.flatnonzero(rights.kind == NORMAL)
    scheme = np.where(np.isin(people.role, (RESIDENT,)), 170, 110)
    scheme[rights.person[pensions]] = rights.scheme[pensions]
    begun = clock.month_of(spells.begun[: people.count])
    paid = np.clip(span.first - begun, 0, 480)
    paid = np.where(people.retires <= span.last + 1, np.maximum(paid, 190), paid)[member]
    balance = paid * rng.integers(18_000, 52_000, size=len(member))
    since = np.where(people.joined > 0, people.joined - span.first, 0)[member]
    columns = {
        "AAC001": people.ids[member],
        "AAE140": scheme[member].astype(str).astype(object),
        "AAE240": balance,
        "AAE201": paid,
        "AAE036": clock.day_codes(clock.day_in(span.first + since, 3)),
    }
    history = History.of("AC50", since, columns)
    active = np.isin(people.role[member], (0, FLEXIBLE)) & (people.died[member] == 0)
    for index, month in enumerate(span.numbers):
        if month % 12 == 0 and index:
            rows = np.flatnonzero(active & (since < index))
            history.update(
                index,
                rows,
                AAE240=balance[rows] * 106 // 100 + 500_000,
                AAE201=paid[rows] + index,
                AAE036=str(clock.day_in(month, 3)),
            )
    return history, member


def monitored_histories(span: Span, people: Population, rights: Entitlements) -> tuple[History, History]:
    """Return YC01 (impostor claims found) and YC02 (transfers), a few of each."""
    rng = span.stream("monitored")
    pensions = np.flatnonzero((rights.kind == NORMAL) & (rights.first_month < span.first - 12))
    chosen = rng.choice(pensions, size=max(2, len(pensions) // 400), replace=False)
    person = rights.person[chosen]
    size = len(chosen)
    since = rng.integers(0, span.count, size=size)
    start = span.first + since - rng.integers(8, 12, size=size)
    end = start + rng.integers(1, 6, size=size)
    amount = rng.integers(2_000, 12_000, size=size) * 100
    claims = {
        "AAC001": people.ids[person],
        "AAE140": rights.scheme[chosen].astype(str).astype(object),
        "AAE041": clock.month_codes(start),
        "AAE042": clock.month_codes(end),
        "AAE019": amount,
        "AAE058": np.where(happens(rng, size, 0.6), amount, amount // 2),
        "AAE036": clock.day_codes(clock.day_in(span.first + since, 20)),
    }
    movers = rng.choice(np.flatnonzero(people.role <= 1), size=max(3, people.count // 400), replace=False)
    size = len(movers)
    # Nobody is transferred before they are on file.
    since_moved = np.maximum(rng.integers(0, span.count, size=size), people.joined[movers] - span.first)
    transfers = {
        "AAC001": people.ids[movers],
        "AAE140": np.full(size, "110", dtype=object),
        "YAE001": rng.choice(np.array(["in", "out"], dtype=object), size=size),
        "AAE003": clock.month_codes(span.first + since_moved),
        "YAB301": rng.choice(np.array(["230100", "210200", "110100", "440300"], dtype=object), size=size),
        "AAE019": rng.integers(8_000, 90_000, size=size) * 100,
        "AAE036": clock.day_codes(clock.day_in(span.first + since_moved, 21)),
    }
    return History.of("YC01", since, claims), History.of("YC02", since_moved, transfers)

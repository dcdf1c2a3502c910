"""AC02: spells unfolded by scheme, with the status of each month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.clock import FOREVER
from simulator.entities.employers import Employers
from simulator.entities.employment import ACTIVE, PENSIONED, SCHEME_SETS, SUSPENDED, TERMINATED, Spells
from simulator.entities.population import Population
from simulator.history import History
from simulator.span import Span

FIRST_ID = 10_000_001


@dataclass(frozen=True)
class Enrolments:
    """One entry per spell and scheme; months as in ``Spells``, ``after`` the status once it ends."""

    ids: np.ndarray
    person: np.ndarray
    employer: np.ndarray
    scheme: np.ndarray
    identity: np.ndarray
    county: np.ndarray
    begun: np.ndarray
    first_month: np.ndarray
    pay_from: np.ndarray
    pay_until: np.ndarray
    gap_from: np.ndarray
    gap_until: np.ndarray
    after: np.ndarray


def unfold(spells: Spells) -> Enrolments:
    """Return one enrolment per spell and scheme of its set."""
    sizes = np.array([len(schemes) for schemes in SCHEME_SETS])[spells.schemes]
    spell = np.repeat(np.arange(len(spells.person)), sizes)
    scheme = np.concatenate([SCHEME_SETS[chosen] for chosen in spells.schemes]).astype(np.int64)
    after = spells.after[spell]
    goes_on = np.isin(scheme, (310, 390))
    after = np.where(after == PENSIONED, np.where(goes_on, ACTIVE, TERMINATED), after)
    return Enrolments(
        ids=FIRST_ID + np.arange(len(spell)),
        person=spells.person[spell],
        employer=spells.employer[spell],
        scheme=scheme,
        identity=spells.identity[spell],
        county=spells.county[spell],
        begun=spells.begun[spell],
        first_month=spells.first_month[spell],
        pay_from=spells.pay_from[spell],
        pay_until=spells.pay_until[spell],
        gap_from=spells.gap_from[spell],
        gap_until=spells.gap_until[spell],
        after=after,
    )


def enrolment_history(
    span: Span, people: Population, employers: Employers, enrolled: Enrolments, known: np.ndarray
) -> History:
    """Return AC02. ``known`` is the month index in which the agency learns of each person's death."""
    begun_month = clock.month_of(enrolled.begun)
    over = enrolled.pay_until <= span.first
    since = span.index(begun_month)
    columns = {
        "AAZ159": enrolled.ids,
        "AAC001": people.ids[enrolled.person],
        "AAE140": enrolled.scheme.astype(str).astype(object),
        "AAB001": np.where(enrolled.employer >= 0, employers.ids[enrolled.employer], None),
        "AAC008": np.where(over, enrolled.after, ACTIVE).astype(str).astype(object),
        "AAC066": enrolled.identity.astype(str).astype(object),
        "AAC030": clock.day_codes(enrolled.begun),
        "AAC049": clock.month_codes(enrolled.first_month),
        "AAB301": np.array(parameters.COUNTIES, dtype=object)[enrolled.county],
        "AAE036": clock.day_codes(enrolled.begun),
    }
    history = History.of("AC02", since, columns)
    for index, month in enumerate(span.numbers):
        day = str(clock.day_in(month, 26))
        changes = (
            (enrolled.gap_from == month, SUSPENDED),
            (enrolled.gap_until == month, ACTIVE),
            ((enrolled.pay_until == month) & (enrolled.after == SUSPENDED), SUSPENDED),
            ((enrolled.pay_until == month) & (enrolled.after == TERMINATED), TERMINATED),
            (known[enrolled.person] == index, TERMINATED),
        )
        for chosen, status in changes:
            if index or status != ACTIVE:
                rows = np.flatnonzero(chosen & (since <= index))
                history.update(index, rows, AAC008=str(status), AAE036=day)
    return history


def has_ended(values: np.ndarray) -> np.ndarray:
    """Return which month numbers are set."""
    return values < FOREVER

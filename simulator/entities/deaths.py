"""When the agency learns of a death, and what it does then."""

from __future__ import annotations

import numpy as np

from simulator import clock
from simulator.chance import happens
from simulator.clock import FOREVER
from simulator.entities.cast import Cast
from simulator.entities.population import Population
from simulator.span import Span


def known_index(span: Span, people: Population, cast: Cast) -> np.ndarray:
    """Return the month index in which the agency learns of each death (``FOREVER``: never, or alive).

    Ordinary deaths are known before the next month is paid; those planted as paid on only later.
    """
    rng = span.stream("deaths")
    dead = people.died > 0
    month = clock.month_of(people.died) - span.first
    known = np.where(dead, month + happens(rng, people.count, 0.5), FOREVER)
    for person, index in cast.known_late.items():
        known[person] = index
    return np.where(dead & (known < span.count), np.maximum(known, 0), FOREVER)

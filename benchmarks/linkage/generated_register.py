"""A register of persons with second registrations, for the linkage: as many as asked, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

import numpy as np
import psycopg

from fundwatch.numbers.identity import check_character
from simulator.names import draw_names, misheard

COPIED, UNNUMBERED = 0.02, 0.01
"""Shares of the persons that are registered a second time without a valid number, and that have none."""
Row = tuple[str, str, str | None, str | None, date, str]

TABLE = (
    "create table if not exists crosschecks.linkable_persons (person_id text, person_name text,"
    " identity_number text, identity_number_18 text, birth_on date, sex text)"
)
_BORN_FROM, _DAYS = date(1935, 1, 1), 29_000


def persons(count: int, *, seed: int = 7, prefix: str = "P") -> Iterator[Row]:
    """Yield persons, each followed by his second registration where he has one."""
    rng = np.random.default_rng(seed)
    male = rng.random(count) < 0.5  # noqa: PLR2004 - as many men as women
    names, days = draw_names(rng, male), rng.integers(_DAYS, size=count)
    regions, orders = rng.integers(1, 21, size=count), rng.integers(500, size=count) * 2
    draws, places, digits = (
        rng.random(count),
        rng.integers(6, 17, size=count),
        rng.integers(1, 10, size=count),
    )
    for number in range(count):
        birth = _BORN_FROM + timedelta(days=int(days[number]))
        body = f"2306{regions[number]:02d}{birth:%Y%m%d}{orders[number] + male[number]:03d}"
        identity, sex = body + check_character(body), "1" if male[number] else "2"
        person_id, draw = f"{prefix}{number:08d}", draws[number]
        if draw > 1 - UNNUMBERED:
            yield person_id, names[number], None, None, birth, sex
            continue
        yield person_id, names[number], identity, identity, birth, sex
        if draw < COPIED:
            name = misheard(names[number]) if draw < COPIED / 10 else names[number]
            slipped = _slipped(identity, int(places[number]), int(digits[number]))
            yield f"{person_id}/2", name, slipped if draw > COPIED / 2 else None, None, birth, sex


def hold(connection: psycopg.Connection, rows: Iterator[Row], *, most: int | None = None) -> int:
    """Add rows to the batch that is linked; return how many."""
    count = 0
    with connection.cursor().copy("copy crosschecks.linkable_persons from stdin") as copy:
        for row in islice(rows, most):
            copy.write_row(row)
            count += 1
    return count


def _slipped(number: str, place: int, step: int) -> str:
    """Replace one digit; the number is no longer valid."""
    return number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]

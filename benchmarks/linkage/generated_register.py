"""A register of persons with second registrations, for the linkage: as many as asked, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import LiteralString

import numpy as np
from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from fundwatch.numbers.identity import check_character
from simulator.names import draw_names, misheard

COPIED, UNNUMBERED = 0.02, 0.01
"""Shares of the persons that are registered a second time without a valid number, and that have none."""
Row = tuple[str, str, str | None, str | None, date, str]

MONTH, NEXT_MONTH = "2024-06", "2024-07"
_COLUMNS: LiteralString = "person_id, person_name, identity_number, identity_number_18, birth_on, sex"
# The ledger of persons with its versions, as far as the linkage reads it.
_LEDGER = """
    create table business_ledger.persons (
        person_id text, person_name text, identity_number text, identity_number_18 text, birth_on date,
        sex text, valid_from_batch text, valid_to_batch text
    );
    create table business_ledger.built_months (model text, month text, state_id text);
    grant select on business_ledger.persons, business_ledger.built_months to public
"""
_BORN_FROM, _DAYS = date(1935, 1, 1), 29_000

_BATCH: LiteralString = (
    "create or replace view crosschecks.linkable_persons as"
    " select person_id, person_name, identity_number, identity_number_18, birth_on, sex"
    " from business_ledger.persons"
    " where valid_from_batch <= {month} and (valid_to_batch is null or valid_to_batch > {month})"
)


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


def prepare(warehouse: Warehouse) -> None:
    """Create a ledger of persons that holds nobody."""
    with warehouse.connect() as connection:
        connection.execute(_LEDGER)


def hold(warehouse: Warehouse, rows: Iterator[Row], *, month: str = MONTH) -> int:
    """Add rows to the batch of a month and let it be the one that is linked; return how many were added."""
    count = 0
    with warehouse.connect() as connection:
        with connection.cursor().copy(
            f"copy business_ledger.persons ({_COLUMNS}, valid_from_batch) from stdin"
        ) as copy:
            for row in rows:
                copy.write_row((*row, month))
                count += 1
        connection.execute(
            "insert into business_ledger.built_months values ('persons', %s, gen_random_uuid())", (month,)
        )
    with warehouse.connect(autocommit=True) as connection:
        connection.execute("vacuum (analyze) business_ledger.persons")  # no leg is to wait for it
    with warehouse.connect(layer="crosschecks") as connection:
        connection.execute(sql.SQL(_BATCH).format(month=sql.Literal(month)))
    return count


def _slipped(number: str, place: int, step: int) -> str:
    """Replace one digit; the number is no longer valid."""
    return number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]

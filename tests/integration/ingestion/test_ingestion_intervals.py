"""Month intervals against a model that simply keeps the whole state of every month."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from ingestion.production.changes.intervals import History, Written

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")

KEYS = (("a", None), ("a", ""), ("b", "x"), (None, None))
SEQUENCES = 60

Extracts = list[tuple[str, list[tuple]]]


def random_extracts(seed: int) -> Extracts:
    """Return months in any order, each with few changes to one slowly moving state; keys may repeat."""
    rng = random.Random(seed)  # noqa: S311 (repeatable test data, no secret)
    state = [(*key, "1") for key in KEYS]
    extracts = []
    for month in rng.choices(MONTHS, k=6):
        for _ in range(rng.randrange(3)):
            change = rng.randrange(3)
            if change == 0 or not state:
                state.append((*rng.choice(KEYS), rng.choice(["1", "2", None])))
            elif change == 1:
                state.pop(rng.randrange(len(state)))
            else:
                place = rng.randrange(len(state))
                state[place] = (*state[place][:2], rng.choice(["1", "2", "3"]))
        extracts.append((month, list(state)))
    return extracts


@pytest.fixture
def cursor(warehouse: Warehouse) -> Iterator[psycopg.Cursor]:
    with warehouse.connect(autocommit=True) as connection:
        yield connection.cursor()


def set_state(cursor: psycopg.Cursor, *, month: str, following: str | None, file_id: str) -> Written:
    history = History(
        target=sql.Identifier("history"),
        incoming=sql.Identifier("incoming"),
        changed=sql.Identifier("changed"),
        columns=("k1", "k2", "v"),
        key=("k1", "k2"),
        month=month,
    )
    if not history.find_changes(cursor, everything=True):
        return Written(opened=0, closed=0)
    return history.apply(cursor, following=following, file_id=file_id)


def replay(cursor: psycopg.Cursor, sequence: Extracts) -> dict[str, list[tuple]]:
    """Apply the extracts one after the other; return the model: the last rows read for each month."""
    cursor.execute(
        "create temporary table history (k1 text, k2 text, v text, _file_id text, _row bigint,"
        " _valid_from text, _valid_to text) on commit drop;"
        "create temporary table incoming (k1 text, k2 text, v text, _row bigint) on commit drop"
    )
    model: dict[str, list[tuple]] = {}
    for number, (month, state) in enumerate(sequence):
        cursor.execute("delete from incoming")
        cursor.executemany(
            "insert into incoming values (%s, %s, %s, %s)",
            [(*row, position) for position, row in enumerate(state)],
        )
        set_state(
            cursor,
            month=month,
            following=min((known for known in model if known > month), default=None),
            file_id=f"file {number}",
        )
        model[month] = state
    return model


def in_force(cursor: psycopg.Cursor, month: str) -> list[tuple]:
    cursor.execute(
        "select k1, k2, v, _file_id, _row from history"
        " where _valid_from <= %s and (_valid_to is null or _valid_to > %s)",
        (month, month),
    )
    return cursor.fetchall()


def by_key(state: list[tuple]) -> dict[tuple, list]:
    """Return each key's values in the order they lie in the table."""
    grouped: dict[tuple, list] = {}
    for row in state:
        grouped.setdefault(row[:2], []).append(row[2])
    return grouped


def snapshot(cursor: psycopg.Cursor) -> list[str]:
    cursor.execute("select h::text from history as h order by 1")
    return cursor.fetchall()


def test_intervals_show_every_month_as_it_was_last_read_in_any_order_of_months(cursor):
    for seed in range(SEQUENCES):
        with cursor.connection.transaction(force_rollback=True):
            model = replay(cursor, random_extracts(seed))
            batches = sorted(model)
            for month in MONTHS:
                position = bisect_right(batches, month)
                expected = model[batches[position - 1]] if position else []
                rows = sorted(in_force(cursor, month), key=lambda row: row[4])
                assert by_key(rows) == by_key(expected), (seed, month)
                origins = {(row[:2], row[3]) for row in rows}
                assert len(origins) == len(by_key(rows)), "the rows of a key come from one extract"


def test_intervals_change_nothing_when_the_same_rows_are_read_again(cursor):
    for seed in range(SEQUENCES // 3):
        with cursor.connection.transaction(force_rollback=True):
            extracts = random_extracts(seed)
            model = replay(cursor, extracts)
            before = snapshot(cursor)
            month = extracts[-1][0]
            written = set_state(
                cursor,
                month=month,
                following=min((known for known in model if known > month), default=None),
                file_id="again",
            )
            assert (written.opened, written.closed) == (0, 0)
            assert snapshot(cursor) == before

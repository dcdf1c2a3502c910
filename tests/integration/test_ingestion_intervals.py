"""Month intervals against a model that simply keeps the whole state of every month."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import sql

from fundwatch.warehouse import Warehouse
from ingestion.production.intervals import History

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
HISTORY = History(target=sql.Identifier("history"), columns=("k1", "k2", "v"), key=("k1", "k2"))

keys = st.sampled_from([("a", None), ("a", ""), ("b", "x"), (None, None)])
rows = st.builds(lambda key, value: (*key, value), keys, st.sampled_from(["1", "2", None]))
states = st.lists(rows, max_size=6)
extracts = st.lists(st.tuples(st.sampled_from(MONTHS), states), min_size=1, max_size=7)


@pytest.fixture
def cursor(warehouse: Warehouse) -> Iterator[psycopg.Cursor]:
    with warehouse.connect(autocommit=True) as connection:
        yield connection.cursor()


def replay(cursor: psycopg.Cursor, sequence: list[tuple[str, list[tuple]]]) -> dict[str, list[tuple]]:
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
        HISTORY.set_state(
            cursor,
            incoming=sql.Identifier("incoming"),
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


@given(sequence=extracts)
@hypothesis_settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_intervals_show_every_month_as_it_was_last_read_in_any_order_of_months(cursor, sequence):
    with cursor.connection.transaction(force_rollback=True):
        model = replay(cursor, sequence)
        batches = sorted(model)
        for month in MONTHS:
            position = bisect_right(batches, month)
            expected = model[batches[position - 1]] if position else []
            found = sorted(in_force(cursor, month), key=lambda row: row[4])
            assert by_key(found) == by_key(expected), month
            for key in by_key(found):
                assert len({row[3] for row in found if row[:2] == key}) == 1, "one extract per key"


@given(sequence=extracts)
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_intervals_change_nothing_when_the_same_rows_are_read_again(cursor, sequence):
    with cursor.connection.transaction(force_rollback=True):
        model = replay(cursor, sequence)
        cursor.execute("select array_agg(h::text order by h::text) from history as h")
        before = cursor.fetchone()
        month, state = sequence[-1]
        written = HISTORY.set_state(
            cursor,
            incoming=sql.Identifier("incoming"),
            month=month,
            following=min((known for known in model if known > month), default=None),
            file_id="again",
        )
        cursor.execute("select array_agg(h::text order by h::text) from history as h")
        assert (written.opened, written.closed) == (0, 0)
        assert cursor.fetchone() == before
        assert model[month] == state

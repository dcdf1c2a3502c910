"""Pages by key hold every row once, in order, whatever is null; a cursor is good for one query."""

from __future__ import annotations

import random
from decimal import Decimal

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from psycopg.rows import dict_row

from portal.lists.columns import Order
from portal.lists.cursor import Cursor, CursorInvalid, opened, sealed
from portal.lists.keyset import after, key_names, key_of

KEY = b"k" * 32


def _order(*, descending: bool, nulls_first: bool) -> tuple[Order, ...]:
    return (
        Order(sql.SQL("grade"), "text", is_descending=descending, nulls_first=nulls_first),
        Order(sql.SQL("amount"), "decimal", nulls_first=not nulls_first),
        Order(sql.SQL("id"), "integer"),
    )


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("nulls_first", [False, True])
def test_pages_hold_every_row_once_in_order(server: str, descending: bool, nulls_first: bool) -> None:
    chance = random.Random(7)  # noqa: S311 - rows of a test
    rows = [
        (number, chance.choice([None, "A", "B", ""]), chance.choice([None, Decimal("1.50"), Decimal(-2)]))
        for number in range(60)
    ]
    order = _order(descending=descending, nulls_first=nulls_first)
    terms = sql.SQL(", ").join(term.sql for term in order)
    named = sql.SQL(", ").join(
        sql.SQL("{} as {}").format(term.expression, sql.Identifier(name))
        for term, name in zip(order, key_names(order), strict=True)
    )
    with psycopg.connect(server, row_factory=dict_row) as connection:
        connection.execute("create temporary table listed (id int, grade text, amount numeric)")
        connection.cursor().executemany("insert into listed values (%s, %s, %s)", rows)
        whole = sql.SQL("select id from listed order by {}").format(terms)
        expected = [row["id"] for row in connection.execute(whole)]
        ids, condition, values = [], sql.SQL("true"), {}
        while True:
            page = sql.SQL("select id, {} from listed where {} order by {} limit 7").format(
                named, condition, terms
            )
            batch = connection.execute(page, values).fetchall()
            ids += [row["id"] for row in batch]
            if not batch:
                break
            condition, values = after(order, key_of(batch[-1], order))
    assert len(expected) == 60
    assert ids == expected


def test_a_cursor_is_good_for_its_binding_alone() -> None:
    cursor = Cursor(3, ("2024-06", None, "大庆"))
    text = sealed(cursor, key=KEY, binding=["issues", "u1", "sort=month"])
    assert opened(text, key=KEY, binding=["issues", "u1", "sort=month"], length=3) == cursor
    for key, binding, length in (
        (b"j" * 32, ["issues", "u1", "sort=month"], 3),
        (KEY, ["issues", "u2", "sort=month"], 3),
        (KEY, ["issues", "u1", ""], 3),
        (KEY, ["issues", "u1", "sort=month"], 2),
    ):
        with pytest.raises(CursorInvalid):
            opened(text, key=key, binding=binding, length=length)


@given(text=st.text(max_size=80), cut=st.integers(0, 200))
def test_whatever_is_no_cursor_of_ours_is_refused(text: str, cut: int) -> None:
    real = sealed(Cursor(1, ("a",)), key=KEY, binding=["b"])
    for forged in (text, real[:cut] + text if real[:cut] + text != real else "", "A" * 5000):
        with pytest.raises(CursorInvalid):
            opened(forged, key=KEY, binding=["b"], length=1)

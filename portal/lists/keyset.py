"""Paging by key: the condition that a row comes after another in an order with nulls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from psycopg import sql

from portal.lists.columns import TYPES, Order

PREFIX = "after_"


def after(order: Sequence[Order], values: Sequence[str | None]) -> tuple[sql.Composable, dict[str, str]]:
    """Return the condition that a row comes after the one with ``values``, and its parameters.

    Shape:  one alternative a term: equal in all terms before it, and behind in this one.
    """
    parameters: dict[str, str] = {}
    equal: list[sql.Composable] = []
    alternatives: list[sql.Composable] = []
    for place, (term, value) in enumerate(zip(order, values, strict=True)):
        given: sql.Composable = sql.SQL("null")
        if value is not None:
            parameters[f"{PREFIX}{place}"] = value
            given = sql.SQL("cast({} as {})").format(
                sql.Placeholder(f"{PREFIX}{place}"), sql.SQL(TYPES[term.kind])
            )
        behind = _behind(term, given, is_null=value is None)
        if behind is not None:
            alternatives.append(sql.SQL("({})").format(sql.SQL(" and ").join([*equal, behind])))
        equal.append(
            sql.SQL("{} is null").format(term.expression)
            if value is None
            else sql.SQL("{} = {}").format(term.expression, given)
        )
    if not alternatives:
        return sql.SQL("false"), parameters
    return sql.SQL("({})").format(sql.SQL(" or ").join(alternatives)), parameters


def _behind(term: Order, given: sql.Composable, *, is_null: bool) -> sql.Composable | None:
    """Return the condition that a row is behind a value in one term; None where no row can be."""
    if is_null:
        return sql.SQL("{} is not null").format(term.expression) if term.nulls_first else None
    compared = sql.SQL("{} {} {}").format(term.expression, sql.SQL("<" if term.is_descending else ">"), given)
    if term.nulls_first:
        return compared
    return sql.SQL("({} or {} is null)").format(compared, term.expression)


def key_names(order: Sequence[Order]) -> list[str]:
    """Return the names under which a page's statement selects the terms of the order."""
    return [f"key_{place}" for place in range(len(order))]


def key_of(row: Mapping[str, object], order: Sequence[Order]) -> tuple[str | None, ...]:
    """Return the values of a row in each term of the order, as text that the server reads back unchanged."""
    return tuple(_text(row[name]) for name in key_names(order))


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)

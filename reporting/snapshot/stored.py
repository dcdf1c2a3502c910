"""The content of a publication as it is stored whole, and made again from that, equal to the last field."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString

import psycopg

from reporting.snapshot.content import Content
from reporting.snapshot.statements import Statements

_STATEMENTS: LiteralString = """
    select statements is not null, statements
    from ops.publication_content
    cross join lateral (select content::json -> 'statements' as statements) as part
    where number = %s
"""


def store_content(connection: psycopg.Connection, number: int, content: Content) -> None:
    """Store the content of a publication; the files of its signed edition are drawn from it."""
    connection.execute(
        "insert into ops.publication_content (number, content) values (%s, %s)", (number, content.as_text())
    )


def stored_content(connection: psycopg.Connection, number: int) -> Content | None:
    """Return the content of a publication as it was when it was prepared; older versions stored none."""
    row = connection.execute(
        "select content from ops.publication_content where number = %s", (number,)
    ).fetchone()
    return None if row is None else typing.cast("Content", _made(Content, json.loads(row[0])))


def stored_statements(connection: psycopg.Connection, number: int) -> Statements | None:
    """Return the statements of a publication, empty where its month had none.

    None of a publication whose content was not stored, or stored before it had statements.
    """
    row = connection.execute(_STATEMENTS, (number,)).fetchone()
    if row is None or not row[0]:
        return None
    return typing.cast("Statements", _made(Statements, row[1])) if row[1] else Statements((), (), (), ())


def _made(kind: Any, value: Any) -> Any:
    """Return a value read from JSON as the type a field declares."""
    arguments = typing.get_args(kind)
    if isinstance(kind, types.UnionType):
        return None if value is None else _made(arguments[0], value)
    if typing.get_origin(kind) is tuple:
        return tuple(_made(arguments[0], member) for member in value)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast("type", kind)(
            **{name: _made(hints[name], member) for name, member in value.items()}
        )
    if kind is Decimal:
        return Decimal(value)
    return date.fromisoformat(value) if kind is date else value

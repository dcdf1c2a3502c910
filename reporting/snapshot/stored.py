"""The content of a publication as it is stored whole, and made again from that, equal to the last field."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from reporting.snapshot.content import Content


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

"""Extracts of the production database: the months taken, and what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg

from fundwatch.catalogue import TABLES

_EXTRACTS = """
    select distinct on (taken.month, taken.table_name)
        taken.month, taken.table_name, taken.source_columns, taken.sequence, taken.taken_at,
        coalesce(file.state = 'held', false)
    from ops.extracts as taken
    left join ops.files as file on file.file_id = taken.file_id
    where taken.month = any(%s)
    order by taken.month, taken.table_name, taken.sequence desc
"""


@dataclass(frozen=True)
class Lack:
    """A table the source does not have, or a column of one it has."""

    table: str
    column: str = ""

    @property
    def name(self) -> str:
        """``AC43`` or ``AC43.AAE180``."""
        return f"{self.table}.{self.column}" if self.column else self.table


@dataclass(frozen=True)
class Extract:
    """The last extract of a month: its number, when it was taken, and what the source lacked.

    ``missing``: tables, and required columns of the tables that are there. ``present``: what was there.
    ``held``: tables that had lost all their rows, so that those landed before still count.
    """

    month: str
    sequence: int
    taken_at: datetime
    missing: tuple[Lack, ...]
    present: frozenset[Lack]
    held: tuple[str, ...] = ()


def extracts(connection: psycopg.Connection, months: Iterable[str]) -> list[Extract]:
    """Return the last extract of each of the months of which one was taken, in order of month."""
    columns_of: dict[str, dict[str, list[str]]] = {}
    taken: dict[str, tuple[int, datetime]] = {}
    held: dict[str, list[str]] = {}
    for month, table, columns, sequence, taken_at, is_held in connection.execute(_EXTRACTS, (list(months),)):
        columns_of.setdefault(month, {})[table] = columns
        held.setdefault(month, []).extend([table] if is_held else [])
        taken[month] = max(taken.get(month, (0, taken_at)), (sequence, taken_at))
    return [
        Extract(
            month, *taken[month], missing=tuple(_missing(tables)), present=_present(tables),
            held=tuple(held[month]),
        )
        for month, tables in columns_of.items()
    ]  # fmt: skip


def vanished(earlier: Extract, later: Extract) -> list[Lack]:
    """Return what the earlier extract had and the later one lacks; of a vanished table, the table alone."""
    gone = earlier.present - later.present
    tables = {lack.table for lack in gone if not lack.column}
    return sorted(
        (lack for lack in gone if not lack.column or lack.table not in tables), key=lambda lack: lack.name
    )


def _missing(tables: Mapping[str, Collection[str]]) -> Iterable[Lack]:
    for name, table in TABLES.items():
        columns = tables.get(name, ())
        if not columns:
            yield Lack(name)
            continue
        yield from (Lack(name, column) for column in table.required if column not in columns)


def _present(tables: Mapping[str, Collection[str]]) -> frozenset[Lack]:
    there = {name: columns for name, columns in tables.items() if name in TABLES and columns}
    return frozenset(
        {Lack(name) for name in there}
        | {Lack(name, column) for name, columns in there.items() for column in columns}
    )

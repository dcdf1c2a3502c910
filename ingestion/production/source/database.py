"""The agency's production database: read-only, in one consistent transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine.interfaces import DBAPIConnection

from fundwatch.catalogue import Table
from fundwatch.errors import ProductionUnavailable
from ingestion.production.source.failures import no_row_values
from ingestion.production.source.value_format import NOTHING, SEPARATOR

Groups = Sequence[Sequence[str]]
# Small enough that the rows of a batch are still in the processor's cache when they are written.
_SQLITE_BATCH = 500
_BATCH = 2_000
_FEW = 500
_UNDECODABLE = "Could not decode"


@dataclass(frozen=True)
class SourceTable:
    """A catalogue table as it is at the source.

    ``columns`` maps each standard column that is there, in catalogue order, to the name it has at the
    source, ``types`` to its type there; ``position`` orders rows of one key as they are stored.
    """

    table: Table
    name: str
    columns: Mapping[str, str]
    types: Mapping[str, sa.types.TypeEngine] = field(default_factory=dict)
    position: str | None = None

    def column(self, name: str) -> sa.ColumnClause:
        """Return the source's column of a standard name."""
        return sa.column(self.columns[name])

    @property
    def key(self) -> list[sa.ColumnClause]:
        """The key columns that are there."""
        return [self.column(name) for name in self.table.key if name in self.columns]

    @property
    def has_whole_key(self) -> bool:
        """Whether every key column is there."""
        return len(self.key) == len(self.table.key)

    def select(
        self, *, ordered: bool, where: sa.ColumnElement[bool] | None = None, groups: Groups | None = None
    ) -> sa.Select:
        """Return the query of its rows, columns in catalogue order, on request in key order.

        Columns that share a group are read as one, their texts joined.
        """
        columns = [self.column(name) for name in self.columns]
        chosen = [self._together(group) for group in groups or ([name] for name in self.columns)]
        query = sa.select(*chosen).select_from(sa.table(self.name))
        if where is not None:
            query = query.where(where)
        if not ordered:
            return query
        rest = [sa.literal_column(self.position)] if self.position else columns
        return query.order_by(*self.key, *rest)

    def groups(self, *, dialect: str, alone: Collection[str]) -> Groups:
        """Group neighbouring columns that hold nothing but text, without those of the key and ``alone``.

        SQLite stores text in a column declared so, and joins it faster than the driver fetches each value.
        """
        grouped: list[list[str]] = []
        may_join = False
        for name in self.columns:
            is_text = dialect == "sqlite" and isinstance(self.types.get(name), sa.String)
            joins = is_text and name not in alone and name not in self.table.key
            if joins and may_join:
                grouped[-1].append(name)
            else:
                grouped.append([name])
            may_join = joins
        return grouped

    def _together(self, names: Sequence[str]) -> sa.ColumnElement:
        if len(names) == 1:
            return self._value(names[0])
        texts = [sa.func.coalesce(self.column(name), NOTHING) for name in names]
        return reduce(lambda left, right: left.op("||")(SEPARATOR).op("||")(right), texts)

    def _value(self, name: str) -> sa.ColumnElement:
        """Return what is selected of a column, such that an amount keeps its value.

        PostgreSQL writes ``money`` with the signs of a locale, MariaDB a FLOAT with six digits.
        """
        kind = self.types.get(name)
        if isinstance(kind, postgresql.MONEY):
            return sa.cast(self.column(name), sa.Numeric)
        if isinstance(kind, mysql.FLOAT):
            return self.column(name) * sa.literal_column("1e0")
        return self.column(name)

    def same_keys(self, where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """Return the condition that a row has the key of some row that meets ``where``.

        Rows without a whole key meet it too: nothing is equal to a missing value at the source.
        """
        key = self.key
        chosen = sa.select(*key).select_from(sa.table(self.name)).where(where)
        left = key[0] if len(key) == 1 else sa.tuple_(*key)
        return sa.or_(left.in_(chosen), *(column.is_(None) for column in key))


class Source:
    """An open, consistent view of the production database."""

    def __init__(self, connection: sa.Connection, tables: Mapping[str, SourceTable]) -> None:
        """Wrap an open transaction; ``open_source`` makes these."""
        self._connection = connection
        self.tables = tables
        # The table that is being read, for whoever must say what failed.
        self.reading = ""

    @property
    def dialect(self) -> str:
        """The engine's name, as SQLAlchemy calls it."""
        return self._connection.dialect.name

    @property
    def copies_as_utf8(self) -> bool:
        """Whether this is PostgreSQL through a driver that copies, in an encoding it knows."""
        if self.dialect != "postgresql" or self._connection.dialect.driver != "psycopg":
            return False
        (encoding,) = self.fetch("show server_encoding", ())[0]
        return encoding != "SQL_ASCII"

    def quoted(self, name: str) -> str:
        """Return a name as the source's SQL writes it."""
        return self._connection.dialect.identifier_preparer.quote(name)

    def fetch(self, query: str, bound: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return the few rows of a query in the source's own SQL."""
        with self._guarded():
            cursor = self._driver.cursor()
            try:
                cursor.execute(query, bound) if bound else cursor.execute(query)
                return list(cursor.fetchall())
            finally:
                cursor.close()

    def copied(self, query: str) -> Iterator[bytes]:
        """Yield the rows of a PostgreSQL query as lines of COPY text."""
        with (
            self._guarded(),
            cast("psycopg.Connection", self._driver).cursor() as cursor,
            cursor.copy(f"copy ({query}) to stdout") as copy,
        ):
            for line in copy:
                yield bytes(line)

    def _guarded(self) -> AbstractContextManager[None]:
        return no_row_values(self._connection, table=self.reading)

    @property
    def _driver(self) -> DBAPIConnection:
        driver = self._connection.connection.dbapi_connection
        if driver is None:
            raise ProductionUnavailable(
                "the production database failed while it was read (its connection is closed)",
                next_step="Run the same command again",
            )
        return driver

    def rows(
        self,
        source_table: SourceTable,
        *,
        ordered: bool,
        where: sa.ColumnElement[bool] | None = None,
        groups: Groups | None = None,
    ) -> Iterator[Sequence[tuple]]:
        """Yield batches of rows, columns in catalogue order, on request in key order; memory stays flat.

        A SQLite table that is not asked for in key order is read as it is stored, which costs nothing there.
        """
        query = source_table.select(ordered=ordered, where=where, groups=groups)
        if not ordered and source_table.position and self.dialect == "sqlite":
            query = query.order_by(sa.literal_column(source_table.position))
        with self._guarded():
            if self.dialect == "sqlite":
                yield from self._sqlite_rows(query)
            else:
                yield from self._batches(query)

    def _sqlite_rows(self, query: sa.Select) -> Iterator[Sequence[tuple]]:
        """Read text as UTF-8; from the first batch that is not on, other bytes are shown as escapes."""
        local = cast("sqlite3.Connection", self._driver)
        read = 0
        local.text_factory = str
        try:
            for batch in self._batches(query):
                read += len(batch)
                yield batch
        except sqlite3.OperationalError as error:
            if not str(error).startswith(_UNDECODABLE):
                raise
        else:
            return
        local.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
        yield from self._batches(query.limit(-1).offset(read))

    def _batches(self, query: sa.Select) -> Iterator[Sequence[tuple]]:
        """Stream a query; from SQLite, which streams by itself, the driver's own tuples."""
        if self.dialect != "sqlite":
            streamed = query.execution_options(stream_results=True, yield_per=_BATCH)
            with self._connection.execute(streamed) as result:
                yield from result.partitions()
            return
        with self._connection.execute(query) as result:
            while batch := result.cursor.fetchmany(_SQLITE_BATCH):
                yield batch

    def count(self, source_table: SourceTable) -> list[tuple[object, int]]:
        """Return rows by division (AAB301), or one pair with None where the table has no division."""
        counted = sa.func.count().label("counted")
        if "AAB301" in source_table.columns:
            column = source_table.column("AAB301")
            query = sa.select(column, counted).group_by(column)
        else:
            query = sa.select(sa.null(), counted)
        with self._guarded():
            result = self._connection.execute(query.select_from(sa.table(source_table.name)))
            return [(row[0], row.counted) for row in result]

    def counted(self, source_table: SourceTable, name: str) -> Iterator[tuple[object, int]]:
        """Yield the values of a column, each with the rows that have it; memory stays flat."""
        column = source_table.column(name)
        query = sa.select(column, sa.func.count()).select_from(sa.table(source_table.name)).group_by(column)
        with self._guarded():
            for batch in self._batches(query):
                yield from batch

    def few_values(
        self, source_table: SourceTable, name: str, where: sa.ColumnElement[bool]
    ) -> list[str] | None:
        """Return the texts of a column that meet ``where``; None if they are many or hard to quote."""
        column = source_table.column(name)
        # The offset keeps the condition from being asked of every row.
        distinct_values = (
            sa.select(column).select_from(sa.table(source_table.name)).group_by(column).offset(0).subquery()
        )
        value: sa.ColumnClause[str] = sa.column(column.name)
        query = sa.select(value).select_from(distinct_values).where(where).limit(_FEW + 1)
        with self._guarded():
            values = list(self._connection.execute(query).scalars())
        together = "".join(values)
        return values if len(values) <= _FEW and "\\" not in together and together.isascii() else None

    def may_compare_keys(self, source_table: SourceTable) -> bool:
        """Return whether keys equal as landed text are equal at the source too.

        Not where SQLite stores a key as text in one row and as a number in another.
        """
        if self.dialect != "sqlite":
            return True
        kinds = [sa.func.typeof(column) for column in source_table.key]
        extremes = [extreme for kind in kinds for extreme in (sa.func.min(kind), sa.func.max(kind))]
        present = sa.and_(*(column.is_not(None) for column in source_table.key))
        with self._guarded():
            query = sa.select(*extremes).select_from(sa.table(source_table.name)).where(present)
            kinds_found = self._connection.execute(query).one()
        pairs = zip(kinds_found[::2], kinds_found[1::2], strict=True)
        return all(low == high and low in ("text", "integer", None) for low, high in pairs)

"""Rows of a PostgreSQL source as COPY text computed by the source: no value is converted in Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql

from ingestion.production.source.database import Source, SourceTable

_BLOCK = 1_000


@dataclass(frozen=True)
class Copier:
    """Copies a table; ``texts`` is the SQL of its columns' landed text, ``bucket`` that of a row's bucket."""

    source: Source
    source_table: SourceTable
    texts: Sequence[str]
    bucket: str

    def blocks(self, *, first: int, buckets: Sequence[str] | None = None) -> Iterator[tuple[bytes, int]]:
        """Yield blocks of lines in key order, each numbered at its end from ``first`` on, and their rows."""
        where = ""
        if buckets is not None:
            where = f" where {self.bucket} = any({sql.Literal(list(buckets)).as_string(None)}::text[])"
        number = f"{first - 1} + row_number() over (order by {self._order})"
        for lines in self._batches(self._select([*self.texts, number], where, ordered=True)):
            yield b"".join(lines), len(lines)

    def lines(self, *, ordered: bool, where: sa.ColumnElement | None) -> Iterator[list[str]]:
        """Yield batches of lines without their ends, of the rows that meet ``where``."""
        condition = ""
        if where is not None:
            dialect = postgresql.dialect(paramstyle="named")
            condition = f" where {where.compile(dialect=dialect, compile_kwargs={'literal_binds': True})}"
        for lines in self._batches(self._select(self.texts, condition, ordered=ordered)):
            yield b"".join(lines).decode().removesuffix("\n").split("\n")

    def _select(self, chosen: Sequence[str], where: str, *, ordered: bool) -> str:
        table = self.source.quoted(self.source_table.name)
        order = f" order by {self._order}" if ordered else ""
        return f"select {', '.join(chosen)} from {table}{where}{order}"  # noqa: S608 (names quoted)

    @property
    def _order(self) -> str:
        source_table, quoted = self.source_table, self.source.quoted
        columns = (
            source_table.table.key
            if source_table.position
            else [*source_table.table.key, *source_table.columns]
        )
        order = [quoted(source_table.columns[name]) for name in columns]
        return ", ".join([*order, source_table.position] if source_table.position else order)

    def _batches(self, query: str) -> Iterator[list[bytes]]:
        waiting: list[bytes] = []
        for line in self.source.copied(query):
            waiting.append(line)
            if len(waiting) == _BLOCK:
                yield waiting
                waiting = []
        if waiting:
            yield waiting

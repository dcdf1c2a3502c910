"""Rows of a PostgreSQL source as the lines of COPY text they land as: no value passes through Python."""

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
    """Copies a table whose columns land as ``texts``, and whose rows are in the buckets ``bucket`` says."""

    source: Source
    found: SourceTable
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
        table = self.source.quoted(self.found.name)
        order = f" order by {self._order}" if ordered else ""
        return f"select {', '.join(chosen)} from {table}{where}{order}"  # noqa: S608 (names quoted)

    @property
    def _order(self) -> str:
        found, quoted = self.found, self.source.quoted
        columns = found.table.key if found.position else [*found.table.key, *found.columns]
        order = [quoted(found.columns[name]) for name in columns]
        return ", ".join([*order, found.position] if found.position else order)

    def _batches(self, query: str) -> Iterator[list[bytes]]:
        waiting: list[bytes] = []
        for line in self.source.copied(query):
            waiting.append(line)
            if len(waiting) == _BLOCK:
                yield waiting
                waiting = []
        if waiting:
            yield waiting

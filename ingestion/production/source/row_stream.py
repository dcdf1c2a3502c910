"""Rows of a source table as lines of COPY text, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, oracle

from ingestion.production.source.buckets import buckets_of
from ingestion.production.source.copy_stream import Copier
from ingestion.production.source.database import Source, SourceTable
from ingestion.production.source.value_format import columns_renderer, singles, ungrouped

HANDLED, DIVISION = "AAE036", "AAB301"
# Types whose numbers a driver returns in double precision although they have seven digits.
_SINGLE = (mysql.FLOAT, oracle.BINARY_FLOAT)


@dataclass(frozen=True)
class Batch:
    """Some rows: each as a line without its end, and each column as a list of fields."""

    lines: list[str]
    fields: Mapping[str, Sequence[str]]
    keys: Sequence[str]
    buckets: list[str]

    def numbered(self, first: int) -> str:
        """Return whole lines that end with the row's number, counted from ``first``."""
        numbers = map(str, range(first, first + len(self.lines)))
        return "\n".join(map("\t".join, zip(self.lines, numbers, strict=True))) + "\n"

    def only(self, wanted: frozenset[str]) -> Batch:
        """Return the rows of some buckets, without their single fields."""
        places = [place for place, name in enumerate(self.buckets) if name in wanted]
        return Batch(
            lines=[self.lines[place] for place in places],
            fields={},
            keys=[self.keys[place] for place in places],
            buckets=[self.buckets[place] for place in places],
        )


@dataclass(frozen=True)
class RowStream:
    """Reads a table of the source."""

    source: Source
    source_table: SourceTable
    zone: ZoneInfo
    copier: Copier | None = None

    def read(
        self, *, ordered: bool, where: sa.ColumnElement | None = None, grouped: bool = False
    ) -> Iterator[Batch]:
        """Yield the table's rows in batches, on request in key order.

        ``grouped`` is faster, but reads the control characters U+001E and U+001F in a text as null and as
        separator: good enough to see whether a row changed, not to land it.
        """
        if self.copier:
            yield from self._copied(self.copier.lines(ordered=ordered, where=where))
            return
        to_fields = columns_renderer(self.zone)
        alone = {HANDLED} if grouped else self.source_table.columns.keys()
        groups = self.source_table.groups(dialect=self.source.dialect, alone=alone)
        names = [group[0] for group in groups]
        writers = [self._writer(group, to_fields) for group in groups]
        for rows in self.source.rows(self.source_table, ordered=ordered, where=where, groups=groups):
            values = zip(writers, zip(*rows, strict=True), strict=True)
            columns = dict(zip(names, (write(column) for write, column in values), strict=True))
            yield self._batch(list(map("\t".join, zip(*columns.values(), strict=True))), columns)

    def _writer(
        self, group: Sequence[str], to_fields: Callable[[Sequence[Any]], Sequence[str]]
    ) -> Callable[[Sequence[Any]], Sequence[str]]:
        if len(group) > 1:
            return ungrouped
        is_single = isinstance(self.source_table.types.get(group[0]), _SINGLE)
        return singles if is_single else to_fields

    def _copied(self, batches: Iterable[list[str]]) -> Iterator[Batch]:
        for lines in batches:
            columns = zip(*(line.split("\t") for line in lines), strict=True)
            yield self._batch(lines, dict(zip(self.source_table.columns, columns, strict=True)))

    def _batch(self, lines: list[str], columns: Mapping[str, Sequence[str]]) -> Batch:
        key = [columns[name] for name in self.source_table.table.key if name in columns]
        return Batch(
            lines=lines,
            fields=columns,
            keys=_joined(key, len(lines)),
            buckets=buckets_of(key[0]) if key else [""] * len(lines),
        )


def _joined(columns: list[Sequence[str]], rows: int) -> Sequence[str]:
    if not columns:
        return [""] * rows
    return columns[0] if len(columns) == 1 else list(map("\t".join, zip(*columns, strict=True)))

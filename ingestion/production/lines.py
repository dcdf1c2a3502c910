"""Rows of a source as lines of COPY text, and what is counted of them while they pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import eq
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ingestion.production.checksums import Checksums, buckets_of, numbered
from ingestion.production.rendering import columns_renderer, ungrouped
from ingestion.production.source import Source, SourceTable
from ingestion.production.watermark import Watermark

HANDLED, DIVISION = "AAE036", "AAB301"


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
        """Return the rows of some buckets; their single fields are not kept."""
        kept = [place for place, one in enumerate(self.buckets) if one in wanted]
        return Batch(
            lines=[self.lines[place] for place in kept],
            fields={},
            keys=[self.keys[place] for place in kept],
            buckets=[self.buckets[place] for place in kept],
        )


@dataclass(frozen=True)
class Lines:
    """Reads a table of the source."""

    source: Source
    found: SourceTable
    zone: ZoneInfo

    def read(
        self, *, ordered: bool, where: sa.ColumnElement | None = None, grouped: bool = False
    ) -> Iterator[Batch]:
        """Yield the table's rows in batches, on request in key order.

        ``grouped`` is quicker, but takes the control characters U+001E and U+001F in a text for what they
        stand for there: good enough to see whether a row is as it was, not to land it.
        """
        to_fields = columns_renderer(self.zone)
        alone = {HANDLED} if grouped else self.found.columns.keys()
        groups = self.found.groups(dialect=self.source.dialect, alone=alone)
        names = [group[0] for group in groups]
        writers = [to_fields if len(group) == 1 else ungrouped for group in groups]
        key = [name for name in self.found.table.key if name in self.found.columns]
        for rows in self.source.rows(self.found, ordered=ordered, where=where, groups=groups):
            values = zip(writers, zip(*rows, strict=True), strict=True)
            columns = dict(zip(names, (write(column) for write, column in values), strict=True))
            keys = _joined([columns[name] for name in key], len(rows))
            yield Batch(
                lines=list(map("\t".join, zip(*columns.values(), strict=True))),
                fields=columns,
                keys=keys,
                buckets=buckets_of(columns[key[0]]) if key else [""] * len(rows),
            )


def _joined(columns: list[Sequence[str]], rows: int) -> Sequence[str]:
    if not columns:
        return [""] * rows
    return columns[0] if len(columns) == 1 else list(map("\t".join, zip(*columns, strict=True)))


@dataclass
class Tally:
    """What is remembered of a whole table that passes: its checksums and its last handling.

    The number of a row among the rows of its key is told by neighbours where rows come in key order
    (``repeated`` is None then), else by counting the keys known to be repeated.
    """

    watermark: Watermark
    repeated: frozenset[str] | None = None
    checksums: Checksums = field(default_factory=Checksums)
    _previous: str | None = None
    _occurrence: int = 1
    _counted: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Batch) -> None:
        """Take a batch into account."""
        if HANDLED in batch.fields:
            self.watermark.observe(batch.fields[HANDLED])
        if self.repeated is None:
            self._add_ordered(batch)
        elif self.repeated.isdisjoint(batch.keys):
            self.checksums.add(batch.buckets, batch.lines)
        else:
            self.checksums.add(batch.buckets, list(map(self._numbered, batch.keys, batch.lines)))

    def _numbered(self, key: str, line: str) -> str:
        if key not in self.repeated:
            return line
        self._counted[key] += 1
        return numbered(line, self._counted[key])

    def _add_ordered(self, batch: Batch) -> None:
        before = chain([self._previous], batch.keys)
        if not any(map(eq, batch.keys, before)):
            self.checksums.add(batch.buckets, batch.lines)
            self._previous, self._occurrence = batch.keys[-1], 1
            return
        for key, one, line in zip(batch.keys, batch.buckets, batch.lines, strict=True):
            self._occurrence = self._occurrence + 1 if key == self._previous else 1
            if self._occurrence > 1:
                self.checksums.note_repeated(key)
            self._previous = key
            self.checksums.count(line, one, occurrence=self._occurrence)

"""Checksums computed at the source, where its engine has a hash: one number a bucket is transferred.

They are only compared with checksums of the same engine and columns. What is hashed of a row is its landed
text, so that a row landed before can be hashed again: by PostgreSQL itself (the hash is its own), or here
(MD5).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingestion.production.changes.checksums import REPEATED_KEYS, Checksums
from ingestion.production.source.buckets import BUCKET_CHARACTERS
from ingestion.production.source.copy_stream import Copier
from ingestion.production.source.database import Source, SourceTable
from ingestion.production.source.sql_text import landed_texts
from ingestion.production.source.value_format import NOTHING, SEPARATOR, unescaped

# What a missing value is hashed as; no text is written so.
_MISSING = "e'\\x1e\\x1d'"
_HEXADECIMALS = 16


@dataclass(frozen=True)
class SourceChecksums:
    """Checksums of a table by bucket, computed by its engine; ``texts`` is the SQL of its landed values."""

    source: Source
    source_table: SourceTable
    texts: Sequence[str]

    @property
    def _table(self) -> str:
        return self.source.quoted(self.source_table.name)

    @property
    def _first_key(self) -> str:
        return self.texts[list(self.source_table.columns).index(self.source_table.table.key[0])]


class PostgresChecksums(SourceChecksums):
    """Each value's hash is the seed of the next value's: joined values cannot make two rows alike."""

    kind = "hashtextextended"

    @property
    def tells_order(self) -> bool:
        """Whether rows of one key have an order beyond what they hold."""
        return self.source_table.position is not None

    @property
    def bucket(self) -> str:
        """The SQL of a row's bucket."""
        return f"right(coalesce({self._first_key}, ''), {BUCKET_CHARACTERS})"

    @property
    def copier(self) -> Copier:
        """What reads the rows themselves."""
        return Copier(self.source, self.source_table, self.texts, self.bucket)

    def read(self, repeated: Collection[str]) -> Checksums:
        """Return the checksums of the whole table, rows of the ``repeated`` keys with their order."""
        totals: dict[str, int] = defaultdict(int)
        queries = [f"select {self.bucket}, sum({_chained(self.texts)}) from {self._table} group by 1"]  # noqa: S608
        bound: list[list] = [[]]
        if repeated and self.tells_order:
            queries.append(self._ordered())
            bound.append(
                _columns(map(_fields, sorted(repeated)), len(self.source_table.table.key), missing="\x01")
            )
        for query, values in zip(queries, bound, strict=True):
            for name, total in self.source.fetch(query, values):
                totals[name] += int(total)
        return Checksums(totals, set(repeated), hasher=self.hash)

    def hash(self, lines: Sequence[str], occurrences: Sequence[int] | None) -> list[int]:
        """Return the hashes of landed rows, those after the first of their key with their number."""
        width = len(self.texts)
        names = [f"v{place}" for place in range(width)]
        query = (
            f"select h::numeric + case when n > 1 then hashtextextended(n::text, h) else 0 end"  # noqa: S608
            f" from (select {_chained(names)} as h, n, place"
            f" from unnest({', '.join(['%s::text[]'] * width)}, %s::integer[])"
            f" with ordinality as t ({', '.join(names)}, n, place) offset 0) as hashed order by place"
        )
        columns = _columns(map(_fields, lines), width)
        numbers = list(occurrences or [1] * len(lines)) if self.tells_order else [1] * len(lines)
        return [int(number) for (number,) in self.source.fetch(query, [*columns, numbers])]

    def repeated_keys(self) -> set[str] | None:
        """Return the keys of which there is more than one row; None when there are too many."""
        if not self.tells_order:
            return set()
        keys = ", ".join(f'{text} collate "C"' for text in self._keys())
        places = ", ".join(str(place + 1) for place in range(len(self.source_table.table.key)))
        query = (
            f"select {keys} from {self._table} group by {places} having count(*) > 1"  # noqa: S608
            f" limit {REPEATED_KEYS + 1}"
        )
        repeated = {line.decode().removesuffix("\n") for line in self.source.copied(query)}
        return None if len(repeated) > REPEATED_KEYS else repeated

    def _keys(self) -> list[str]:
        names = list(self.source_table.columns)
        return [self.texts[names.index(name)] for name in self.source_table.table.key]

    def _ordered(self) -> str:
        """Return the query of the second and further rows of given keys, each with its number."""
        keys = [f"coalesce({text}, chr(1))" for text in self._keys()]
        names = [f"k{place}" for place in range(len(keys))]
        given = ", ".join(["%s::text[]"] * len(keys))
        return (
            f"select bucket, sum(hashtextextended(n::text, h)) from (select bucket, h, row_number() over"  # noqa: S608
            f" (partition by {', '.join(names)} order by position) as n from (select {self.bucket} as bucket,"
            f" {_chained(self.texts)} as h, {self.source_table.position} as position,"
            f" {', '.join(f'{key} as {name}' for key, name in zip(keys, names, strict=True))}"
            f" from {self._table} where ({', '.join(keys)}) in (select * from unnest({given}))) as hashed)"
            f" as numbered where n > 1 group by bucket"
        )


class MariadbChecksums(SourceChecksums):
    """The first half of the MD5 of a row's joined texts; its tables have no order of rows."""

    kind = "md5"
    tells_order = False

    def read(self, repeated: Collection[str]) -> Checksums:
        """Return the checksums of the whole table."""
        nothing, between = (f"char({ord(sign)} using utf8mb4)" for sign in (NOTHING, SEPARATOR))
        line = ", ".join(f"coalesce({text}, {nothing})" for text in self.texts)
        bucket = f"cast(coalesce(right({self._first_key}, {BUCKET_CHARACTERS}), '') as binary)"
        hashed = f"conv(left(md5(concat_ws({between}, {line})), {_HEXADECIMALS}), 16, 10)"
        query = f"select {bucket}, sum(cast({hashed} as unsigned)) from {self._table} group by 1"  # noqa: S608
        totals = {bytes(name).decode(): int(total) for name, total in self.source.fetch(query, [])}
        return Checksums(defaultdict(int, totals), set(repeated), hasher=self.hash)

    def hash(self, lines: Sequence[str], _: Sequence[int] | None) -> list[int]:
        """Return the hashes of landed rows."""
        rows = ([NOTHING if value is None else value for value in _fields(line)] for line in lines)
        return [_md5(SEPARATOR.join(row)) for row in rows]

    def repeated_keys(self) -> set[str]:
        """Return no key: the rows of a key come ordered by what they hold."""
        return set()


def _md5(text: str) -> int:
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return int(digest[:_HEXADECIMALS], 16)


def _chained(texts: Sequence[str]) -> str:
    seed = "0"
    for text in texts:
        seed = f'hashtextextended(coalesce({text}, {_MISSING}) collate "C", {seed})'
    return seed


def _fields(line: str) -> list[str | None]:
    return [unescaped(field) for field in line.split("\t")]


def _columns(
    rows: Iterable[Sequence[str | None]], width: int, *, missing: str | None = None
) -> list[list[str | None]]:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
    return [[missing if value is None else value for value in column] for column in columns]


def source_checksums_of(
    source: Source, source_table: SourceTable, *, zone: ZoneInfo
) -> PostgresChecksums | MariadbChecksums | None:
    """Return a table's source checksums; None without a hash, or where the text of a type is not certain."""
    if not source_table.has_whole_key or "%" in "".join((source_table.name, *source_table.columns.values())):
        return None
    texts = landed_texts(source_table, dialect=source.dialect, quote=source.quoted, zone=zone)
    if texts is None:
        return None
    if source.dialect == "postgresql":
        return PostgresChecksums(source, source_table, texts) if source.copies_as_utf8 else None
    return MariadbChecksums(source, source_table, texts)

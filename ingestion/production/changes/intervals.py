"""Write the state of a table at a month into a history of rows with month intervals.

A history row is current in the batches of months m with ``_valid_from <= m < _valid_to`` (null = open). Every
boundary is the month of some batch. Setting the state at m therefore means: for each key whose rows differ
from those in force at m, close what was in force at m (keeping it from the next batch on), and open what
came. The rows of a key are compared as a list in their order, so a repeated key counts each occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from ingestion.production.changes import interval_sql
from ingestion.production.source.buckets import BUCKET_CHARACTERS

# Stands for a missing key part, which must equal another missing one; it only groups, it decides nothing.
_MISSING = sql.SQL("chr(1)")


@dataclass(frozen=True)
class Written:
    """Rows opened (landed) and rows that stopped being current at the month (closed)."""

    opened: int
    closed: int


@dataclass(frozen=True)
class History:
    """A table of text columns with ``_file_id``, ``_row``, ``_valid_from``, ``_valid_to``, as of ``month``.

    ``incoming`` holds what was read (the columns and ``_row``, which orders the rows of a key); ``changed``
    is the temporary table of the keys that differ.
    """

    target: sql.Composable
    incoming: sql.Composable
    changed: sql.Composable
    columns: Sequence[str]
    key: Sequence[str]
    month: str

    def is_empty(self, cursor: psycopg.Cursor) -> bool:
        """Return whether no row is in force."""
        cursor.execute(self._sql("select not exists (select from {target} as t where {in_force})"))
        return cursor.fetchone()[0]

    def expect_rows(self, cursor: psycopg.Cursor) -> None:
        """Make the temporary table of what comes; it goes with the transaction."""
        typed = interval_sql.listed(sql.SQL("{} text").format(sql.Identifier(name)) for name in self.columns)
        cursor.execute(self._sql(interval_sql.INCOMING, typed=typed))

    def holds_incoming(self, cursor: psycopg.Cursor) -> bool:
        """Return whether every incoming row is in force, as often as it came."""
        cursor.execute(self._sql(interval_sql.NEW_ROWS))
        return not cursor.fetchone()[0]

    def find_changes(
        self, cursor: psycopg.Cursor, *, everything: bool = False, buckets: Sequence[str] = ()
    ) -> int:
        """Fill ``changed`` with the keys whose rows in force are not those that came; return how many.

        What came is all there is of the source, or else all there is of the keys that came and of all keys
        in ``buckets``.
        """
        cursor.execute(self._sql("drop table if exists {changed}"))
        scopes = [sql.SQL("true")]
        if not everything:
            of_bucket = self._of_buckets(buckets)
            came = self._sql(interval_sql.CAME)
            scopes = [came]
            if buckets:
                scopes = [of_bucket, sql.SQL("not ({}) and {}").format(of_bucket, came)]
        before = sql.SQL("\nunion all\n").join(
            self._sql(interval_sql.IN_SCOPE, scope=scope) for scope in scopes
        )
        cursor.execute(self._sql(interval_sql.CHANGED, before=before))
        found = cursor.rowcount
        if found:
            cursor.execute(self._sql("analyze {changed}"))
        return found

    def drop_incoming(self, cursor: psycopg.Cursor, *, buckets: Sequence[str]) -> None:
        """Forget what came of some buckets, which are read again as a whole."""
        cursor.execute(
            self._sql("delete from {incoming} as t where {scope}", scope=self._of_buckets(buckets))
        )

    def former_lines(self, cursor: psycopg.Cursor, *, columns: Sequence[str]) -> Iterator[str]:
        """Yield the rows in force of the keys that came, each with its number among the rows of its key."""
        yield from self._lines(cursor, interval_sql.FORMER_LINES, columns, came=self._sql(interval_sql.CAME))

    def repeated_keys(self, cursor: psycopg.Cursor) -> Iterator[str]:
        """Yield the keys that came more than once."""
        yield from self._lines(cursor, interval_sql.REPEATED_KEYS, self.key)

    def opening_lines(self, cursor: psycopg.Cursor, *, columns: Sequence[str]) -> Iterator[str]:
        """Yield the rows that ``apply`` opens, each with its number."""
        yield from self._lines(cursor, interval_sql.OPENING_LINES, columns)

    def apply(self, cursor: psycopg.Cursor, *, following: str | None, file_id: str) -> Written:
        """Make the state at the month that which came, for the keys in ``changed``.

        ``following`` is the next later batch, whose state stays as it is. No row is deleted.
        Again: nothing differs any more, so nothing is written.
        """
        bound = {"month": self.month, "following": following, "file_id": file_id}
        if following:
            cursor.execute(self._sql(interval_sql.CONTINUE), bound)
        cursor.execute(self._sql(interval_sql.CLOSE), bound)
        closed = cursor.rowcount
        cursor.execute(self._sql(interval_sql.OPEN), bound)
        return Written(opened=cursor.rowcount, closed=closed)

    def _lines(
        self, cursor: psycopg.Cursor, template: str, columns: Sequence[str], **more: sql.Composable
    ) -> Iterator[str]:
        chosen = interval_sql.listed(sql.SQL("t.{}").format(sql.Identifier(name)) for name in columns)
        with cursor.copy(self._sql(template, chosen=chosen, **more)) as copy:
            for line in copy:
                yield bytes(line).decode().removesuffix("\n")

    def _of_buckets(self, buckets: Sequence[str]) -> sql.Composed:
        first = sql.SQL("right(coalesce(t.{}, ''), {})").format(
            sql.Identifier(self.key[0]), sql.Literal(BUCKET_CHARACTERS)
        )
        return sql.SQL("{} = any({}::text[])").format(first, sql.Literal(list(buckets)))

    def _sql(self, template: str, **more: sql.Composable) -> sql.Composed:
        """Fill a statement: ``t`` is the aliased table whose key or interval is meant."""
        key = [sql.SQL("coalesce(t.{}, {})").format(sql.Identifier(name), _MISSING) for name in self.key]
        parts = interval_sql.parts(self.columns, key) | {
            "target": self.target,
            "incoming": self.incoming,
            "changed": self.changed,
            "in_force": interval_sql.in_force(self.month),
        }
        parts["touched"] = sql.SQL(interval_sql.TOUCHED).format(**parts)
        return sql.SQL(template).format(**(parts | more))

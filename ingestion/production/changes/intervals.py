"""Write the state of a table at a month into a history of rows with month intervals.

A history row is current in the batches of months m with ``_valid_from <= m < _valid_to`` (null = open). Every
boundary is the month of some batch. To set the state at m therefore means: for each key whose rows differ
from those current at m, close the current rows (and reopen them at the next later batch), and open the
incoming ones. The rows of a key are compared as a list in their order: a repeated key counts each occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from fundwatch.queries import one_row
from ingestion.production.changes import interval_sql
from ingestion.production.source.buckets import BUCKET_CHARACTERS

# Replaces a missing key part, so that it equals another missing one; only used to group rows.
_MISSING = sql.SQL("chr(1)")


@dataclass(frozen=True)
class Written:
    """Rows opened (landed) and rows that stopped being current at the month (closed)."""

    opened: int
    closed: int


@dataclass(frozen=True)
class History:
    """A table of text columns with ``_file_id``, ``_row``, ``_valid_from``, ``_valid_to``, as of ``month``.

    ``incoming`` is the temporary table of what was read (the columns and ``_row``, which orders the rows of a
    key), ``changed`` that of the keys that differ.
    """

    target: sql.Composable
    incoming: sql.Composable
    changed: sql.Composable
    columns: Sequence[str]
    key: Sequence[str]
    month: str

    def is_empty(self, cursor: psycopg.Cursor) -> bool:
        """Return whether no row is current."""
        query = self._sql("select not exists (select from {target} as t where {current})")
        return bool(one_row(cursor.execute(query))[0])

    def create_incoming(self, cursor: psycopg.Cursor) -> None:
        """Create the temporary table of incoming rows; it is dropped with the transaction."""
        typed = interval_sql.listed(sql.SQL("{} text").format(sql.Identifier(name)) for name in self.columns)
        cursor.execute(self._sql(interval_sql.INCOMING, typed=typed))

    def holds_incoming(self, cursor: psycopg.Cursor) -> bool:
        """Return whether every incoming row is current, as often as it is incoming."""
        return not one_row(cursor.execute(self._sql(interval_sql.NEW_ROWS)))[0]

    def find_changes(
        self, cursor: psycopg.Cursor, *, everything: bool = False, buckets: Sequence[str] = ()
    ) -> int:
        """Fill ``changed`` with the keys whose current rows are not the incoming ones; return how many.

        Incoming are all rows of the source (``everything``), or else all rows of the incoming keys and of all
        keys in ``buckets``.
        """
        cursor.execute(self._sql("drop table if exists {changed}"))
        scopes: list[sql.Composable] = [sql.SQL("true")]
        if not everything:
            of_bucket = self._of_buckets(buckets)
            of_incoming_keys = self._sql(interval_sql.OF_INCOMING_KEYS)
            scopes = [of_incoming_keys]
            if buckets:
                scopes = [of_bucket, sql.SQL("not ({}) and {}").format(of_bucket, of_incoming_keys)]
        before = sql.SQL("\nunion all\n").join(
            self._sql(interval_sql.IN_SCOPE, scope=scope) for scope in scopes
        )
        cursor.execute(self._sql(interval_sql.CHANGED, before=before))
        changed = cursor.rowcount
        if changed:
            cursor.execute(self._sql("analyze {changed}"))
        return changed

    def drop_incoming(self, cursor: psycopg.Cursor, *, buckets: Sequence[str]) -> None:
        """Delete incoming rows of some buckets, which are read again as a whole."""
        cursor.execute(
            self._sql("delete from {incoming} as t where {scope}", scope=self._of_buckets(buckets))
        )

    def former_lines(self, cursor: psycopg.Cursor, *, columns: Sequence[str]) -> Iterator[str]:
        """Yield the current rows of the incoming keys, each with its number among the rows of its key."""
        of_incoming_keys = self._sql(interval_sql.OF_INCOMING_KEYS)
        yield from self._lines(cursor, interval_sql.FORMER_LINES, columns, of_incoming_keys=of_incoming_keys)

    def repeated_keys(self, cursor: psycopg.Cursor) -> Iterator[str]:
        """Yield the keys that have more than one incoming row."""
        yield from self._lines(cursor, interval_sql.REPEATED_KEYS, self.key)

    def opening_lines(self, cursor: psycopg.Cursor, *, columns: Sequence[str]) -> Iterator[str]:
        """Yield the rows that ``apply`` opens, each with its number."""
        yield from self._lines(cursor, interval_sql.OPENING_LINES, columns)

    def apply(self, cursor: psycopg.Cursor, *, following: str | None, file_id: str) -> Written:
        """Set the state at the month to the incoming rows, for the keys in ``changed``.

        ``following`` is the next later batch, whose state does not change. No row is deleted.
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
            "current": interval_sql.current(self.month),
        }
        parts["affected"] = sql.SQL(interval_sql.AFFECTED).format(**parts)
        return sql.SQL(template).format(**(parts | more))

"""Write the state of a table at a month into a history of rows with month intervals.

A history row is current in the batches of months m with ``_valid_from <= m < _valid_to`` (null = open). Every
boundary is the month of some batch. Setting the state at m therefore means: for each key whose rows differ
from those in force at m, close what was in force at m (keeping it from the next batch on), and open what
came. The rows of a key are compared as a list in their order, so a repeated key counts each occurrence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

# Stands for a missing key part, which must equal another missing one; it only groups, it decides nothing.
_MISSING = sql.SQL("chr(1)")


@dataclass(frozen=True)
class Written:
    """Rows opened (landed) and rows that stopped being current at the month (closed)."""

    opened: int
    closed: int


@dataclass(frozen=True)
class History:
    """A table of text columns with ``_file_id``, ``_row``, ``_valid_from``, ``_valid_to``."""

    target: sql.Composable
    columns: Sequence[str]
    key: Sequence[str]

    def set_state(
        self,
        cursor: psycopg.Cursor,
        *,
        incoming: sql.Composable,
        month: str,
        following: str | None,
        file_id: str,
    ) -> Written:
        """Make the state at ``month`` equal to the rows of ``incoming`` (the columns and ``_row``).

        ``following`` is the next later batch, whose state stays as it is. No row is deleted.
        Again: the same rows for the same month write nothing.
        """
        bound = {"month": month, "following": following, "file_id": file_id}
        cursor.execute(self._sql("select exists (select from {target} as t where {in_force})"), bound)
        if not cursor.fetchone()[0]:
            return Written(opened=self._open(cursor, incoming, bound, changed=False), closed=0)
        cursor.execute(self._sql(_CHANGED, incoming=incoming), bound)
        if cursor.rowcount == 0:
            cursor.execute("drop table changed_keys")
            return Written(opened=0, closed=0)
        cursor.execute("analyze changed_keys")
        if following:
            cursor.execute(self._sql(_CONTINUE), bound)
        cursor.execute(self._sql(_CLOSE), bound)
        closed = cursor.rowcount
        opened = self._open(cursor, incoming, bound, changed=True)
        cursor.execute("drop table changed_keys")
        return Written(opened=opened, closed=closed)

    def _open(self, cursor: psycopg.Cursor, incoming: sql.Composable, bound: dict, *, changed: bool) -> int:
        condition = self._sql("where {touched}") if changed else sql.SQL("")
        cursor.execute(self._sql(_OPEN, incoming=incoming, condition=condition), bound)
        return cursor.rowcount

    def _sql(self, template: str, **more: sql.Composable) -> sql.Composed:
        """Fill a statement: ``t`` is the aliased table whose key or interval is meant."""
        names = [sql.Identifier(name) for name in self.columns]
        key = [sql.SQL("coalesce(t.{}, {})").format(sql.Identifier(name), _MISSING) for name in self.key]
        aliases = [sql.Identifier(f"_key{number}") for number in range(len(key))]
        parts = {
            "target": self.target,
            "columns": _listed(names),
            "t_columns": _listed(sql.SQL("t.{}").format(name) for name in names),
            "before": _listed(sql.SQL("before.{}").format(name) for name in names),
            "after": _listed(sql.SQL("after.{}").format(name) for name in names),
            "key": _listed(key),
            "keys": _listed(sql.SQL("{} as {}").format(*pair) for pair in zip(key, aliases, strict=True)),
            "either": _listed(
                sql.SQL("coalesce(before.{0}, after.{0}) as {0}").format(alias) for alias in aliases
            ),
            "same_key": sql.SQL(" and ").join(
                sql.SQL("before.{0} = after.{0}").format(alias) for alias in aliases
            ),
            "touched": sql.SQL("exists (select from changed_keys as c where ({}) = ({}))").format(
                _listed(key), _listed(sql.SQL("c.{}").format(alias) for alias in aliases)
            ),
            "in_force": _IN_FORCE,
        }
        return sql.SQL(template).format(**parts, **more)


_IN_FORCE = sql.SQL("t._valid_from <= %(month)s and (t._valid_to is null or t._valid_to > %(month)s)")

# Keys with an occurrence that is new, gone or different.
_CHANGED = """
create temporary table changed_keys on commit drop as
with before as (
    select {keys}, row_number() over (partition by {key} order by t._row) as _occurrence, {t_columns}
    from {target} as t
    where {in_force}
),
after as (
    select {keys}, row_number() over (partition by {key} order by t._row) as _occurrence, {t_columns}
    from {incoming} as t
)
select distinct {either}
from before
full join after on {same_key} and before._occurrence = after._occurrence
where before._occurrence is null
    or after._occurrence is null
    or row({before}) is distinct from row({after})
"""

# What was in force before this month and still is at the next batch continues there as a copy.
_CONTINUE = """
insert into {target} ({columns}, _file_id, _row, _valid_from, _valid_to)
select {t_columns}, t._file_id, t._row, %(following)s, t._valid_to
from {target} as t
where {in_force}
    and t._valid_from < %(month)s
    and (t._valid_to is null or t._valid_to > %(following)s)
    and {touched}
"""

# What began this month and still is in force at the next batch begins there instead; all else ends here.
_CLOSE = """
update {target} as t
set
    _valid_from = case when {begins_later} then %(following)s else t._valid_from end,
    _valid_to = case when {begins_later} then t._valid_to else %(month)s end
where {in_force} and {touched}
""".replace(
    "{begins_later}",
    "t._valid_from = %(month)s and %(following)s::text is not null"
    " and (t._valid_to is null or t._valid_to > %(following)s)",
)

_OPEN = """
insert into {target} ({columns}, _file_id, _row, _valid_from, _valid_to)
select {t_columns}, %(file_id)s, t._row, %(month)s, %(following)s
from {incoming} as t
{condition}
order by t._row
"""


def _listed(parts) -> sql.Composed:
    return sql.SQL(", ").join(parts)

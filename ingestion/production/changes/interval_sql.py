"""The SQL statements of a history of rows with month intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg import sql

_BEGINS_LATER = (
    "t._valid_from = %(month)s and %(following)s::text is not null"
    " and (t._valid_to is null or t._valid_to > %(following)s)"
)


def listed(parts: Iterable[sql.Composable]) -> sql.Composed:
    """Return the parts separated by commas."""
    return sql.SQL(", ").join(parts)


def current(month: str) -> sql.Composed:
    """Return the condition that a row of ``t`` is current in the batch of a month."""
    return sql.SQL("t._valid_from <= {0} and (t._valid_to is null or t._valid_to > {0})").format(
        sql.Literal(month)
    )


def parts(columns: Sequence[str], key: Sequence[sql.Composable]) -> dict[str, sql.Composable]:
    """Return the placeholders for a table's columns and its key, whose parts are never null."""
    names = [sql.Identifier(name) for name in columns]
    aliases = [sql.Identifier(f"_key{number}") for number in range(len(key))]
    pairs = list(zip(key, aliases, strict=True))
    return {
        "columns": listed(names),
        "t_columns": listed(sql.SQL("t.{}").format(name) for name in names),
        "before_columns": listed(sql.SQL("before.{}").format(name) for name in names),
        "after_columns": listed(sql.SQL("after.{}").format(name) for name in names),
        "key": listed(key),
        "key_order": listed(sql.SQL('{} collate "C"').format(part) for part in key),
        "keys": listed(sql.SQL("{} as {}").format(*pair) for pair in pairs),
        "either": listed(sql.SQL("coalesce(before.{0}, after.{0}) as {0}").format(name) for name in aliases),
        "same_key": sql.SQL(" and ").join(sql.SQL("before.{0} = after.{0}").format(name) for name in aliases),
        "t_keys": listed(sql.SQL("t.{}").format(name) for name in aliases),
        "c_key": listed(sql.SQL("c.{}").format(name) for name in aliases),
        "begins_later": sql.SQL(_BEGINS_LATER),
    }


INCOMING = "create temporary table {incoming} ({typed}, _row bigint) on commit drop"

# Whether an incoming row is not current, or not as often.
NEW_ROWS = """
select exists (
    select {t_columns} from {incoming} as t
    except all
    select {t_columns} from {target} as t
    where {current}
        and ({key}) in (select {key} from {incoming} as t)
)
"""

AFFECTED = "exists (select from {changed} as c where ({key}) = ({c_key}))"
OF_INCOMING_KEYS = "({key}) in (select {key} from {incoming} as t)"

IN_SCOPE = """
select {keys}, t._row, {t_columns}
from {target} as t
where {current} and {scope}
"""

# Keys with an occurrence that is new, gone or different.
CHANGED = """
create temporary table {changed} on commit drop as
with scoped as (
    {before}
),
before as (
    select {t_keys}, row_number() over (partition by {t_keys} order by t._row) as _occurrence, {t_columns}
    from scoped as t
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
    or row({before_columns}) is distinct from row({after_columns})
"""

# Current rows of the incoming keys, each with its number among the rows of its key.
FORMER_LINES = """
copy (
    select {chosen}, row_number() over (partition by {key} order by t._row)
    from {target} as t
    where {current} and {of_incoming_keys}
) to stdout
"""

REPEATED_KEYS = """
copy (
    select {chosen} from {incoming} as t group by {chosen} having count(*) > 1
) to stdout
"""

OPENING_LINES = """
copy (
    select {chosen}, row_number() over (order by {key_order}, t._row) as _number
    from {incoming} as t
    where {affected}
    order by _number
) to stdout
"""

# A row that is current before this month and at the next batch is reopened at that batch, as a copy.
CONTINUE = """
insert into {target} ({columns}, _file_id, _row, _valid_from, _valid_to)
select {t_columns}, t._file_id, t._row, %(following)s, t._valid_to
from {target} as t
where {current}
    and t._valid_from < %(month)s
    and (t._valid_to is null or t._valid_to > %(following)s)
    and {affected}
"""

# A row that began this month and is current at the next batch begins there instead; all others end here.
CLOSE = """
update {target} as t
set
    _valid_from = case when {begins_later} then %(following)s else t._valid_from end,
    _valid_to = case when {begins_later} then t._valid_to else %(month)s end
where {current} and {affected}
"""

# A row's number is its place among the opened rows, in an order that depends on these rows alone.
OPEN = """
insert into {target} ({columns}, _file_id, _row, _valid_from, _valid_to)
select
    {t_columns},
    %(file_id)s,
    row_number() over (order by {key_order}, t._row) as _number,
    %(month)s,
    %(following)s
from {incoming} as t
where {affected}
order by _number
"""

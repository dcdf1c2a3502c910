"""The statements behind a history of rows with month intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg import sql

_BEGINS_LATER = (
    "t._valid_from = %(month)s and %(following)s::text is not null"
    " and (t._valid_to is null or t._valid_to > %(following)s)"
)


def listed(parts: Iterable[sql.Composable]) -> sql.Composed:
    """Return the parts with commas between them."""
    return sql.SQL(", ").join(parts)


def in_force(month: str) -> sql.Composed:
    """Return the condition that a row of ``t`` is current in the batch of a month."""
    return sql.SQL("t._valid_from <= {0} and (t._valid_to is null or t._valid_to > {0})").format(
        sql.Literal(month)
    )


def parts(columns: Sequence[str], key: Sequence[sql.Composable]) -> dict[str, sql.Composable]:
    """Return what the statements say of a table's columns and of its key, whose parts are never null."""
    names = [sql.Identifier(name) for name in columns]
    aliases = [sql.Identifier(f"_key{number}") for number in range(len(key))]
    pairs = list(zip(key, aliases, strict=True))
    return {
        "columns": listed(names),
        "t_columns": listed(sql.SQL("t.{}").format(name) for name in names),
        "before_columns": listed(sql.SQL("before.{}").format(name) for name in names),
        "after_columns": listed(sql.SQL("after.{}").format(name) for name in names),
        "key": listed(key),
        "key_order": listed(sql.SQL('{} collate "C"').format(one) for one in key),
        "keys": listed(sql.SQL("{} as {}").format(*pair) for pair in pairs),
        "either": listed(sql.SQL("coalesce(before.{0}, after.{0}) as {0}").format(one) for one in aliases),
        "same_key": sql.SQL(" and ").join(sql.SQL("before.{0} = after.{0}").format(one) for one in aliases),
        "t_keys": listed(sql.SQL("t.{}").format(one) for one in aliases),
        "c_key": listed(sql.SQL("c.{}").format(one) for one in aliases),
        "begins_later": sql.SQL(_BEGINS_LATER),
    }


INCOMING = "create temporary table {incoming} ({typed}, _row bigint) on commit drop"

# Whether something came that is not in force, or not as often.
NEW_ROWS = """
select exists (
    select {t_columns} from {incoming} as t
    except all
    select {t_columns} from {target} as t
    where {in_force}
        and ({key}) in (select {key} from {incoming} as t)
)
"""

TOUCHED = "exists (select from {changed} as c where ({key}) = ({c_key}))"
CAME = "({key}) in (select {key} from {incoming} as t)"

IN_SCOPE = """
select {keys}, t._row, {t_columns}
from {target} as t
where {in_force} and {scope}
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

# Rows in force of the keys that came, each with its number among the rows of its key.
FORMER_LINES = """
copy (
    select {chosen}, row_number() over (partition by {key} order by t._row)
    from {target} as t
    where {in_force} and {came}
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
    where {touched}
    order by _number
) to stdout
"""

# What was in force before this month and still is at the next batch continues there as a copy.
CONTINUE = """
insert into {target} ({columns}, _file_id, _row, _valid_from, _valid_to)
select {t_columns}, t._file_id, t._row, %(following)s, t._valid_to
from {target} as t
where {in_force}
    and t._valid_from < %(month)s
    and (t._valid_to is null or t._valid_to > %(following)s)
    and {touched}
"""

# What began this month and still is in force at the next batch begins there instead; all else ends here.
CLOSE = """
update {target} as t
set
    _valid_from = case when {begins_later} then %(following)s else t._valid_from end,
    _valid_to = case when {begins_later} then t._valid_to else %(month)s end
where {in_force} and {touched}
"""

# A row's number is its place among those that are opened, in an order that depends on them alone.
OPEN = """
insert into {target} ({columns}, _file_id, _row, _valid_from, _valid_to)
select
    {t_columns},
    %(file_id)s,
    row_number() over (order by {key_order}, t._row) as _number,
    %(month)s,
    %(following)s
from {incoming} as t
where {touched}
order by _number
"""

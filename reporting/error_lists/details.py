"""What a clerk needs to find and correct a failing row: whose it is, what stands there, what should.

``issue_details`` is a temporary table of one transaction: a row per issue of a month's list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

import psycopg

from fundwatch.catalogue import TABLES, Table
from reporting.error_lists.wanted import wanted_by

_CREATE = """
create temporary table issue_details (
    issue_id text primary key,
    person text,
    employer text,
    name text,
    parts integer[],
    cells text[],
    wanted text[]
) on commit drop
"""


def collect(connection: psycopg.Connection, *, month: str) -> None:
    """Fill ``issue_details`` for the issues of a month's list; it is dropped when the caller commits.

    Source: quality.rectification; landing.production__*; the prepared rows the month was measured by. Where
            these are of another month, nothing is said of names and of what should stand in a cell.
    Shape:  ``parts``: which parts of the rule the row breaks, by their place; ``cells``: the values of the
            rule's columns as landed; ``wanted``: the values of what should stand there, of all parts.
    """
    connection.execute("set local enable_nestloop = off")
    connection.execute(_CREATE)
    measured = connection.execute("select month from quality.standing").fetchone()
    is_prepared = measured is not None and measured[0] == month
    rules: dict[str, list[str]] = {}
    for table, rule_id in connection.execute(
        "select distinct table_name, rule_id from quality.rectification where month = %s order by 1, 2",
        (month,),
    ):
        rules.setdefault(table, []).append(rule_id)
    for table, rule_ids in rules.items():
        if table in TABLES:
            _collect(connection, TABLES[table], rule_ids, month=month, is_prepared=is_prepared)
    connection.execute("analyze issue_details")
    if is_prepared:
        for statement in _NAMES:
            connection.execute(statement)
    connection.execute("set local enable_nestloop = on")


@cache
def columns_of(rule_id: str) -> tuple[str, ...]:
    """Return the columns of a rule's cells, each once, in the order they are shown."""
    return tuple(dict.fromkeys(column for part in wanted_by(rule_id) for column in part.columns))


def _collect(
    connection: psycopg.Connection, table: Table, rule_ids: Sequence[str], *, month: str, is_prepared: bool
) -> None:
    has_entitlement = table.column("AAC001") is None and table.column("AAZ257") is not None
    joins, person = "", "landed.aac001" if table.column("AAC001") else "null"
    employer = "landed.aab001" if table.column("AAB001") else "null"
    if is_prepared:
        joins = f"left join quality.measuring_{table.name.lower()} as prepared using (_file_id, _row)"
        if has_entitlement:
            joins += (
                "\nleft join quality.measuring_entitlements as entitlement"
                " on entitlement.aaz257 = landed.aaz257"
            )
            person = "entitlement.person"
    connection.execute(
        "insert into issue_details (issue_id, person, employer, parts, cells, wanted)\n"
        f"select listed.issue_id, btrim({person}), btrim({employer}),\n"
        f"    {_by_rule(rule_ids, _broken) if is_prepared else 'null'},\n"
        f"    {_by_rule(rule_ids, _cells)},\n"
        f"    {_by_rule(rule_ids, _values) if is_prepared else 'null'}\n"
        "from (\n"
        "    select issue_id, rule_id, source_file_id as _file_id, source_row as _row\n"
        "    from quality.rectification where month = %(month)s and table_name = %(table)s\n"
        ") as listed\n"
        "left join (\n"
        f"    select distinct on (_file_id, _row) * from {table.landing}\n"
        "    where (_file_id, _row) in (\n"
        "        select source_file_id, source_row from quality.rectification\n"
        "        where month = %(month)s and table_name = %(table)s\n"
        "    )\n"
        "    order by _file_id, _row\n"
        f") as landed using (_file_id, _row)\n{joins}",
        {"month": month, "table": table.name},
    )


def _by_rule(rule_ids: Iterable[str], of: Callable[[str], str]) -> str:
    """Return the expression that gives for a row what its rule asks for."""
    cases = [f"when '{rule_id}' then {of(rule_id)}" for rule_id in rule_ids if wanted_by(rule_id)]
    return f"case listed.rule_id {' '.join(cases)} end" if cases else "null"


def _broken(rule_id: str) -> str:
    places = [f"case when {part.when} then {place} end" for place, part in enumerate(wanted_by(rule_id))]
    return f"array_remove({_array(places, 'integer')}, null)"


def _cells(rule_id: str) -> str:
    return _array((f"landed.{column.lower()}" for column in columns_of(rule_id)), "text")


def _values(rule_id: str) -> str:
    return _array((value for part in wanted_by(rule_id) for value in part.values), "text")


def _array(expressions: Iterable[str], type_: str) -> str:
    return f"array[{', '.join(expressions)}]::{type_}[]"


# The name of the last landed row of a key; a person in no AC01, an employer in no AB01 has none.
_NAMES = tuple(
    f"""
update issue_details as details set name = named.name
from (
    select distinct on ({key}) {key} as key, {name} as name
    from quality.measuring_{table}
    where {key} in (select {subject} from issue_details where {condition})
    order by {key}, _file_id collate "C" desc, _row desc
) as named
where {condition} and named.key = details.{subject}
"""
    for table, key, name, subject, condition in (
        ("ac01", "aac001", "aac003", "person", "true"),
        ("ab01", "aab001", "aab004", "employer", "person is null"),
    )
)  # fmt: skip

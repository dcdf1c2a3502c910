"""The statements behind each measure as the database keeps them, for who may trace without this program.

A statement of ``rows.py`` is written for one scope. Kept are those of stand-ins for month and months around
it, with parameters in their places: one for each way a scheme and a breakdown have of being written.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from reporting.tracing.rows import counts_persons, measures, rows_behind
from reporting.tracing.scope import ALL, RETIRED_BY, Scope

# A month that stands for the one asked, with its January and the month before it all different.
_MONTH, _JANUARY, _BEFORE = "1111-11", "1111-01", "1111-10"
_PARAMETERS = {
    f"date '{_MONTH}-01'": "to_date($1, 'YYYY-MM')",
    f"date '{_BEFORE}-01'": "to_date($3, 'YYYY-MM')",
    f"'{_MONTH}'": "$1",
    f"'{_JANUARY}'": "$2",
    f"'{_BEFORE}'": "$3",
    "%(divisions)s": "$4::text[]",
    "%(scheme)s": "$5",
    "%(kind)s": "$6",
    "%(band)s": "$7",
}
# Any scheme in which nobody is retired is written as this one.
OTHER = "other"
_BREAKDOWNS = {"none": "", "kind": "kind=01", "band": "sex=1;age=20-24"}


def kept_statements() -> Iterator[tuple[str, str, str, bool, str]]:
    """Yield measure, scheme (or ``other``), breakdown (none, kind, band), whether persons count, statement.

    Parameters: $1 month, $2 the first month (January for a figure of the year to date), $3 the month before,
    $4 divisions, $5 scheme, $6 kind, $7 breakdown by sex and age.
    """
    for measure in measures():
        for scheme in (ALL, *RETIRED_BY, OTHER):
            for name, breakdown in _BREAKDOWNS.items():
                scope = Scope(_MONTH, scheme, ("any",), breakdown, since_january=True)
                yield measure, scheme, name, counts_persons(measure), _parameterised(measure, scope)


def store(warehouse: Warehouse) -> int:
    """Keep the statements in ops.trace_statements; return how many are new or another.

    Again: nothing to do, until the statements change.
    """
    rows = [list(column) for column in zip(*kept_statements(), strict=True)]
    with warehouse.connect() as connection:
        return connection.execute(_STORE, rows).rowcount


def _parameterised(measure: str, scope: Scope) -> str:
    statement = rows_behind(measure, scope)
    for written, parameter in _PARAMETERS.items():
        statement = statement.replace(written, parameter)
    if "1111" in statement or "%(" in statement:
        raise ValueError(f"the statement of {measure} writes a month or a parameter in another way")
    return statement


_STORE = sql.SQL("""
insert into ops.trace_statements as held (measure, scheme, breakdown, counts_persons, statement)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[])
on conflict (measure, scheme, breakdown) do update
set counts_persons = excluded.counts_persons, statement = excluded.statement
where row(held.counts_persons, held.statement) is distinct from
    row(excluded.counts_persons, excluded.statement)
""")

"""The prepared relation of a table: every landed row of the batch, cleaned, typed, joined and checked.

``quality.measuring_<table>``: the scan by division and Great Expectations both read it; it is cached, and the
next measurement refreshes it incrementally (``expectations.prepared.refresh``).
Grain: one row per landed row (every occurrence of a key).
Columns: ``_file_id``, ``_row``, ``county`` (null: counted in the city row alone), ``has_own_division``, the
key and its hash, ``filled_cells``, ``applying_cells``, ``valid_columns`` (a bit per
required column), ``rounded_amounts``, ``coded_cells``, ``matched_cells``, the columns the table's rules use,
and their results: a bit per rule in ``checked`` and in ``failed``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import psycopg

from expectations.reference.facts import DIVISIONS, EMPLOYERS, PERSONS, cells, joined_codes
from expectations.reference.lookups import facts_used_by
from expectations.rules import facts_of, places_of, rules_of
from expectations.rules.declaration import Facts, Stage
from expectations.rules.shorthand import UNREADABLE
from expectations.sql import FENCE, holds_value, is_rounded, landed
from fundwatch.catalogue import TABLES, Table


def relation_of(table: str) -> str:
    """Return the name of a table's prepared relation, without its schema."""
    return f"measuring_{table.lower()}"


def prepared_query(table: str, *, coded: Sequence[str], month: str, only: str = "true") -> str:
    """Return the query of the prepared rows of the batch of ``month``; codes and facts must be built.

    ``coded`` are the coded columns at this site, ``only`` an SQL condition on the rows as landed.
    """
    chosen, facts = TABLES[table], facts_of(table)
    query = cells(table, _columns_to_read(chosen, facts, coded), month, only)
    for stage in (_locating(chosen, (*coded, *facts.codes)), *facts.stages):
        query = _staged(query, stage)
    query = _staged(query, _judging_cells(chosen, facts))
    counted = _counted(query, chosen, facts, coded)
    return f"select prepared.*,\n    {masks(table, month)}\nfrom ({counted}\n{FENCE}) as prepared"


def index_keys(connection: psycopg.Connection, relation: str) -> None:
    """Index a prepared relation by the hash of the key."""
    connection.execute(f"create index on {relation} (key_hash); analyze {relation} (key_hash)")


def key_hash_of_landed(table: Table) -> str:
    """Return the expression of a landed row's ``key_hash``."""
    return _key_hash([landed(table[name]) for name in table.key])


def key_text(key: Iterable[str]) -> str:
    """Return the expression of a key as one text; keys with the same text share issues and a hash."""
    return f"array_to_string(array[{', '.join(key)}], '|', '')"


def _key_hash(key: Iterable[str]) -> str:
    return f"hashtextextended({key_text(key)}, 0)"


def masks(table: str, month: str) -> str:
    """Return the columns ``checked`` and ``failed``: a bit per rule, by its place among the table's rules."""
    places = places_of(table)
    rules = [(rule, 1 << places[rule.rule_id]) for rule in rules_of(table, month)]
    checked = [f"case when {rule.applies_sql()} then {bit} else 0 end" for rule, bit in rules]
    failed = [f"case when {rule.fails_sql()} then {bit} else 0 end" for rule, bit in rules]
    return f"{' + '.join(checked) or '0'} as checked,\n    {' + '.join(failed) or '0'} as failed"


def drop_all(connection: psycopg.Connection, *, besides: Iterable[str] = ()) -> None:
    """Drop every cached and every temporary relation, a killed measurement's included."""
    _drop(connection, "^(measuring|tmp)_", besides=frozenset(besides))


def drop_temporary(connection: psycopg.Connection) -> None:
    """Drop the relations of one refresh, which the next measurement does not use."""
    _drop(connection, "^tmp_", besides=frozenset())


def _drop(connection: psycopg.Connection, pattern: str, *, besides: Collection[str]) -> None:
    rows = connection.execute(
        "select tablename from pg_tables where schemaname = 'quality' and tablename ~ %s", (pattern,)
    ).fetchall()
    for (name,) in rows:
        if f"quality.{name}" not in besides:
            connection.execute(f"drop table quality.{name}")


def _columns_to_read(table: Table, facts: Facts, coded: Sequence[str]) -> list[str]:
    """List the catalogue columns a measurement reads, in catalogue order."""
    names = {*table.required, *table.key, *coded, *facts.cells, *facts.codes}
    locating = {"AAB301", "AAC001", "AAB001"}
    return [column.name for column in table.columns if column.name in names | locating]


def _staged(query: str, stage: Stage) -> str:
    """Return a subquery that adds a stage's columns; the fence keeps them from being computed twice."""
    added = ",\n    ".join(f"{expression} as {name}" for name, expression in stage.columns.items())
    return f"(select cells.*,\n    {added}\nfrom {query} as cells\n{stage.joins}\n{FENCE})"


def _locating(table: Table, coded: Iterable[str]) -> Stage:
    """Return the stage that finds codes, county, person and employer of a row."""
    joins, places = [joined_codes(tuple(dict.fromkeys(coded)))], []
    columns = {f"{name.lower()}_code": f"{name.lower()}_code.standard" for name in coded}
    columns["has_own_division"] = "cells.aab301 is not null" if table.has_division else "false"
    if table.has_division:
        joins.append(f"left join {DIVISIONS} as division on division.written = cells.aab301")
        places.append(
            "when cells.aab301 is not null"
            " then case when division.level = 'county' then division.division end"
        )
    if table.column("AAC001"):
        joins.append(f"left join {PERSONS} as person on person.aac001 = cells.aac001")
        columns["is_person_known"] = "case when cells.aac001 is not null then person.aac001 is not null end"
        places.append("when person.has_division then person.county")
    if table.column("AAB001"):
        joins.append(f"left join {EMPLOYERS} as employer on employer.aab001 = cells.aab001")
        columns["is_employer_known"] = "employer.aab001 is not null"
        places.append("when employer.has_division then employer.county")
    columns["county"] = f"case {' '.join(places)} end" if places else "null::text"
    return Stage(columns, "\n".join(joins))


def _judging_cells(table: Table, facts: Facts) -> Stage:
    """Return the stage that says of the cells which hold a value, are rounded, or do not parse."""
    amounts = [name.lower() for name in facts.typed if table[name].kind == "amount"]
    columns = {
        "valid_columns": _valid_columns(table),
        "rounded_amounts": " + ".join(f"({is_rounded(name)})::integer" for name in amounts) or "0",
    }
    if facts.typed:
        columns[UNREADABLE] = " + ".join(
            f"({name.lower()} is not null and {typed} is null)::integer"
            for name, typed in facts.typed.items()
        )
        columns["unreadable_required"] = " + ".join(
            f"({holds_value(table[name])} and {typed} is null)::integer"
            for name, typed in facts.typed.items()
            if table[name].required
        )
    return Stage(columns)


def _valid_columns(table: Table) -> str:
    """Return the expression of a bit per required column that holds a value."""
    return " + ".join(
        f"{holds_value(table[name])}::integer * {1 << place}" for place, name in enumerate(table.required)
    )


def _counted(query: str, table: Table, facts: Facts, coded: Sequence[str]) -> str:
    """Return the final query: provenance, division, key, counts of cells, and the columns the rules use."""
    conditional = [
        (f"(({condition}) is true)", holds_value(table[name]))
        for name, condition in facts.conditional_cells.items()
    ]
    unreadable = " - unreadable_required" if facts.typed else ""
    filled = [f"bit_count(valid_columns::bit(32))::integer{unreadable}"]
    filled += [f"({applies} and {holds})::integer" for applies, holds in conditional]
    applying = [str(len(table.required)), *(f"{applies}::integer" for applies, _ in conditional)]
    names = [name.lower() for name in coded]
    present = [f"({name} is not null)::integer" for name in names]
    matched = [f"({name}_code is not null)::integer" for name in names]
    key = [name.lower() for name in table.key]
    # Lookup columns are included, so that the rows of a changed fact can be found.
    looked_up = (fact.column for fact in facts_used_by(query))
    others = [name for name in dict.fromkeys((*facts.keep, *looked_up)) if name not in key]
    others += [UNREADABLE] if facts.typed else []
    return (
        f"select _file_id, _row, county, has_own_division, {', '.join((*key, *others))},\n"
        f"    {_key_hash(key)} as key_hash,\n"
        f"    {' + '.join(filled)} as filled_cells,\n"
        f"    {' + '.join(applying)} as applying_cells,\n"
        "    valid_columns, rounded_amounts,\n"
        f"    {' + '.join(present) or '0'} as coded_cells,\n"
        f"    {' + '.join(matched) or '0'} as matched_cells\n"
        f"from {query} as cells"
    )

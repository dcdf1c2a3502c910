"""The one scan of a prepared relation: counts of cells, rows and rules by county.

Every prepared row carries its rule results (bits of ``checked`` and ``failed``) and a hash of its key. So the
scan sums small integers, and repeated keys are looked for only among repeated hashes.
"""

from __future__ import annotations

import psycopg
from psycopg.rows import dict_row

from expectations.prepared.tallies import WHOLE, Tally
from expectations.rules import places_of
from fundwatch.catalogue import TABLES

# Enough to hash the keys of ten million rows without writing to disk.
_WORK_MEM = "set local work_mem = '256MB'"


def tally(connection: psycopg.Connection, *, table: str, relation: str) -> Tally:
    """Count the rows of a prepared relation, or of a subquery with its columns, by county.

    Shape: county (empty text: none) -> count -> number; ``valid_columns`` is the union of bits.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_query(table, relation)).fetchall()
    return {row["county"] or "": {name: row[name] for name in row if name != "county"} for row in rows}


def add_repeats(connection: psycopg.Connection, counts: Tally, *, table: str, relation: str) -> None:
    """Add the number of rows of a relation that repeat a key, by county and over the whole relation."""
    connection.execute(_WORK_MEM)
    key = ", ".join(name.lower() for name in TABLES[table].key)
    rows = connection.execute(
        f"with hashes as (select key_hash from {relation} group by key_hash having count(*) > 1),\n"
        f"groups as (\n    select coalesce(county, '') as county, {key}, count(*) as occurrences\n"
        f"    from {relation} where key_hash in (select key_hash from hashes)\n"
        f"    group by coalesce(county, ''), {key}\n)\n"
        "select county, sum(occurrences - 1)::bigint from groups group by county\n"
        f"union all select '{WHOLE}', coalesce(sum(occurrences - 1), 0)::bigint\n"
        f"from (select sum(occurrences) as occurrences from groups group by {key}) as every"
    )
    for county, repeated in rows:
        counts.setdefault(county, {})["repeated_rows"] = repeated


def add_persons(connection: psycopg.Connection, counts: Tally, *, relation: str) -> None:
    """Add distinct persons, those with a valid number, and distinct numbers, by county and in total."""
    connection.execute(_WORK_MEM)
    numbered = "filter (where aac001 is not null and identity_18 is not null)"
    rows = connection.execute(
        f"select case when grouping(county) = 1 then '{WHOLE}' else coalesce(county, '') end,\n"
        f"count(distinct aac001), count(distinct aac001) {numbered}, count(distinct identity_18) {numbered}\n"
        f"from {relation} group by grouping sets ((county), ())"
    )
    for county, persons, numbered_persons, numbers in rows:
        counts.setdefault(county, {}).update(
            persons=persons, numbered_persons=numbered_persons, distinct_numbers=numbers
        )


def add_valid_columns(connection: psycopg.Connection, counts: Tally, *, relation: str) -> None:
    """Set which columns hold a value, by county, from the rows of a relation."""
    for numbers in counts.values():
        numbers.pop("valid_columns", None)
    rows = connection.execute(
        f"select coalesce(county, ''), bit_or(valid_columns) from {relation} group by county"
    )
    for county, bits in rows:
        counts.setdefault(county, {})["valid_columns"] = bits


def _query(table: str, relation: str) -> str:
    rule_counts = "".join(
        f",\n    count(*) filter (where {what} & {1 << place} <> 0) as {what}_{place}"
        for place in places_of(table).values()
        for what in ("checked", "failed")
    )
    return f"""
select
    county,
    count(*) as rows,
    count(*) filter (where has_own_division) as own_division_rows,
    coalesce(sum(filled_cells), 0) as filled_cells,
    coalesce(sum(applying_cells), 0) as applying_cells,
    coalesce(sum(coded_cells), 0) as coded_cells,
    coalesce(sum(matched_cells), 0) as matched_cells,
    coalesce(sum(rounded_amounts), 0) as rounded_amounts,
    count(*) filter (where failed <> 0) as anomalous_rows,
    coalesce(bit_or(valid_columns), 0) as valid_columns{rule_counts}
from {relation}
group by county
"""

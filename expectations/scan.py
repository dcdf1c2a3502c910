"""The one scan of a prepared table: counts of cells, rows and rules by division."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import psycopg

from expectations.prepared import relation_of
from expectations.rules.declaration import Rule
from expectations.sql import FENCE
from fundwatch.catalogue import TABLES


@dataclass(frozen=True)
class RuleCount:
    """Rows a rule was judged for, and rows it failed."""

    checked: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Counts:
    """What the scan found of one table in one division."""

    rows: int = 0
    own_division_rows: int = 0
    filled_cells: int = 0
    applying_cells: int = 0
    coded_cells: int = 0
    matched_cells: int = 0
    anomalous_rows: int = 0
    valid_columns: int = 0
    distinct_keys: int = 0
    persons: int = 0
    numbered_persons: int = 0
    distinct_numbers: int = 0
    rules: tuple[RuleCount, ...] = ()


def scan(
    connection: psycopg.Connection, *, table: str, rules: Sequence[Rule], city: str
) -> dict[str, Counts]:
    """Count a prepared table by division.

    Shape: division -> counts, for every county with rows and for the city, whose counts are those of the
           whole table; ``rules`` in the order given.
    """
    cursor = connection.execute(_statement(table, rules))
    names = [column.name for column in cursor.description]
    found: dict[str | None, dict[str, int]] = {}
    for county, *values in cursor:
        found[county] = dict(zip(names[1:], values, strict=True))
    distinct = _distinct(connection, table)
    divisions = {county: _counts(found[county], distinct[county], rules) for county in found if county}
    divisions[city] = _counts(_total(found.values(), names[1:]), distinct.get("", {}), rules)
    return divisions


def _statement(table: str, rules: Sequence[Rule]) -> str:
    judged = "".join(
        f",\n    {rule.applies_sql()} as checked_{place},\n    {rule.fails_sql()} as failed_{place}"
        for place, rule in enumerate(rules)
    )
    counted = "".join(
        f",\n    count(*) filter (where {what}_{place}) as {what}_{place}"
        for place in range(len(rules))
        for what in ("checked", "failed")
    )
    broken = " or ".join(f"failed_{place}" for place in range(len(rules))) or "false"
    return f"""
select
    county,
    count(*) as rows,
    count(*) filter (where has_own_division) as own_division_rows,
    coalesce(sum(filled_cells), 0)::bigint as filled_cells,
    coalesce(sum(applying_cells), 0)::bigint as applying_cells,
    coalesce(sum(coded_cells), 0)::bigint as coded_cells,
    coalesce(sum(matched_cells), 0)::bigint as matched_cells,
    count(*) filter (where {broken}) as anomalous_rows,
    coalesce(bit_or(valid_columns), 0) as valid_columns{counted}
from (
    select county, has_own_division, filled_cells, applying_cells, coded_cells, matched_cells,
    valid_columns{judged}
    from quality.{relation_of(table)}
    {FENCE}
) as judged
group by county
"""


def _distinct(connection: psycopg.Connection, table: str) -> dict[str | None, dict[str, int]]:
    """Count distinct keys (and for persons, numbers) by county; the whole table is under the empty text."""
    key = ", ".join(name.lower() for name in TABLES[table].key)
    relation = f"quality.{relation_of(table)}"
    rows = connection.execute(
        f"with keys as (select county, {key} from {relation} group by county, {key})\n"
        "select county, count(*) from keys group by county\n"
        f"union all select '', count(*) from (select distinct {key} from keys) as every"
    )
    found: dict[str | None, dict[str, int]] = {county: {"distinct_keys": count} for county, count in rows}
    if table == "AC01":
        numbered = "filter (where aac001 is not null and identity_18 is not null)"
        people = connection.execute(
            f"select case when grouping(county) = 1 then '' else county end, count(distinct aac001),\n"
            f"count(distinct aac001) {numbered}, count(distinct identity_18) {numbered}\n"
            f"from {relation} group by grouping sets ((county), ())"
        )
        names = ("persons", "numbered_persons", "distinct_numbers")
        for county, *values in people:
            found.setdefault(county, {}).update(zip(names, values, strict=True))
    return found


def _total(found, names: Sequence[str]) -> dict[str, int]:
    """Add the counties and the rows without one up to the whole table."""
    total = dict.fromkeys(names, 0)
    for counts in found:
        for name, value in counts.items():
            total[name] = total[name] | value if name == "valid_columns" else total[name] + value
    return total


def _counts(values: dict[str, int], distinct: dict[str, int], rules: Sequence[Rule]) -> Counts:
    known = {field.name for field in fields(Counts)}
    return Counts(
        **{name: value for name, value in values.items() if name in known},
        **distinct,
        rules=tuple(
            RuleCount(checked=values[f"checked_{place}"], failed=values[f"failed_{place}"])
            for place in range(len(rules))
        ),
    )

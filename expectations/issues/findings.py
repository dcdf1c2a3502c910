"""What the rules found in a month, in schema ``quality``: counts by division, and the failing rows as issues.

Failing rows are written whole after a whole measurement. Otherwise they are moved on like the prepared
relations they come from: those of the month that was measured before, with the keys exchanged that rows came
to or went from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import psycopg

from expectations.issues.queries import TOUCHED, identified
from expectations.prepared.refresh import Kept
from expectations.prepared.relation import key_text, relation_of
from expectations.prepared.tallies import Counts
from expectations.rules import RULES, places_of, rule_version, rules_of
from expectations.site import Site
from expectations.sql import quoted
from fundwatch.catalogue import TABLES

_COLUMNS = "division, table_name, rule_id, key, source_file_id, source_row, issue_id"


def replace_findings(
    connection: psycopg.Connection,
    *,
    site: Site,
    month: str,
    counts: Mapping[str, Mapping[str, Counts]],
    kept: Kept,
) -> int | None:
    """Replace what the rules found in ``month``, and note what they say; the caller commits.

    Returns how many issues were touched, 0 for none; the temporary table ``touched_issues`` lists them until
    the caller commits. None where every issue of the month may be another.
    """
    version = rule_version()
    connection.execute("delete from quality.rule_results where month = %s", (month,))
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.rule_results values (%s, %s, %s, %s, %s, %s, %s)",
            list(_rule_rows((*site.counties, site.city), counts, month=month, version=version)),
        )
        cursor.executemany(
            "insert into quality.rules values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [
                (version, one.rule_id, one.table, one.severity, one.text_zh, one.text_en, one.why)
                for one in RULES
            ],
        )
    # The planner knows little of a month that was just written, and a nested loop over it takes minutes.
    connection.execute("set local enable_nestloop = off")
    touched = _replace_failures(connection, city=site.city, month=month, kept=kept)
    connection.execute("set local enable_nestloop = on")
    return touched


def _replace_failures(connection: psycopg.Connection, *, city: str, month: str, kept: Kept) -> int | None:
    connection.execute(f"create temporary table {TOUCHED} (issue_id text) on commit drop")
    if kept.month_before != month:
        connection.execute("delete from quality.failures where month = %s", (month,))
    if kept.month_before is None:
        for table in filter(places_of, TABLES):
            _write(connection, f"quality.{relation_of(table)}", table=table, city=city, month=month)
    elif kept.month_before != month:
        connection.execute(
            f"insert into quality.failures (month, {_COLUMNS}) select {quoted(month)}, {_COLUMNS}"
            " from quality.failures where month = %s and not table_name = any(%s)",
            (kept.month_before, list(kept.judged_otherwise)),
        )
        for table in kept.judged_otherwise:
            _write(connection, f"quality.{relation_of(table)}", table=table, city=city, month=month)
    for table, near in kept.near.items():
        if places_of(table) and table not in kept.judged_otherwise:
            _exchange(connection, near, table=table, city=city, month=month)
    if kept.month_before != month:
        return None
    return connection.execute(f"select count(*) from {TOUCHED}").fetchone()[0]


def _exchange(connection: psycopg.Connection, near: str, *, table: str, city: str, month: str) -> None:
    """Take the failing rows out whose keys are near, and write those of the rows that have these keys now."""
    connection.execute(
        "with gone as (delete from quality.failures where month = %s and table_name = %s"
        f" and key in (select {_key(table)} from {near}) returning issue_id)"
        f" insert into {TOUCHED} select issue_id from gone",
        (month, table),
    )
    _write(connection, f"{near} where standing <> 'gone'", table=table, city=city, month=month)
    connection.execute(
        f"insert into {TOUCHED} select issue_id from quality.failures where month = %s and table_name = %s"
        f" and key in (select {_key(table)} from {near})",
        (month, table),
    )


def _write(connection: psycopg.Connection, rows: str, *, table: str, city: str, month: str) -> None:
    """Write the failing rows among prepared ones, each with its rule, key and landed row, as issues."""
    bits = ", ".join(f"({1 << place}, {quoted(rule_id)})" for rule_id, place in places_of(table).items())
    failing = (
        f"select coalesce(county, {quoted(city)}) as division, {quoted(table)} as table_name, rule_id,\n"
        f" {_key(table)} as key, _file_id as source_file_id, _row as source_row\n"
        f"from (select * from {rows}) as prepared\n"
        f"inner join (values {bits}) as rules (bit, rule_id) on prepared.failed & rules.bit <> 0\n"
        "where prepared.failed <> 0"
    )
    connection.execute(
        f"insert into quality.failures (month, {_COLUMNS})\n"
        f"select {quoted(month)}, {_COLUMNS} from ({identified(failing)}) as failing"
    )


def _key(table: str) -> str:
    return key_text(name.lower() for name in TABLES[table].key)


def _rule_rows(
    divisions: Sequence[str],
    counts: Mapping[str, Mapping[str, Counts]],
    *,
    month: str,
    version: str,
) -> Iterable[tuple]:
    """Yield a row for every division and every rule, zeros included."""
    for table, by_division in counts.items():
        for place, rule in enumerate(rules_of(table, month)):
            for division in divisions:
                found = by_division.get(division)
                checked = found.rules[place].checked if found else 0
                failed = found.rules[place].failed if found else 0
                yield month, division, table, rule.rule_id, checked, failed, version

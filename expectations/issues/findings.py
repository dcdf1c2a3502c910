"""The results of the rules in a month, in schema ``quality``: counts by division, and failing rows as issues.

After a full build all failing rows are written. Otherwise they are refreshed like the prepared relations they
come from: those of the month measured before, with the affected keys replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import psycopg

from expectations.issues.queries import AFFECTED, identified
from expectations.prepared.refresh import Prepared
from expectations.prepared.relation import key_text, relation_of
from expectations.prepared.tallies import Counts, RuleCount
from expectations.rules import RULES, places_of, rule_version, rules_of
from expectations.site_parameters import SiteParameters
from expectations.sql import quoted
from fundwatch.catalogue import TABLES

_COLUMNS = "division, table_name, rule_id, key, source_file_id, source_row, issue_id"


def replace_findings(
    connection: psycopg.Connection,
    *,
    site: SiteParameters,
    month: str,
    counts: Mapping[str, Mapping[str, Counts]],
    prepared: Prepared,
) -> int | None:
    """Replace the results of ``month``, and record the texts of the rules; the caller commits.

    Returns how many issues were affected; the temporary table ``affected_issues`` lists them until the caller
    commits. None when any issue of the month may have changed.
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
                (version, rule.rule_id, rule.table, rule.severity, rule.text_zh, rule.text_en, rule.why)
                for rule in RULES
            ],
        )
    # The planner has no statistics of a month just written, and a nested loop over it takes minutes.
    connection.execute("set local enable_nestloop = off")
    affected = _replace_failures(connection, city=site.city, month=month, prepared=prepared)
    connection.execute("set local enable_nestloop = on")
    return affected


def _replace_failures(
    connection: psycopg.Connection, *, city: str, month: str, prepared: Prepared
) -> int | None:
    connection.execute(f"create temporary table {AFFECTED} (issue_id text) on commit drop")
    if prepared.month_before != month:
        connection.execute("delete from quality.failures where month = %s", (month,))
    if prepared.month_before is None:
        for table in filter(places_of, TABLES):
            _write(connection, f"quality.{relation_of(table)}", table=table, city=city, month=month)
    elif prepared.month_before != month:
        connection.execute(
            f"insert into quality.failures (month, {_COLUMNS}) select {quoted(month)}, {_COLUMNS}"
            " from quality.failures where month = %s and not table_name = any(%s)",
            (prepared.month_before, list(prepared.month_dependent)),
        )
        for table in prepared.month_dependent:
            _write(connection, f"quality.{relation_of(table)}", table=table, city=city, month=month)
    for table, affected in prepared.affected.items():
        if places_of(table) and table not in prepared.month_dependent:
            _replace_keys(connection, affected, table=table, city=city, month=month)
    if prepared.month_before != month:
        return None
    [(count,)] = connection.execute(f"select count(*) from {AFFECTED}")
    return count


def _replace_keys(
    connection: psycopg.Connection, affected: str, *, table: str, city: str, month: str
) -> None:
    """Delete the failing rows of the affected keys, and write those that fail now."""
    connection.execute(
        "with removed as (delete from quality.failures where month = %s and table_name = %s"
        f" and key in (select {_key(table)} from {affected}) returning issue_id)"
        f" insert into {AFFECTED} select issue_id from removed",
        (month, table),
    )
    _write(connection, f"{affected} where change <> 'removed'", table=table, city=city, month=month)
    connection.execute(
        f"insert into {AFFECTED} select issue_id from quality.failures where month = %s and table_name = %s"
        f" and key in (select {_key(table)} from {affected})",
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
    counts_by_table: Mapping[str, Mapping[str, Counts]],
    *,
    month: str,
    version: str,
) -> Iterator[tuple[str, str, str, str, int, int, str]]:
    """Yield a row for every division and every rule, zeros included."""
    for table, by_division in counts_by_table.items():
        for place, rule in enumerate(rules_of(table, month)):
            for division in divisions:
                counts = by_division.get(division)
                count = counts.rules[place] if counts else RuleCount()
                yield month, division, table, rule.rule_id, count.checked, count.failed, version

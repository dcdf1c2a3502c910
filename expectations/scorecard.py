"""The scorecard of a month: rates against thresholds, grades, and their place in schema ``quality``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from expectations.prepared import relation_of
from expectations.rates import Rate
from expectations.rules import RULES, places_of, rule_version, rules_of
from expectations.site import Site
from expectations.sql import quoted
from expectations.tallies import Counts
from expectations.thresholds import Rates, Thresholds, Verdict, grade
from fundwatch.catalogue import TABLES
from fundwatch.months import add_months

# No grace lasts longer: earlier scorecards are read this far back.
_MONTHS_BACK = 36


@dataclass(frozen=True)
class Graded:
    """A rate, how it stands, and the grade of its table in its division."""

    rate: Rate
    verdict: Verdict
    grade: str


def earlier_rates(connection: psycopg.Connection, month: str) -> dict[str, Rates]:
    """Read the rates of the months before ``month`` that have been measured: month -> rates."""
    rows = connection.execute(
        "select month, division, table_name, metric, numerator, denominator from quality.scorecard"
        " where month < %s and month >= %s",
        (month, add_months(month, -_MONTHS_BACK)),
    )
    found: dict[str, dict] = {}
    for at, division, table, metric, numerator, denominator in rows:
        found.setdefault(at, {})[division, table, metric] = (numerator, denominator)
    return found


def graded(found: Iterable[Rate], *, site: Site, month: str, earlier: Mapping[str, Rates]) -> list[Graded]:
    """Judge every rate, and grade every division x table from its failed thresholds alone."""
    thresholds = Thresholds(site=site, month=month, earlier=earlier)
    judged = [
        (
            rate,
            thresholds.verdict(
                division=rate.division,
                table=rate.table,
                metric=rate.metric,
                numerator=rate.numerator,
                denominator=rate.denominator,
            ),
        )
        for rate in found
    ]
    severities: dict[tuple[str, str], list[str | None]] = {}
    for rate, verdict in judged:
        severities.setdefault((rate.division, rate.table), []).append(verdict.severity)
    return [Graded(rate, verdict, grade(severities[rate.division, rate.table])) for rate, verdict in judged]


def replace_findings(
    connection: psycopg.Connection, *, site: Site, month: str, counts: Mapping[str, Mapping[str, Counts]]
) -> None:
    """Replace what the rules found in ``month``, and note what they say; the caller commits."""
    version = rule_version()
    for name in ("rule_results", "failures"):
        connection.execute(f"delete from quality.{name} where month = %s", (month,))
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
    for table in counts:
        statement = _failures(table, month=month, city=site.city)
        if statement:
            connection.execute(statement)


def replace_scorecard(connection: psycopg.Connection, *, month: str, scorecard: Sequence[Graded]) -> None:
    """Replace the scorecard of ``month``; the caller commits."""
    connection.execute("delete from quality.scorecard where month = %s", (month,))
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.scorecard values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [_scorecard_row(row, month=month, version=rule_version()) for row in scorecard],
        )


def _scorecard_row(row: Graded, *, month: str, version: str) -> tuple:
    rate, verdict = row.rate, row.verdict
    return (
        month, rate.division, rate.table, rate.metric, rate.numerator, rate.denominator, rate.value,
        verdict.target, verdict.status, row.grade, version,
    )  # fmt: skip


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


def _failures(table: str, *, month: str, city: str) -> str | None:
    """Return the statement that lists every failing row with its rule, key and landed row."""
    places = places_of(table)
    if not places:
        return None
    bits = ", ".join(f"({1 << place}, {quoted(rule_id)})" for rule_id, place in places.items())
    key = ", ".join(name.lower() for name in TABLES[table].key)
    return (
        "insert into quality.failures\n"
        " (month, division, table_name, rule_id, key, source_file_id, source_row)\n"
        f"select {quoted(month)}, coalesce(county, {quoted(city)}), {quoted(table)}, rule_id,\n"
        f" array_to_string(array[{key}], '|', ''), _file_id, _row\n"
        f"from quality.{relation_of(table)} as prepared\n"
        f"inner join (values {bits}) as rules (bit, rule_id) on prepared.failed & rules.bit <> 0\n"
        "where prepared.failed <> 0"
    )

"""Build the prepared relations in full once, then refresh them by what changed.

A refresh goes from the month and extracts of the last build to the current ones. It prepares again only rows
that were added or removed in between, and rows whose lookups changed: their person, employer, enrolment,
entitlement or items. Other site parameters, codes, rules or formulas, a crash, or a change of a large part of
a table cause a full build.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import psycopg

from expectations.prepared.delta import Delta, apply_delta, changed_relation_of
from expectations.prepared.relation import (
    drop_all,
    index_keys,
    key_hash_of_landed,
    prepared_query,
    relation_of,
)
from expectations.prepared.scan import add_persons, add_repeats, tally
from expectations.prepared.state import (
    MeasurementState,
    changed_rows,
    current_state,
    store_state,
    stored_state,
)
from expectations.prepared.tallies import Tally
from expectations.reference.codes import CODES, coded_columns, prepare_codes
from expectations.reference.facts import DIVISIONS, EMPLOYERS, ENROLMENTS, current
from expectations.reference.lookups import ALL_FACTS, build_facts, refresh_facts
from expectations.reference.parameters import build_divisions, build_parameters, record_months
from expectations.rules import rule_version
from expectations.site_parameters import SiteParameters
from fundwatch.catalogue import TABLES

# A placeholder month, for the text of a query.
_ANY_MONTH = "2000-01"
# A full build is cheaper above both: this many changed rows, and a quarter of the table.
_FEW = 1_000
# The site files that prepared rows depend on; the others are looked up when rates are graded.
_SITE = ("divisions", "average_wages", "contribution_limits", "contribution_rates")


@dataclass(frozen=True)
class Prepared:
    """The prepared relations of a month: what to count and what to validate.

    ``tallies`` are of the whole relations. ``to_validate``: table -> the relation of the rows not validated
    yet, and its tally; a table without changes is not in it. ``month_before`` is the month the relations were
    prepared for before; None after a full build. ``affected``: table -> the relation of the rows that share a
    key with a changed one. ``month_dependent``: tables whose rules differ between the two months.
    """

    tallies: Mapping[str, Tally]
    to_validate: Mapping[str, tuple[str, Tally]]
    month_before: str | None = None
    affected: Mapping[str, str] = field(default_factory=dict)
    month_dependent: Collection[str] = ()

    @property
    def is_full(self) -> bool:
        """Whether every row was prepared again."""
        return self.month_before is None


def refresh(
    connection: psycopg.Connection,
    *,
    site: SiteParameters,
    month: str,
    full: bool,
    on_change: Callable[[], None],
) -> Prepared:
    """Refresh the prepared relations to the batch of ``month``, or build them in full; the caller commits.

    ``on_change`` is called as soon as there are rows to prepare.
    Again: nothing is prepared when nothing changed.
    """
    # Every join here is to a small relation; a sort of the large one would spill.
    connection.execute("set local enable_mergejoin = off")
    prepare_codes(connection, site=site, month=month)
    build_divisions(connection, site)
    coded = {table: coded_columns(connection, TABLES[table]) for table in TABLES}
    now = current_state(connection, month=month, other_inputs=_other_inputs(connection, site, coded))
    before = None if full else stored_state(connection)
    changed = _changed(connection, before, now) if before else None
    if before is None or changed is None:
        on_change()
        return _full_build(connection, site=site, now=now, coded=coded)
    if changed:
        on_change()
    return _incremental_refresh(connection, changed, site=site, before=before, now=now, coded=coded)


def _other_inputs(
    connection: psycopg.Connection, site: SiteParameters, coded: Mapping[str, list[str]]
) -> object:
    """Return every input of the prepared relations but the landed rows."""
    codes = connection.execute(f"select class, raw, standard, source from {CODES} order by class, raw")
    queries = [prepared_query(table, coded=coded[table], month=_ANY_MONTH) for table in TABLES]
    queries += [fact.query(_ANY_MONTH, "true") for fact in ALL_FACTS]
    return codes.fetchall(), queries, rule_version(), [(name, site.tables[name]) for name in _SITE]


def _changed(
    connection: psycopg.Connection, before: MeasurementState, now: MeasurementState
) -> dict[str, str] | None:
    """List the landed rows that were added or removed: table -> their condition.

    None when only a full build is correct, or when it is cheaper.
    """
    if not before.is_validated or before.fingerprint != now.fingerprint:
        return None
    if any(set(old) - set(now.extracts.get(table, ())) for table, old in before.extracts.items()):
        return None
    conditions = {}
    for table, chosen in TABLES.items():
        condition = changed_rows(connection, table, before=before, now=now)
        if condition is None:
            continue
        name = changed_relation_of(table)
        connection.execute(f"drop table if exists {name}")
        rows = connection.execute(
            f"create unlogged table {name} as"
            f" select distinct _file_id, _row, {key_hash_of_landed(chosen)} as key_hash"
            f" from {chosen.landing} where {condition}"
        ).rowcount
        if rows > _FEW and rows * 4 > _rows_in(before.tallies[table]):
            return None
        if rows:
            conditions[table] = condition
    return conditions


def _rows_in(counts: Tally) -> int:
    return sum(numbers.get("rows", 0) for numbers in counts.values())


def _full_build(
    connection: psycopg.Connection,
    *,
    site: SiteParameters,
    now: MeasurementState,
    coded: Mapping[str, list[str]],
) -> Prepared:
    drop_all(connection, besides=(CODES, DIVISIONS))
    build_facts(connection, month=now.month)
    record_months(connection, rows=current(now.month))
    build_parameters(connection, site=site)
    tallies, to_validate = {}, {}
    for table in TABLES:
        relation = f"quality.{relation_of(table)}"
        query = prepared_query(table, coded=coded[table], month=now.month)
        connection.execute(f"create unlogged table {relation} as {query}")
        index_keys(connection, relation)
        counts = tally(connection, table=table, relation=relation)
        add_repeats(connection, counts, table=table, relation=relation)
        if table == "AC01":
            add_persons(connection, counts, relation=relation)
        tallies[table] = counts
        to_validate[table] = (relation_of(table), counts)
    store_state(connection, replace(now, tallies=tallies))
    return Prepared(tallies, to_validate)


def _incremental_refresh(
    connection: psycopg.Connection,
    changed: Mapping[str, str],
    *,
    site: SiteParameters,
    before: MeasurementState,
    now: MeasurementState,
    coded: Mapping[str, list[str]],
) -> Prepared:
    facts = refresh_facts(connection, month=now.month, changed_rows=changed)
    new_months = 0
    if "AC43" in changed:
        new_months = record_months(connection, rows=f"{current(now.month)} and ({changed['AC43']})")
    if new_months or {ENROLMENTS, EMPLOYERS} & set(facts):
        build_parameters(connection, site=site)
    tallies = dict(before.tallies)
    to_validate, affected, month_dependent = {}, {}, []
    for table in TABLES:
        delta = Delta(
            table=table,
            months=(before.month, now.month),
            coded=coded[table],
            has_changed_rows=table in changed,
            changed_facts=facts,
        )
        refreshed = apply_delta(connection, delta, before=before.tallies[table])
        if refreshed:
            tallies[table] = refreshed.tally
            to_validate[table] = (refreshed.to_validate, refreshed.validated_tally)
            if refreshed.affected:
                affected[table] = refreshed.affected
        if delta.has_other_rules():
            month_dependent.append(table)
    store_state(connection, replace(now, tallies=tallies))
    return Prepared(tallies, to_validate, before.month, affected, month_dependent)

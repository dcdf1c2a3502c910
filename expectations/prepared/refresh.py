"""Keep the prepared relations between measurements, and move them on with what changed.

Prepared whole once; afterwards moved from the month and extracts they were prepared from to those of now.
Only rows that were opened or closed in between are prepared again, and rows that looked something up which
says something else now: their person, employer, enrolment, entitlement or items. Another site, code list,
rule or formula, a crash, or a change of a large part prepares everything whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import psycopg

from expectations.prepared.delta import Move, move
from expectations.prepared.relation import (
    drop_all,
    index_keys,
    key_hash_of_landed,
    prepared_query,
    relation_of,
)
from expectations.prepared.scan import add_persons, add_repeats, tally
from expectations.prepared.state import Standing, changed_rows, keep_standing, kept_standing, standing_now
from expectations.prepared.tallies import Tally
from expectations.reference.codes import CODES, coded_columns, prepare_codes
from expectations.reference.facts import DIVISIONS, EMPLOYERS, ENROLMENTS, current
from expectations.reference.lookups import ALL_FACTS, make_facts, move_facts
from expectations.reference.parameters import make_divisions, make_parameters, note_months
from expectations.rules import rule_version
from expectations.site import Site
from fundwatch.catalogue import TABLES

# A month that stands for any in the text of a query.
_ANY_MONTH = "2000-01"
# More rows than this, and more than a quarter of the table, are not worth moving.
_FEW = 1_000
# What of the site decides about prepared rows; the rest is looked up when rates are judged.
_SITE = ("divisions", "average_wages", "contribution_limits", "contribution_rates")


@dataclass(frozen=True)
class Kept:
    """What there is to count and to judge.

    ``tallies`` are of the whole prepared relations. ``to_judge`` names, per table, the relation of the rows
    the judge has not seen yet and what was counted of them: nothing of a table that stayed as it was.
    ``month_before`` is the month the relations were prepared for before; None when they are prepared whole.
    ``near``: table -> the relation of its rows that share a key with one that came or went.
    ``judged_otherwise``: tables of whose rows the rules say something else in another month.
    """

    tallies: Mapping[str, Tally]
    to_judge: Mapping[str, tuple[str, Tally]]
    month_before: str | None = None
    near: Mapping[str, str] = field(default_factory=dict)
    judged_otherwise: Collection[str] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every row was prepared anew."""
        return self.month_before is None


def bring(
    connection: psycopg.Connection, *, site: Site, month: str, whole: bool, begins: Callable[[], None]
) -> Kept:
    """Bring the prepared relations to the batch of ``month``, whole or by what changed; the caller commits.

    ``begins`` is called as soon as it is known that there are rows to prepare.
    Again: nothing is prepared when nothing changed.
    """
    # Every join here is to a small relation; a sort of the large one would spill.
    connection.execute("set local enable_mergejoin = off")
    prepare_codes(connection, site=site, month=month)
    make_divisions(connection, site)
    coded = {table: coded_columns(connection, TABLES[table]) for table in TABLES}
    now = standing_now(connection, month=month, decides=_decides(connection, site, coded))
    before = None if whole else kept_standing(connection)
    came = _came(connection, before, now) if before else None
    if before is None or came is None:
        begins()
        return _prepared(connection, site=site, now=now, coded=coded)
    return _moved(connection, came, site=site, before=before, now=now, coded=coded, begins=begins)


def _decides(connection: psycopg.Connection, site: Site, coded: Mapping[str, list[str]]) -> object:
    """Return everything but rows that decides what the prepared relations hold."""
    codes = connection.execute(f"select class, raw, standard, source from {CODES} order by class, raw")
    queries = [prepared_query(table, coded=coded[table], month=_ANY_MONTH) for table in TABLES]
    queries += [fact.query(_ANY_MONTH, "true") for fact in ALL_FACTS]
    return codes.fetchall(), queries, rule_version(), [(name, site.tables[name]) for name in _SITE]


def _came(connection: psycopg.Connection, before: Standing, now: Standing) -> dict[str, str] | None:
    """Note the landed rows that came or went: table -> the condition.

    None when the relations cannot be moved, or when moving them is not worth it.
    """
    if not before.is_judged or before.fingerprint != now.fingerprint:
        return None
    if any(set(known) - set(now.extracts.get(table, ())) for table, known in before.extracts.items()):
        return None
    found = {}
    for table, chosen in TABLES.items():
        condition = changed_rows(connection, table, before=before, now=now)
        if condition is None:
            continue
        name = moved_rows_of(table)
        connection.execute(f"drop table if exists {name}")
        rows = connection.execute(
            f"create unlogged table {name} as"
            f" select distinct _file_id, _row, {key_hash_of_landed(chosen)} as key_hash"
            f" from {chosen.landing} where {condition}"
        ).rowcount
        if rows > _FEW and rows * 4 > _rows_in(before.tallies[table]):
            return None
        if rows:
            found[table] = condition
    return found


def moved_rows_of(table: str) -> str:
    """Return the relation of the landed rows of a table that came or went."""
    return f"quality.measuring_came_{table.lower()}"


def _rows_in(tally_: Tally) -> int:
    return sum(numbers.get("rows", 0) for numbers in tally_.values())


def _prepared(
    connection: psycopg.Connection, *, site: Site, now: Standing, coded: Mapping[str, list[str]]
) -> Kept:
    drop_all(connection, besides=(CODES, DIVISIONS))
    make_facts(connection, month=now.month)
    note_months(connection, rows=current(now.month))
    make_parameters(connection, site=site)
    tallies, to_judge = {}, {}
    for table in TABLES:
        relation = f"quality.{relation_of(table)}"
        query = prepared_query(table, coded=coded[table], month=now.month)
        connection.execute(f"create unlogged table {relation} as {query}")
        index_keys(connection, relation)
        found = tally(connection, table=table, relation=relation)
        add_repeats(connection, found, table=table, relation=relation)
        if table == "AC01":
            add_persons(connection, found, relation=relation)
        tallies[table] = found
        to_judge[table] = (relation_of(table), found)
    keep_standing(connection, replace(now, tallies=tallies))
    return Kept(tallies, to_judge)


def _moved(
    connection: psycopg.Connection,
    came: Mapping[str, str],
    *,
    site: Site,
    before: Standing,
    now: Standing,
    coded: Mapping[str, list[str]],
    begins: Callable[[], None],
) -> Kept:
    if came:
        begins()
    facts = move_facts(connection, month=now.month, changed_rows=came)
    new_months = 0
    if "AC43" in came:
        new_months = note_months(connection, rows=f"{current(now.month)} and ({came['AC43']})")
    if new_months or {ENROLMENTS, EMPLOYERS} & set(facts):
        make_parameters(connection, site=site)
    tallies, to_judge, near, judged_otherwise = dict(before.tallies), {}, {}, []
    for table in TABLES:
        of = Move(
            table=table,
            months=(before.month, now.month),
            coded=coded[table],
            came=moved_rows_of(table) if table in came else None,
            changed_facts=facts,
        )
        found = move(connection, of, before=before.tallies[table])
        if found:
            tallies[table] = found.tally
            to_judge[table] = (found.to_judge, found.judged_tally)
            if found.near:
                near[table] = found.near
        if of.is_judged_otherwise():
            judged_otherwise.append(table)
    keep_standing(connection, replace(now, tallies=tallies))
    return Kept(tallies, to_judge, before.month, near, judged_otherwise)

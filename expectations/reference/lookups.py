"""Build the facts that rows of other tables look up, and refresh them by what changed."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from expectations.reference.benefit_facts import BENEFIT_FACTS
from expectations.reference.facts import FACTS, Fact
from expectations.sql import landed
from fundwatch.catalogue import TABLES

# A fact follows its source.
ALL_FACTS = (*FACTS, *BENEFIT_FACTS)
_AFFECTED = "tmp_affected_keys"


def build_facts(connection: psycopg.Connection, *, month: str) -> None:
    """Build every fact from the rows of the batch of ``month``; none may exist."""
    for fact in ALL_FACTS:
        connection.execute(f"create unlogged table {fact.relation} as {fact.query(month, 'true')}")
        connection.execute(f"analyze {fact.relation}")


def refresh_facts(
    connection: psycopg.Connection, *, month: str, changed_rows: Mapping[str, str]
) -> dict[str, str]:
    """Build the facts again for every key of a landed row that was added or removed.

    ``changed_rows``: table -> SQL condition of its landed rows that were added or removed.
    Shape: relation of a changed fact -> the temporary relation of the rows it lost and gained, dropped with
           the transaction.
    """
    changed: dict[str, str] = {}
    for fact in ALL_FACTS:
        if fact.source in TABLES:
            if fact.source not in changed_rows:
                continue
            affected = (
                f"select distinct {_key_of(fact)} as key from {TABLES[fact.source].landing}"
                f" where {changed_rows[fact.source]}"
            )
        elif fact.source in changed:
            affected = f"select distinct {_key_of(fact)} as key from {changed[fact.source]}"
        else:
            continue
        if _refresh(connection, fact, affected=affected, month=month):
            changed[fact.relation] = f"changed_{fact.name}"
    return changed


def facts_used_by(query: str) -> list[Fact]:
    """List the facts whose relations are named in the text of a query."""
    words = set(query.split())
    return [fact for fact in ALL_FACTS if fact.relation in words]


def _key_of(fact: Fact) -> str:
    """Return the expression of a fact's key over its source; a missing key is the empty text."""
    if fact.source in TABLES:
        return f"coalesce({landed(TABLES[fact.source][fact.key])}, '')"
    return f"coalesce({fact.key}, '')"


def _refresh(connection: psycopg.Connection, fact: Fact, *, affected: str, month: str) -> int:
    """Build a fact again for the affected keys; return how many of its rows changed."""
    removed, added, changed = (f"{name}_{fact.name}" for name in ("removed", "added", "changed"))
    only = f"{_key_of(fact)} in (select key from {_AFFECTED})"
    connection.execute(f"create temporary table {_AFFECTED} on commit drop as {affected}")
    connection.execute(f"analyze {_AFFECTED}")
    connection.execute(
        f"create temporary table {removed} (like {fact.relation}) on commit drop;"
        f"with removed as (delete from {fact.relation} where coalesce({fact.column}, '') in"
        f" (select key from {_AFFECTED}) returning *) insert into {removed} select * from removed"
    )
    connection.execute(f"create temporary table {added} on commit drop as {fact.query(month, only)}")
    connection.execute(f"insert into {fact.relation} select * from {added}")
    connection.execute(f"drop table {_AFFECTED}")
    return connection.execute(
        f"create temporary table {changed} on commit drop as"
        f" (select * from {removed} except all select * from {added})"
        f" union all (select * from {added} except all select * from {removed})"
    ).rowcount

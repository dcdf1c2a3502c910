"""Make the relations that other rows look something up in, and move them on with what changed."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from expectations.reference.benefit_facts import BENEFIT_FACTS
from expectations.reference.facts import FACTS, Fact
from expectations.sql import landed
from fundwatch.catalogue import TABLES

# A fact comes after what it is made from.
ALL_FACTS = (*FACTS, *BENEFIT_FACTS)
_TOUCHED = "measuring_touched_keys"


def make_facts(connection: psycopg.Connection, *, month: str) -> None:
    """Make every fact from the rows of the batch of ``month``; none must be there."""
    for fact in ALL_FACTS:
        connection.execute(f"create unlogged table {fact.relation} as {fact.query(month, 'true')}")
        connection.execute(f"analyze {fact.relation}")


def move_facts(
    connection: psycopg.Connection, *, month: str, changed_rows: Mapping[str, str]
) -> dict[str, str]:
    """Make the facts anew for every key of a landed row that came or went.

    ``changed_rows``: table -> SQL condition of its landed rows that came or went.
    Shape: relation of a fact that says something else now -> the temporary relation that holds, beside
           the rows it lost, the rows it gained; both go with the transaction.
    """
    changed: dict[str, str] = {}
    for fact in ALL_FACTS:
        if fact.source in TABLES:
            if fact.source not in changed_rows:
                continue
            touched = (
                f"select distinct {_key_of(fact)} as key from {TABLES[fact.source].landing}"
                f" where {changed_rows[fact.source]}"
            )
        elif fact.source in changed:
            touched = f"select distinct {_key_of(fact)} as key from {changed[fact.source]}"
        else:
            continue
        if _move(connection, fact, touched=touched, month=month):
            changed[fact.relation] = f"changed_{fact.name}"
    return changed


def read_by(query: str) -> list[Fact]:
    """List the facts that the text of a query looks something up in."""
    words = set(query.split())
    return [fact for fact in ALL_FACTS if fact.relation in words]


def _key_of(fact: Fact) -> str:
    """Return the expression of a fact's key over its source; a missing key is the empty text."""
    if fact.source in TABLES:
        return f"coalesce({landed(TABLES[fact.source].column(fact.key))}, '')"
    return f"coalesce({fact.key}, '')"


def _move(connection: psycopg.Connection, fact: Fact, *, touched: str, month: str) -> int:
    """Make a fact anew for the touched keys; return how many of its rows are not what they were."""
    was, came, changed = (f"{what}_{fact.name}" for what in ("was", "came", "changed"))
    only = f"{_key_of(fact)} in (select key from {_TOUCHED})"
    connection.execute(f"create temporary table {_TOUCHED} on commit drop as {touched}")
    connection.execute(f"analyze {_TOUCHED}")
    connection.execute(
        f"create temporary table {was} (like {fact.relation}) on commit drop;"
        f"with gone as (delete from {fact.relation} where coalesce({fact.column}, '') in"
        f" (select key from {_TOUCHED}) returning *) insert into {was} select * from gone"
    )
    connection.execute(f"create temporary table {came} on commit drop as {fact.query(month, only)}")
    connection.execute(f"insert into {fact.relation} select * from {came}")
    connection.execute(f"drop table {_TOUCHED}")
    return connection.execute(
        f"create temporary table {changed} on commit drop as"
        f" (select * from {was} except all select * from {came})"
        f" union all (select * from {came} except all select * from {was})"
    ).rowcount

"""Apply a delta to one prepared relation and to its counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from expectations.prepared.relation import masks, prepared_query, relation_of
from expectations.prepared.scan import add_persons, add_repeats, add_valid_columns, tally
from expectations.prepared.tallies import WHOLE, Tally, updated
from expectations.reference.lookups import facts_used_by
from fundwatch.catalogue import TABLES


@dataclass(frozen=True)
class Delta:
    """What changed for a prepared relation between the batches of two months.

    ``has_changed_rows``: ``changed`` lists landed rows that were added or removed. ``changed_facts``:
    relation of a fact -> the relation of its rows that changed.
    """

    table: str
    months: tuple[str, str]
    coded: Sequence[str]
    has_changed_rows: bool
    changed_facts: Mapping[str, str]

    @property
    def relation(self) -> str:
        """The prepared relation."""
        return f"quality.{relation_of(self.table)}"

    @property
    def changed(self) -> str:
        """The relation of the landed rows that were added or removed."""
        return changed_relation_of(self.table)

    @property
    def replaced(self) -> str:
        """The relation of the landed rows whose prepared rows are removed or added."""
        return f"quality.tmp_replaced_{self.table.lower()}"

    @property
    def added(self) -> str:
        """The relation of the added prepared rows, without its schema."""
        return f"tmp_added_{self.table.lower()}"

    @property
    def affected(self) -> str:
        """The relation of the rows of affected keys; ``change`` is added, removed or none."""
        return f"quality.tmp_affected_{self.table.lower()}"

    @property
    def query(self) -> str:
        """The query of the added prepared rows."""
        only = f"(_file_id, _row) in (select _file_id, _row from {self.replaced})"
        return prepared_query(self.table, coded=self.coded, month=self.months[1], only=only)

    def has_other_rules(self) -> bool:
        """Whether the rules of the two months differ, so that every row is checked again."""
        return masks(self.table, self.months[0]) != masks(self.table, self.months[1])


@dataclass(frozen=True)
class Refreshed:
    """The tally of a refreshed relation; the relation to validate, with its tally; the rows affected."""

    tally: Tally
    to_validate: str
    validated_tally: Tally
    affected: str | None = None


def changed_relation_of(table: str) -> str:
    """Return the relation of the landed rows of a table that were added or removed."""
    return f"quality.tmp_changed_{table.lower()}"


def apply_delta(connection: psycopg.Connection, delta: Delta, *, before: Tally) -> Refreshed | None:
    """Refresh a prepared relation; None when nothing in it changed."""
    refreshed = _replace_rows(connection, delta, before) if _list_replaced(connection, delta) else None
    if not delta.has_other_rules():
        return refreshed
    _check_every_row(connection, delta)
    counted = tally(connection, table=delta.table, relation=delta.relation)
    for county, numbers in (refreshed.tally if refreshed else before).items():
        others = {name: number for name, number in numbers.items() if name not in counted.get(county, {})}
        if county == WHOLE or county in counted:
            counted.setdefault(county, {}).update(others)
    affected = refreshed.affected if refreshed else None
    return Refreshed(counted, relation_of(delta.table), counted, affected)


def _list_replaced(connection: psycopg.Connection, delta: Delta) -> int:
    """List the landed rows whose prepared rows are removed or added; return how many."""
    parts = [f"select _file_id, _row, key_hash from {delta.changed}"] if delta.has_changed_rows else []
    parts += [
        f"select _file_id, _row, key_hash from {delta.relation} where {fact.column} in"
        f" (select {fact.column} from {delta.changed_facts[fact.relation]})"
        for fact in facts_used_by(delta.query)
        if fact.relation in delta.changed_facts
    ]
    if not parts:
        return 0
    connection.execute(f"drop table if exists {delta.replaced}")
    rows = connection.execute(f"create unlogged table {delta.replaced} as {' union '.join(parts)}").rowcount
    connection.execute(f"analyze {delta.replaced}")
    return rows


def _replace_rows(connection: psycopg.Connection, delta: Delta, before: Tally) -> Refreshed:
    """Remove the listed rows, add those of them that are current, and update the counts."""
    removed, added = "tmp_removed", f"quality.{delta.added}"
    connection.execute(
        f"drop table if exists {removed}, {added};"
        f"create temporary table {removed} (like {delta.relation}) on commit drop;"
        f"with removed as (delete from {delta.relation} as prepared using {delta.replaced} as replaced"
        " where prepared.key_hash = replaced.key_hash"
        " and (prepared._file_id, prepared._row) = (replaced._file_id, replaced._row) returning prepared.*)"
        f" insert into {removed} select * from removed"
    )
    connection.execute(f"create unlogged table {added} as {delta.query}")
    _list_affected(connection, delta, removed=removed, added=added)
    connection.execute(f"insert into {delta.relation} select * from {added}")
    minus, plus = (tally(connection, table=delta.table, relation=relation) for relation in (removed, added))
    to_validate = {county: dict(numbers) for county, numbers in plus.items()}
    for counts, other in ((minus, "added"), (plus, "removed")):
        rows = f"(select * from {delta.affected} where change <> '{other}') as affected"
        add_repeats(connection, counts, table=delta.table, relation=rows)
    after = updated(before, removed=minus, added=plus)
    _set_valid_columns(connection, delta, before=before, removed=minus, added=plus, after=after)
    if delta.table == "AC01":
        add_persons(connection, after, relation=delta.relation)
    return Refreshed(after, delta.added, to_validate, delta.affected)


def _list_affected(connection: psycopg.Connection, delta: Delta, *, removed: str, added: str) -> None:
    """List the rows of affected keys; the added ones are not in the relation yet."""
    key = ", ".join(name.lower() for name in TABLES[delta.table].key)
    columns = f"_file_id, _row, county, {key}, key_hash, failed"
    connection.execute(
        f"drop table if exists {delta.affected};"
        f"create unlogged table {delta.affected} as"
        f" select {columns}, 'removed' as change from {removed}"
        f" union all select {columns}, 'added' from {added}"
        f" union all select {columns}, 'none' from {delta.relation}"
        f" where key_hash in (select key_hash from {delta.replaced})"
    )
    connection.execute(f"analyze {delta.affected}")


def _set_valid_columns(
    connection: psycopg.Connection, delta: Delta, *, before: Tally, removed: Tally, added: Tally, after: Tally
) -> None:
    """Set which columns hold a value; scan the relation only where a removed value was not added again."""

    def bits(counts: Tally, county: str) -> int:
        return counts.get(county, {}).get("valid_columns", 0)

    if any(bits(removed, county) & ~bits(added, county) for county in removed):
        add_valid_columns(connection, after, relation=delta.relation)
        return
    for county in after:
        if county != WHOLE:
            after[county]["valid_columns"] = bits(before, county) | bits(added, county)


def _check_every_row(connection: psycopg.Connection, delta: Delta) -> None:
    """Evaluate the rules of the later month again over every row."""
    results = masks(delta.table, delta.months[1])
    connection.execute(
        f"update {delta.relation} as prepared set checked = results.checked, failed = results.failed\n"
        f"from (select _file_id, _row,\n    {results}\nfrom (select * from {delta.relation}"
        " offset '0') as prepared) as results\n"
        "where (prepared._file_id, prepared._row) = (results._file_id, results._row)"
        " and (prepared.checked, prepared.failed) <> (results.checked, results.failed)"
    )

"""Move one prepared relation on: take out the rows that went, prepare those that came, and count both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from expectations.prepared.relation import masks, prepared_query, relation_of
from expectations.prepared.scan import add_persons, add_repeats, add_valid_columns, tally
from expectations.prepared.tallies import WHOLE, Tally, moved
from expectations.reference.lookups import read_by
from fundwatch.catalogue import TABLES


@dataclass(frozen=True)
class Move:
    """What to move: a table, from one month's batch to another's.

    ``came``: the relation of its landed rows that came or went; ``changed_facts``: relation of a fact -> the
    relation of its rows that are not what they were.
    """

    table: str
    months: tuple[str, str]
    coded: Sequence[str]
    came: str | None
    changed_facts: Mapping[str, str]

    @property
    def relation(self) -> str:
        """The prepared relation."""
        return f"quality.{relation_of(self.table)}"

    @property
    def fresh(self) -> str:
        """The relation of the rows that are prepared anew, without its schema."""
        return f"measuring_fresh_{self.table.lower()}"

    @property
    def moved(self) -> str:
        """The relation of the landed rows that are taken out or prepared anew."""
        return f"quality.measuring_moved_{self.table.lower()}"

    @property
    def near(self) -> str:
        """The relation of the rows that share a key with a moved one: ``standing`` is kept, gone or fresh."""
        return f"quality.measuring_near_{self.table.lower()}"

    @property
    def query(self) -> str:
        """The query of the rows that are prepared anew."""
        only = f"(_file_id, _row) in (select _file_id, _row from {self.moved})"
        return prepared_query(self.table, coded=self.coded, month=self.months[1], only=only)

    def is_judged_otherwise(self) -> bool:
        """Whether the rules say something else of the same row in the other month."""
        return masks(self.table, self.months[0]) != masks(self.table, self.months[1])


@dataclass(frozen=True)
class Moved:
    """A moved relation's tally; the relation the judge has to see, with the tally of that; the rows near."""

    tally: Tally
    to_judge: str
    judged_tally: Tally
    near: str | None = None


def move(connection: psycopg.Connection, of: Move, *, before: Tally) -> Moved | None:
    """Move a prepared relation on; None when it stays as it is."""
    found = _exchange(connection, of, before) if _find_rows(connection, of) else None
    if not of.is_judged_otherwise():
        return found
    _judge_anew(connection, of)
    counted = tally(connection, table=of.table, relation=of.relation)
    for county, numbers in (found.tally if found else before).items():
        kept = {name: number for name, number in numbers.items() if name not in counted.get(county, {})}
        if county == WHOLE or county in counted:
            counted.setdefault(county, {}).update(kept)
    return Moved(counted, relation_of(of.table), counted, found.near if found else None)


def _find_rows(connection: psycopg.Connection, of: Move) -> int:
    """Note which rows are taken out or prepared anew; return how many."""
    parts = [f"select _file_id, _row, key_hash from {of.came}"] if of.came else []
    parts += [
        f"select _file_id, _row, key_hash from {of.relation} where {fact.column} in"
        f" (select {fact.column} from {of.changed_facts[fact.relation]})"
        for fact in read_by(of.query)
        if fact.relation in of.changed_facts
    ]
    if not parts:
        return 0
    connection.execute(f"drop table if exists {of.moved}")
    rows = connection.execute(f"create unlogged table {of.moved} as {' union '.join(parts)}").rowcount
    connection.execute(f"analyze {of.moved}")
    return rows


def _exchange(connection: psycopg.Connection, of: Move, before: Tally) -> Moved:
    """Take the noted rows out, put in those that are current, and count what that changes."""
    gone, fresh = "measuring_gone", f"quality.{of.fresh}"
    connection.execute(
        f"drop table if exists {gone}, {fresh};"
        f"create temporary table {gone} (like {of.relation}) on commit drop;"
        f"with gone as (delete from {of.relation} as kept using {of.moved} as moved"
        " where kept.key_hash = moved.key_hash"
        " and (kept._file_id, kept._row) = (moved._file_id, moved._row) returning kept.*)"
        f" insert into {gone} select * from gone"
    )
    connection.execute(f"create unlogged table {fresh} as {of.query}")
    _note_near(connection, of, gone=gone, fresh=fresh)
    connection.execute(f"insert into {of.relation} select * from {fresh}")
    out, in_ = (tally(connection, table=of.table, relation=relation) for relation in (gone, fresh))
    judged = {county: dict(numbers) for county, numbers in in_.items()}
    for tally_, otherwise in ((out, "fresh"), (in_, "gone")):
        rows = f"(select * from {of.near} where standing <> '{otherwise}') as near"
        add_repeats(connection, tally_, table=of.table, relation=rows)
    after = moved(before, gone=out, fresh=in_)
    _set_valid_columns(connection, of, before=before, out=out, in_=in_, after=after)
    if of.table == "AC01":
        add_persons(connection, after, relation=of.relation)
    return Moved(after, of.fresh, judged, of.near)


def _note_near(connection: psycopg.Connection, of: Move, *, gone: str, fresh: str) -> None:
    """Note the rows that share a key with a moved one; the fresh ones are not in the relation yet."""
    key = ", ".join(name.lower() for name in TABLES[of.table].key)
    columns = f"_file_id, _row, county, {key}, key_hash, failed"
    connection.execute(
        f"drop table if exists {of.near};"
        f"create unlogged table {of.near} as"
        f" select {columns}, 'gone' as standing from {gone}"
        f" union all select {columns}, 'fresh' from {fresh}"
        f" union all select {columns}, 'kept' from {of.relation}"
        f" where key_hash in (select key_hash from {of.moved})"
    )
    connection.execute(f"analyze {of.near}")


def _set_valid_columns(
    connection: psycopg.Connection, of: Move, *, before: Tally, out: Tally, in_: Tally, after: Tally
) -> None:
    """Set which columns hold a value, from the whole relation only where less came than went."""

    def bits(tally_: Tally, county: str) -> int:
        return tally_.get(county, {}).get("valid_columns", 0)

    if any(bits(out, county) & ~bits(in_, county) for county in out):
        add_valid_columns(connection, after, relation=of.relation)
        return
    for county in after:
        if county != WHOLE:
            after[county]["valid_columns"] = bits(before, county) | bits(in_, county)


def _judge_anew(connection: psycopg.Connection, of: Move) -> None:
    """Let the rules of the later month say again what they say of every row."""
    said = masks(of.table, of.months[1])
    connection.execute(
        f"update {of.relation} as kept set checked = said.checked, failed = said.failed\n"
        f"from (select _file_id, _row,\n    {said}\nfrom (select * from {of.relation}"
        " offset '0') as prepared) as said\n"
        "where (kept._file_id, kept._row) = (said._file_id, said._row)"
        " and (kept.checked, kept.failed) <> (said.checked, said.failed)"
    )

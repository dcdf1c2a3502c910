"""Matches the bank's entries with those of the books, account by account, and stores the matches."""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

from psycopg import Connection

from fundwatch.database.warehouse import Warehouse
from reconciliation.bank_and_books import Entry, match_account
from reconciliation.hand_matches import HandMatch, in_force

_BATCH = 10_000
_LAYER = "reconciliation"
_ENTRIES = """
    select account_no, entry_id, side, booked_on - date '1970-01-01', (amount * 100)::bigint, reference, place
    from (
        select account_no, entry_id, 'bank' as side, booked_on, amount, reference, place
        from reconciliation.bank_entries
        union all
        select account_no, entry_id, 'book', booked_on, amount, reference, place
        from reconciliation.book_entries
    ) as entries
    where account_no is not null
    order by account_no collate "C"
"""


def prepare(warehouse: Warehouse) -> None:
    """Create the table of matches, which the models read; nothing happens the second time."""
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute(
            "create table if not exists reconciliation.entry_matches ("
            " side text not null check (side in ('bank', 'book')), entry_id text not null,"
            " match_id text not null, step text not null, primary key (side, entry_id))"
        )


def match_entries(warehouse: Warehouse, *, month: str) -> int:
    """Match all entries of ``bank_entries`` and ``book_entries``; return how many belong to others.

    What people matched goes first, where all its entries are there.

    Shape:  one row per matched entry in ``reconciliation.entry_matches``; a match is named after its entries,
            one by hand with its number.
    Again:  all entries are matched again and replace the old matches in one transaction.
    """
    with warehouse.connect(layer=_LAYER) as connection, connection.cursor() as cursor:
        cursor.execute("truncate reconciliation.entry_matches")
        # Names are digests, in no order: entered one by one the key's pages are written over and over.
        cursor.execute(
            "alter table reconciliation.entry_matches drop constraint if exists entry_matches_pkey"
        )
        count = 0
        with (
            _no_collection(),
            cursor.copy(
                "copy reconciliation.entry_matches (side, entry_id, match_id, step) from stdin"
            ) as copy,
        ):
            for row in _matched(warehouse, month):
                copy.write_row(row)
                count += 1
        cursor.execute(
            "alter table reconciliation.entry_matches"
            " add constraint entry_matches_pkey primary key (side, entry_id)"
        )
        cursor.execute("analyze reconciliation.entry_matches")
        return count


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let the cyclic collector rest: entries form no cycles, and it would walk them all again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _matched(warehouse: Warehouse, month: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield side, entry, match and step, reading the entries over a connection of their own."""
    with warehouse.connect() as ledger:
        by_hand = in_force(ledger, month=month)
    connection: Connection
    with warehouse.connect(layer=_LAYER) as connection, connection.cursor(name="entries") as cursor:
        cursor.itersize = _BATCH
        for _, rows in groupby(cursor.execute(_ENTRIES), key=itemgetter(0)):
            entries = [Entry._make(row[1:]) for row in rows]
            for entry in (settled := _settled(entries, by_hand)):
                settling = by_hand[entry.entry_id]
                step = "written_off" if settling.kind == "write_off" else "hand"
                yield entry.side, entry.entry_id, str(settling.match_id), step
            if settled:
                gone = {entry.entry_id for entry in settled}
                entries = [entry for entry in entries if entry.entry_id not in gone]
            for match in match_account(entries):
                names = sorted(f"{entry.side}:{entry.entry_id}" for entry in match.entries)
                match_id = hashlib.sha256("|".join(names).encode()).hexdigest()[:16]
                for entry in match.entries:
                    yield entry.side, entry.entry_id, match_id, match.step


def _settled(entries: list[Entry], by_hand: Mapping[str, HandMatch]) -> list[Entry]:
    """Return the entries of an account that people settled; of a match that lacks one, none."""
    groups: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries if by_hand else ():
        if entry.entry_id in by_hand:
            groups[by_hand[entry.entry_id].match_id].append(entry)
    wanted = {match.match_id: len(match.entries) for match in by_hand.values()}
    return [entry for number, group in groups.items() if len(group) == wanted[number] for entry in group]

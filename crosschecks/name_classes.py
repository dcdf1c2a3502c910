"""Classifies how alike two spellings of a name are, for every pair found under one identity number."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import Connection

from crosschecks.names import EQUAL, classify, is_written_alike
from fundwatch.database.warehouse import Warehouse

_BATCH = 5000
_COLUMNS = "name_a, name_b, match_class, is_written_alike"
_LAYER = "crosschecks"


def prepare(warehouse: Warehouse) -> None:
    """Create the table of name classes, which the models read; nothing happens the second time."""
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute(
            "create table if not exists crosschecks.name_matches ("
            " name_a text not null, name_b text not null,"
            " match_class text not null check (match_class in ('A', 'B', 'C')),"
            " is_written_alike boolean not null,"
            " primary key (name_a, name_b))"
        )
        # A warehouse of an earlier version judges anew before anything reads the column.
        connection.execute(
            "alter table crosschecks.name_matches"
            " add column if not exists is_written_alike boolean not null default false"
        )


def judge(warehouse: Warehouse) -> int:
    """Classify every pair of ``crosschecks.name_pairs`` and store its class in ``crosschecks.name_matches``.

    Shape:  one row per pair, as spelled; return how many there are.
    Again:  all pairs are classified again and replace the old ones in one transaction.
    """
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute("truncate crosschecks.name_matches")
        count = 0
        with (
            connection.cursor() as cursor,
            cursor.copy(f"copy crosschecks.name_matches ({_COLUMNS}) from stdin") as copy,
        ):
            for name_a, name_b in _pairs(warehouse):
                judged = classify(name_a, name_b)
                alike = judged == EQUAL or is_written_alike(name_a, name_b)
                copy.write_row((name_a, name_b, judged, alike))
                count += 1
        connection.execute("analyze crosschecks.name_matches")
        return count


def _pairs(warehouse: Warehouse) -> Iterator[tuple[str, str]]:
    """Stream the pairs over a connection of their own."""
    connection: Connection
    with warehouse.connect(layer=_LAYER) as connection, connection.cursor(name="pairs") as cursor:
        cursor.itersize = _BATCH
        yield from cursor.execute("select name_a, name_b from crosschecks.name_pairs")

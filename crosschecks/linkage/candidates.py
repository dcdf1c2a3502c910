"""Who is compared with whom: the records that share a block, handed to the engine as Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection, Cursor, sql

from crosschecks.linkage.frames import record_batch, schema, write_frequencies
from crosschecks.linkage.register import in_batches
from crosschecks.linkage.settings import BLOCKS
from fundwatch.queries import one_row

_SELECTED = """
    select
        persons.person_id, persons.name, persons.number, persons.birth, persons.compared_sex,
        persons.is_valid, chosen.is_relinked, names.frequency_class
    from {chosen} as chosen
    inner join crosschecks.linkage_persons as persons on chosen.person_id = persons.person_id
    left join crosschecks.linkage_names as names on persons.name = names.name
    order by persons.person_id collate "C"
"""
_GROUPS = """
    create temp table {table} on commit drop as
    select persons.*
    from crosschecks.linkage_persons as persons
    left join linkage_relinked as relinked on persons.person_id = relinked.person_id
    where not persons.is_valid and relinked.person_id is {condition}
"""

_VALID = "(select p.* from crosschecks.linkage_persons as p inner join {} using (person_id) where p.is_valid)"


@dataclass(frozen=True)
class Candidates:
    """Parquet files of the records to compare: the left ones with the right ones."""

    left: Path
    right: Path
    frequencies: Path
    count: int


def choose_candidates(connection: Connection) -> int:
    """Choose who is compared, in temporary tables; return how many stand on the left.

    On the left stand the relinked without a valid number, and the relinked with one that share a block with
    somebody else without one; on the right whoever shares a block with somebody on the left.
    """
    with connection.cursor() as cursor:
        for table, condition in (("linkage_open", "not null"), ("linkage_settled", "null")):
            cursor.execute(sql.SQL(_GROUPS).format(table=sql.SQL(table), condition=sql.SQL(condition)))
            cursor.execute(sql.SQL("analyze {}").format(sql.SQL(table)))
        _choose(
            cursor,
            "linkage_left",
            [
                sql.SQL("select person_id from linkage_open"),
                *_sharing(_VALID.format("linkage_relinked"), "linkage_settled"),
            ],
        )
        (left,) = one_row(cursor.execute("select count(*) from linkage_left"))
        if left:
            _choose(
                cursor,
                "linkage_right",
                [
                    *_sharing("crosschecks.linkage_persons", "linkage_open"),
                    *_sharing("linkage_settled", _VALID.format("linkage_left")),
                ],
            )
    return int(left)


def write_candidates(connection: Connection, folder: Path, *, population: int) -> Candidates:
    """Write the records chosen, and the frequencies of their names, to Parquet files in ``folder``."""
    frequencies: dict[str, int] = {}
    count = sum(
        _write(connection, folder / f"{side}.parquet", side=side, frequencies=frequencies)
        for side in ("left", "right")
    )
    write_frequencies(folder / "frequencies.parquet", frequencies, population=population)
    return Candidates(
        left=folder / "left.parquet",
        right=folder / "right.parquet",
        frequencies=folder / "frequencies.parquet",
        count=count,
    )


def _choose(cursor: Cursor, table: str, queries: list[sql.SQL]) -> None:
    cursor.execute(
        sql.SQL(f"create temp table {table} on commit drop as ") + sql.SQL(" union ").join(queries)
    )


def _sharing(rows: str, others: str) -> Iterator[sql.SQL]:
    """Yield, for each block, the query of the ids among ``rows`` that share it with one of ``others``."""
    for block in BLOCKS:
        yield sql.SQL(
            f"select person_id from {rows} as l where exists"
            f" (select 1 from {others} as r where {block.shared('l', 'r')})"
        )


def _write(connection: Connection, path: Path, *, side: str, frequencies: dict[str, int]) -> int:
    """Write the records of one side, with what only Python works out of a name; return how many."""
    import pyarrow.parquet as pq

    count = 0
    chosen = (
        f"(select side.person_id, relinked.person_id is not null as is_relinked from linkage_{side} as side"
        " left join linkage_relinked as relinked on side.person_id = relinked.person_id)"
    )
    with pq.ParquetWriter(path, schema()) as writer:
        for batch in in_batches(connection, sql.SQL(_SELECTED).format(chosen=sql.SQL(chosen))):
            writer.write_batch(record_batch([row[:7] for row in batch]))
            frequencies.update((row[1], row[7]) for row in batch if row[1] is not None)
            count += len(batch)
    return count

"""The register of the persons linked last: what each was compared by, and how frequent his name is.

It is what makes linkage incremental: a run links again whoever differs from the register, and whoever another
frequency of his name concerns. Frequencies are counted in powers of two, so that few of them change. Where
the ledger's versions tell who may differ since the month linked last, nobody else is compared with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from psycopg import Connection, Cursor, sql

from crosschecks.linkage.records import compared
from crosschecks.linkage.settings import BLOCKS
from crosschecks.linkage.versions import Batch, batch_of, note_suspects
from fundwatch.database.warehouse import Warehouse
from fundwatch.queries import one_row

LAYER = "crosschecks"
_BATCH = 20_000
_AS_READ = "person_name, identity_number, identity_number_18, birth_on, sex"
_COLUMNS = f"person_id, {_AS_READ}, name, number, birth, compared_sex"
Row = tuple[str, str | None, str | None, str | None, date | None, str | None]

_TABLES: LiteralString = """
    create table if not exists crosschecks.linkage_persons (
        person_id text primary key, person_name text, identity_number text,
        identity_number_18 text, birth_on date, sex text,
        name text, number text, birth text, compared_sex text,
        is_valid boolean not null generated always as (identity_number_18 is not null) stored
    );
    create table if not exists crosschecks.linkage_names (
        name text primary key, frequency_class smallint not null
    );
    create table if not exists crosschecks.linkage_state (
        model text not null, population_class smallint not null
    );
    alter table crosschecks.linkage_state
    add column if not exists month text, add column if not exists state_id text;
    create table if not exists crosschecks.linkage_pairs (
        person_id text not null, other_person_id text not null,
        probability double precision not null,
        name_level smallint not null, birth_level smallint not null, sex_level smallint not null,
        number_level smallint not null,
        primary key (person_id, other_person_id), check (person_id collate "C" < other_person_id collate "C")
    );
    create table if not exists crosschecks.linked_pairs (
        person_id text not null, other_person_id text not null,
        is_linked boolean not null, score numeric(18, 6) not null,
        reason_zh text not null, reason_en text not null,
        primary key (person_id, other_person_id), check (person_id collate "C" < other_person_id collate "C")
    )
"""
_CHANGED: LiteralString = """
    create temp table linkage_changed on commit drop as
    select
        coalesce(read.person_id, held.person_id) as person_id,
        read.person_id is null as is_gone,
        held.name as former_name,
        read.person_name, read.identity_number, read.identity_number_18, read.birth_on, read.sex
    from {read} as read
    full join {held} as held on read.person_id = held.person_id
    where
        read.person_id is null
        or held.person_id is null
        or (read.person_name, read.identity_number, read.identity_number_18, read.birth_on, read.sex)
        is distinct from
        (held.person_name, held.identity_number, held.identity_number_18, held.birth_on, held.sex)
"""
_OF_SUSPECTS: LiteralString = "(select * from {} where person_id in (select person_id from linkage_suspects))"
# Everybody is read and compared at once: that is not to spill to disk.
_MEMORY: LiteralString = "set local work_mem = '256MB'"
# What becomes of the frequencies of names that somebody took or gave up.
_FREQUENCIES: LiteralString = """
    create temp table linkage_frequencies on commit drop as
    with touched as (
        select former_name as name from linkage_changed where former_name is not null
        union
        select name from linkage_incoming where name is not null
    ),
    counted as (
        select touched.name, count(persons.person_id) as persons
        from touched
        left join crosschecks.linkage_persons as persons on touched.name = persons.name
        group by touched.name
    ),
    -- A logarithm takes as long as counting a name, and many names have as many bearers.
    classes as (
        select persons, cast(ceil(log(2, persons)) as smallint) as frequency_class
        from counted
        where persons > 0
        group by persons
    )
    select counted.name, classes.frequency_class
    from counted
    left join classes on counted.persons = classes.persons
    left join crosschecks.linkage_names as names on counted.name = names.name
    where classes.frequency_class is distinct from names.frequency_class
"""

# Whose name became rarer or more frequent concerns the pairs of its bearers without a valid number alone.
_RELINKED: LiteralString = """
    insert into linkage_relinked (person_id)
    select person_id from linkage_incoming
    union
    select persons.person_id
    from crosschecks.linkage_persons as persons
    inner join linkage_frequencies as changed on persons.name = changed.name
    where not persons.is_valid
"""
_CONCERNED: LiteralString = (
    "(select person_id from linkage_changed union all select person_id from linkage_relinked)"
)
_FORGET_PAIRS: LiteralString = (
    "with forgotten as (delete from crosschecks.linkage_pairs"
    f" where person_id in {_CONCERNED} or other_person_id in {_CONCERNED}"
    " returning person_id, other_person_id)"
    " insert into linkage_parted select person_id from forgotten"
    " union select other_person_id from forgotten"
)
# Above this share of the register its indexes are built anew rather than kept up row by row.
_MANY = 0.2


@dataclass(frozen=True)
class Changes:
    """How far the register moved: persons new or changed, gone, and to be linked again.

    ``is_whole``: they are all linked again.
    """

    population: int
    changed: int
    gone: int
    relinked: int
    is_whole: bool


def prepare(warehouse: Warehouse) -> None:
    """Create the tables of the linkage; nothing happens the second time."""
    with warehouse.connect(layer=LAYER) as connection:
        connection.execute(_TABLES)


def update(connection: Connection, *, model: str, month: str | None = None) -> Changes:
    """Take the persons of the batch into the register and note who is to be linked again.

    Shape:  the temporary table ``linkage_relinked`` (person_id) lists them, until the transaction ends; pairs
            of theirs, and of whoever is gone, are removed, and ``linkage_parted`` (person_id) lists who had
            one. With another model, or a population of another power of two, they are all. ``month`` is
            that of the batch: without it everybody is compared with the register.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MEMORY)
        batch = batch_of(cursor, month)
        _note_changed(cursor, batch)
        changed, gone = one_row(
            cursor.execute(
                "select count(*) filter (where not is_gone), count(*) filter (where is_gone)"
                " from linkage_changed"
            )
        )
        (held,) = one_row(cursor.execute("select count(*) from crosschecks.linkage_persons"))
        is_many = changed + gone > held * _MANY
        if is_many:
            _drop_block_indexes(cursor)
        _replace_changed(cursor)
        _index_blocks(cursor)
        if is_many:
            cursor.execute("analyze crosschecks.linkage_persons")
        _update_frequencies(cursor)
        if is_many:
            cursor.execute("analyze crosschecks.linkage_names")
        population, is_whole = _note_relinked(cursor, model=model)
        (relinked,) = one_row(cursor.execute("select count(*) from linkage_relinked"))
        cursor.execute(
            "update crosschecks.linkage_state set month = %s, state_id = %s", (batch.month, batch.state_id)
        )
        cursor.execute("set local work_mem to default")
    return Changes(population, changed, gone, relinked, is_whole)


def population_class(population: int) -> int:
    """Return the power of two that stands for how many persons are linked."""
    return round(math.log2(max(population, 1)))


def _note_changed(cursor: Cursor, batch: Batch) -> None:
    """Note whoever differs from the register, in ``linkage_changed``."""
    former = cursor.execute("select month, state_id from crosschecks.linkage_state").fetchone()
    is_known = former is not None and note_suspects(cursor, Batch(*former), batch)
    tables = {"read": "crosschecks.linkable_persons", "held": "crosschecks.linkage_persons"}
    cursor.execute(
        sql.SQL(_CHANGED).format(
            **{
                side: sql.SQL(_OF_SUSPECTS if is_known else "{}").format(sql.SQL(table))
                for side, table in tables.items()
            }
        )
    )


def _replace_changed(cursor: Cursor) -> None:
    """Replace the rows of changed persons, with what they are compared by worked out."""
    cursor.execute(
        "create temp table linkage_incoming (like crosschecks.linkage_persons) on commit drop;"
        " alter table linkage_incoming drop column is_valid"
    )
    query = f"select person_id, {_AS_READ} from linkage_changed where not is_gone"
    for batch in in_batches(cursor.connection, query):
        with cursor.copy(f"copy linkage_incoming ({_COLUMNS}) from stdin") as copy:
            for row in batch:
                copy.write_row(_with_compared(row))
    cursor.execute(
        "analyze linkage_changed; analyze linkage_incoming;"
        " delete from crosschecks.linkage_persons as held using linkage_changed as changed"
        " where held.person_id = changed.person_id"
    )
    cursor.execute(
        f"insert into crosschecks.linkage_persons ({_COLUMNS}) select {_COLUMNS} from linkage_incoming"
    )


def _drop_block_indexes(cursor: Cursor) -> None:
    for number in range(len(BLOCKS)):
        cursor.execute(sql.SQL("drop index if exists crosschecks.{}").format(_block_index(number)))


def _index_blocks(cursor: Cursor) -> None:
    """Index what persons of each block share, so that those of a few persons are found without the others."""
    for number, block in enumerate(BLOCKS):
        keys = ", ".join(f"({key.format('linkage_persons')})" for key in block.keys)
        cursor.execute(
            sql.SQL("create index if not exists {} on crosschecks.linkage_persons ({})").format(
                _block_index(number), sql.SQL(keys)
            )
        )


def _block_index(number: int) -> sql.Identifier:
    return sql.Identifier(f"linkage_persons_block_{number + 1}")


def _with_compared(row: Row) -> tuple[object, ...]:
    """Return a person as read, followed by what he is compared by."""
    _, name, number, valid_number, birth, sex = row
    values = compared(name, number, valid_number, birth, sex)
    return (*row, values.name, values.number, values.birth, values.sex)


def _update_frequencies(cursor: Cursor) -> None:
    """Count the names anew that somebody took or gave up, and store the classes that changed."""
    cursor.execute(_FREQUENCIES)
    cursor.execute(
        "delete from crosschecks.linkage_names as names using linkage_frequencies as changed"
        " where names.name = changed.name;"
        " insert into crosschecks.linkage_names (name, frequency_class)"
        " select name, frequency_class from linkage_frequencies where frequency_class is not null"
    )


def _note_relinked(cursor: Cursor, *, model: str) -> tuple[int, bool]:
    """Note who is linked again and remove what was known of their pairs.

    Return how many persons there are, and whether all of them are linked again.
    """
    (population,) = one_row(cursor.execute("select count(*) from crosschecks.linkage_persons"))
    state = (model, population_class(population))
    is_same = cursor.execute("select model, population_class from crosschecks.linkage_state").fetchall() == [
        state
    ]
    cursor.execute(
        "create temp table linkage_relinked (person_id text primary key) on commit drop;"
        " create temp table linkage_parted (person_id text) on commit drop"
    )
    if is_same:
        cursor.execute(_RELINKED)
        cursor.execute(_FORGET_PAIRS)
    else:
        cursor.execute(
            "insert into linkage_relinked select person_id from crosschecks.linkage_persons;"
            " truncate crosschecks.linkage_pairs; truncate crosschecks.linkage_state"
        )
        cursor.execute("insert into crosschecks.linkage_state values (%s, %s)", state)
    cursor.execute("analyze linkage_relinked")
    return int(population), not is_same


def in_batches(connection: Connection, query: LiteralString | sql.Composed) -> Iterator[list[tuple]]:
    """Stream the rows of a query, some thousands at a time, within the transaction of ``connection``."""
    with connection.cursor(name="linkage") as cursor:
        cursor.execute(query)
        while batch := cursor.fetchmany(_BATCH):
            yield batch

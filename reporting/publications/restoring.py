"""What a publication was made from, put back as it was known then, into a scratch warehouse.

Landing keeps every row ever landed, and ``ops.landing_withdrawals`` keeps when a row was taken out of which
months. So the state of the production tables at the months that were built can be seen as of the moment each
was built, whatever has been landed since.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from fundwatch.errors import NotFound
from fundwatch.site import FILES
from fundwatch.warehouse import Warehouse
from reporting.snapshot.inputs import landed_ids


@dataclass(frozen=True)
class Step:
    """One step to run again: for which month, as of which day, on which version of the site."""

    month: str
    step: str
    as_of: date
    site_version: str
    began: datetime


@dataclass(frozen=True)
class _Known:
    """A month as it was known at some moment, and the production extracts that were landed by then."""

    month: str
    began: datetime
    files: tuple[str, ...]


def steps_of(connection: psycopg.Connection, number: int) -> list[Step]:
    """Return what has to be run again for a publication, in order.

    Raises: NotFound when the publication is unknown, or of a version that did not note it down.
    """
    found = connection.execute("select replay from ops.publications where number = %s", (number,)).fetchone()
    if not found or not found[0]:
        raise NotFound(
            f"publication {number} does not say what it was built from"
            if found
            else f"there is no publication {number}",
            next_step="Reproduce a publication that this version of Fundwatch, or a later one, prepared",
        )
    return [
        Step(
            one["month"], one["step"], date.fromisoformat(one["as_of"]), one["site_version"],
            datetime.fromisoformat(one["began"]),
        )
        for one in found[0]
    ]  # fmt: skip


def restore_feeds(source: Warehouse, scratch: Warehouse, *, number: int, steps: Sequence[Step]) -> None:
    """Copy what a publication names of the feeds, and what else was known of files, into an empty warehouse.

    Shape: landing, quarantine and ops.files of ``scratch``; ids of files and lines stay. Waivers and
           declarations, as they had been entered when the publication was prepared.
    """
    with source.connect() as here, scratch.connect() as there:
        batches, prepared_at = here.execute(
            "select batches, prepared_at from ops.publications where number = %s", (number,)
        ).fetchone()
        feeds = batches["feeds"]
        for table, entry in (("quality.waivers", "waiver_id"), ("ops.declarations", "declaration_id")):
            _copy(here, there, table, f"entered_at <= {{}} order by {entry}", prepared_at)
        production = {file_id for step in steps for file_id in known_to(here, step)}
        _copy_files(here, there, loaded=[*sorted(production), *feeds], steps=steps)
        _copy(here, there, "quarantine.rows", "file_id = any({})", feeds)
        for table in _landing_tables(here):
            if not table.startswith("production__"):
                _copy(here, there, f"landing.{table}", "_file_id = any({})", feeds)


def known_to(connection: psycopg.Connection, step: Step) -> tuple[str, ...]:
    """Return the production extracts that a step could read."""
    return landed_ids(connection, step.month, feeds=("production",), until=step.began)


def restore_production(source: Warehouse, scratch: Warehouse, *, steps: Sequence[Step]) -> None:
    """Put the production tables back as the steps, one of each month, found them.

    Shape: landing.production__* and ops.extracts of ``scratch``.
    Again: what was put back before is replaced.
    """
    with source.connect() as here, scratch.connect() as there:
        here.execute("set transaction isolation level repeatable read")
        known = sorted(
            (_Known(step.month, step.began, known_to(here, step)) for step in steps),
            key=lambda one: one.month,
        )
        production = sorted({file_id for one in known for file_id in one.files})
        there.execute("truncate ops.extracts")
        _copy(here, there, "ops.extracts", "file_id = any({})", production)
        for table in _landing_tables(here):
            if table.startswith("production__"):
                there.execute(sql.SQL("truncate {}").format(sql.Identifier("landing", table)))
                _copy_state(here, there, table, known)
    with scratch.connect(autocommit=True) as there:
        there.execute("analyze")


def write_site(source: Warehouse, version: str, folder: Path) -> None:
    """Write a version of the site's parameters as the CSV files it was loaded from."""
    folder.mkdir(parents=True, exist_ok=True)
    with source.connect() as connection:
        for name, columns in FILES.items():
            query = sql.SQL("select {} from site.{} where _site_version = %s order by _row").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(name)
            )
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
                writer = csv.writer(target)
                writer.writerow(columns)
                writer.writerows(connection.execute(query, (version,)))


def _landing_tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select tablename from pg_tables where schemaname = 'landing' order by tablename"
    )
    return [table for (table,) in rows]


def _copy_files(
    here: psycopg.Connection, there: psycopg.Connection, *, loaded: list[str], steps: Sequence[Step]
) -> None:
    """Copy what was loaded then, and what had arrived but was not; a file loaded since is as if not there."""
    latest = max(step.began for step in steps)
    which = (
        "file_id = any({}) or (state in ('rejected', 'held', 'duplicate', 'waiting') and first_seen_at <= {})"
    )
    _copy(here, there, "ops.files", which, loaded, latest)
    there.execute(
        "update ops.files set state = 'loaded' where file_id = any(%s) and feed <> 'production'", (loaded,)
    )


def _copy_state(
    here: psycopg.Connection, there: psycopg.Connection, table: str, known: Sequence[_Known]
) -> None:
    """Copy a production table's rows, each with the built months it was in force in as known then."""
    names = _columns(here, f"landing.{table}")
    plain = [name for name in names if name not in ("_valid_from", "_valid_to")]
    here.execute("drop table if exists pg_temp.known_state")
    here.execute(
        "create temporary table known_state (_file_id text, _row bigint, place integer) on commit drop"
    )
    for place, one in enumerate(known, start=1):
        here.execute(
            sql.SQL(_STATE).format(table=sql.Identifier("landing", table)),
            {"place": place, "files": list(one.files), "month": one.month, "began": one.began, "name": table},
        )
    query = sql.SQL(_WITH_MONTHS).format(
        table=sql.Identifier("landing", table),
        columns=sql.SQL(", ").join(sql.SQL("r.{}").format(sql.Identifier(name)) for name in plain),
        months=sql.Literal([one.month for one in known]),
    )
    _stream(here, there, query, f"landing.{table}", [*plain, "_valid_from", "_valid_to"])


def _copy(
    here: psycopg.Connection, there: psycopg.Connection, table: str, which: str, *given: object
) -> None:
    names = _columns(here, table)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    bound = sql.SQL(which).format(*map(sql.Literal, given))
    query = sql.SQL("select {} from {} where {}").format(columns, sql.Identifier(*table.split(".")), bound)
    _stream(here, there, query, table, names)


def _stream(
    here: psycopg.Connection,
    there: psycopg.Connection,
    query: sql.Composed,
    table: str,
    names: Sequence[str],
) -> None:
    into = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with (
        here.cursor().copy(sql.SQL("copy ({}) to stdout").format(query)) as rows,
        there.cursor().copy(into) as copy,
    ):
        for data in rows:
            copy.write(data)


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and attidentity = '' and attgenerated = '' order by attnum",
        (table,),
    )
    return [name for (name,) in rows]


# Rows in force in a month as known at a moment: those in force now, and those withdrawn from it since.
# A row taken out of a month was taken out of the months up to the next batch there was at that time.
_STATE = """
insert into known_state (_file_id, _row, place)
select distinct r._file_id, r._row, %(place)s::integer
from {table} as r
where r._file_id = any(%(files)s)
    and (
        r._valid_from <= %(month)s and (r._valid_to is null or r._valid_to > %(month)s)
        or exists (
            select from ops.landing_withdrawals as w
            where w.table_name = %(name)s
                and w.file_id = r._file_id
                and w.row_number = r._row
                and w.withdrawn_at > %(began)s
                and w.from_month <= %(month)s
                and (w.to_month is null or w.to_month > %(month)s)
                and not exists (
                    select from ops.extracts as e
                    where e.month > w.from_month and e.month <= %(month)s and e.taken_at < w.withdrawn_at
                )
        )
    )
"""

# A run of built months in which a row was in force is one row, half open; the last run has no end.
_WITH_MONTHS = """
with placed as (
    select
        _file_id, _row, place,
        place - row_number() over (partition by _file_id, _row order by place) as run
    from known_state
),
runs as (
    select _file_id, _row, min(place) as first_place, max(place) as last_place
    from placed
    group by _file_id, _row, run
),
contents as (
    select distinct on (r._file_id, r._row) r.* from {table} as r order by r._file_id, r._row
)
select
    {columns},
    (({months})::text[])[runs.first_place],
    (({months})::text[])[runs.last_place + 1]
from runs
inner join contents as r on r._file_id = runs._file_id and r._row = runs._row
order by r._file_id, r._row, runs.first_place
"""

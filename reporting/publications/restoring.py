"""Point-in-time restore of a publication's inputs, into a scratch warehouse.

Landing keeps every row ever landed, and ``ops.landing_withdrawals`` records when a row was removed from which
months. So the production tables of a built month can be read as of the moment it was built, whatever has
landed since.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from fundwatch.site import FILES
from reporting.snapshot.inputs import landed_ids


@dataclass(frozen=True)
class Step:
    """One step to repeat: its month, as-of day and site version, and when it began."""

    month: str
    step: str
    as_of: date
    site_version: str
    began: datetime


@dataclass(frozen=True)
class _MonthState:
    """A month at the moment a step began, and the production extracts landed by then."""

    month: str
    began: datetime
    files: tuple[str, ...]


def steps_of(connection: psycopg.Connection, number: int) -> list[Step]:
    """Return the steps to repeat for a publication, in order.

    Raises: NotFound when the publication is unknown, or was prepared by a version that stored no steps.
    """
    row = connection.execute("select replay from ops.publications where number = %s", (number,)).fetchone()
    if not row or not row[0]:
        raise NotFound(
            f"publication {number} does not say what it was built from"
            if row
            else f"there is no publication {number}",
            next_step="Reproduce a publication that this version of Fundwatch, or a later one, prepared",
        )
    return [
        Step(
            run["month"], run["step"], date.fromisoformat(run["as_of"]), run["site_version"],
            datetime.fromisoformat(run["began"]),
        )
        for run in row[0]
    ]  # fmt: skip


def restore_feeds(source: Warehouse, scratch: Warehouse, *, number: int, steps: Sequence[Step]) -> None:
    """Copy a publication's feed files, and the records of files not loaded then, into an empty warehouse.

    Shape: landing, quarantine and ops.files of ``scratch``; ids of files and lines stay. Waivers and
           declarations entered, and events of cases recorded, before the publication was prepared.
    """
    with source.connect() as here, scratch.connect() as there:
        ((batches, prepared_at),) = here.execute(
            "select batches, prepared_at from ops.publications where number = %s", (number,)
        )
        feeds = batches["feeds"]
        for table, entry in (("quality.waivers", "waiver_id"), ("ops.declarations", "declaration_id")):
            _copy(here, there, table, f"entered_at <= {{}} order by {entry}", prepared_at)
        # What is recorded of a case or a match is taken with its entry in the audit log alone.
        for table in ("ops.audit", "ops.audit_heads"):
            _copy(here, there, table, "stream in ('cases', 'matches')")
        _copy(here, there, "ops.case_events", "recorded_at <= {}", prepared_at)
        production = {file_id for step in steps for file_id in extracts_read_by(here, step)}
        _copy_files(here, there, loaded=[*sorted(production), *feeds], steps=steps)
        _copy(here, there, "quarantine.rows", "file_id = any({})", feeds)
        for table in _landing_tables(here):
            if not table.startswith("production__"):
                _copy(here, there, f"landing.{table}", "_file_id = any({})", feeds)


def restore_hand_matches(source: Warehouse, scratch: Warehouse, *, until: datetime) -> None:
    """Restore the matches by hand to what a step that began at a moment could read.

    Source: ops.hand_matches; ``restore_feeds`` copied what the audit log has of them.
    Shape:  every act of ``scratch`` keeps its number, by which its entry in the audit log names it.
    Again:  what was restored before is replaced.
    """
    with source.connect() as here, scratch.connect() as there:
        there.execute("alter table ops.hand_matches disable trigger append_only")
        there.execute("delete from ops.hand_matches")
        there.execute("alter table ops.hand_matches enable always trigger append_only")
        _copy(here, there, "ops.hand_matches", "recorded_at <= {}", until, numbered=True)


def extracts_read_by(connection: psycopg.Connection, step: Step) -> tuple[str, ...]:
    """Return the production extracts that a step could read."""
    return landed_ids(connection, step.month, feeds=("production",), until=step.began)


def restore_production(source: Warehouse, scratch: Warehouse, *, steps: Sequence[Step]) -> None:
    """Restore the production tables to what the steps, one of each month, read.

    Shape: landing.production__* and ops.extracts of ``scratch``.
    Again: what was restored before is replaced.
    """
    with source.connect() as here, scratch.connect() as there:
        here.execute("set transaction isolation level repeatable read")
        states = sorted(
            (_MonthState(step.month, step.began, extracts_read_by(here, step)) for step in steps),
            key=lambda state: state.month,
        )
        production = sorted({file_id for state in states for file_id in state.files})
        there.execute("truncate ops.extracts")
        _copy(here, there, "ops.extracts", "file_id = any({})", production)
        for table in _landing_tables(here):
            if table.startswith("production__"):
                there.execute(sql.SQL("truncate {}").format(sql.Identifier("landing", table)))
                _copy_states(here, there, table, states)
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
    """Copy the records of files loaded then, and of files that had arrived but were not loaded."""
    latest = max(step.began for step in steps)
    condition = (
        "file_id = any({}) or (state in ('rejected', 'held', 'duplicate', 'waiting') and first_seen_at <= {})"
    )
    _copy(here, there, "ops.files", condition, loaded, latest)
    there.execute(
        "update ops.files set state = 'loaded' where file_id = any(%s) and feed <> 'production'", (loaded,)
    )


def _copy_states(
    here: psycopg.Connection, there: psycopg.Connection, table: str, states: Sequence[_MonthState]
) -> None:
    """Copy a production table's rows, each with the built months in which it was current at the time."""
    names = _columns(here, f"landing.{table}")
    plain = [name for name in names if name not in ("_valid_from", "_valid_to")]
    here.execute("drop table if exists pg_temp.row_states")
    here.execute(
        "create temporary table row_states (_file_id text, _row bigint, place integer) on commit drop"
    )
    for place, state in enumerate(states, start=1):
        here.execute(
            sql.SQL(_STATE).format(table=sql.Identifier("landing", table)),
            {
                "place": place,
                "files": list(state.files),
                "month": state.month,
                "began": state.began,
                "name": table,
            },
        )
    query = sql.SQL(_WITH_MONTHS).format(
        table=sql.Identifier("landing", table),
        columns=sql.SQL(", ").join(sql.SQL("r.{}").format(sql.Identifier(name)) for name in plain),
        months=sql.Literal([state.month for state in states]),
    )
    _stream(here, there, query, f"landing.{table}", [*plain, "_valid_from", "_valid_to"])


def _copy(
    here: psycopg.Connection,
    there: psycopg.Connection,
    table: str,
    condition: str,
    *values: object,
    numbered: bool = False,
) -> None:
    """Copy rows; with ``numbered`` they keep the numbers the database gave them, else they get new ones."""
    names = _columns(here, table, numbered=numbered)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    bound = sql.SQL(condition).format(*map(sql.Literal, values))
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


def _columns(connection: psycopg.Connection, table: str, *, numbered: bool = False) -> list[str]:
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and (attidentity = '' or %s) and attgenerated = '' order by attnum",
        (table, numbered),
    )
    return [name for (name,) in rows]


# Rows current in a month at a moment: those current in it now, and those withdrawn from it since.
# A row withdrawn from a month was withdrawn from the months up to the next extract landed at that time.
_STATE = """
insert into row_states (_file_id, _row, place)
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

# Consecutive built months in which a row was current become one row, half open; the last run has no end.
_WITH_MONTHS = """
with placed as (
    select
        _file_id, _row, place,
        place - row_number() over (partition by _file_id, _row order by place) as run
    from row_states
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

"""One extract: all production tables of a month, read together and landed in one transaction."""

from __future__ import annotations

import hashlib
import json
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from fundwatch.errors import WarehouseUnavailable
from fundwatch.failpoints import failpoint
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from ingestion.failures import without_row_values
from ingestion.production.intervals import History
from ingestion.production.reading import TableRead, read_tables
from ingestion.production.source import Source, open_source
from ingestion.site import Site
from ingestion.summary import TableLanded
from ingestion.turns import lock_key, turn

FORMAT = "production-table/1"
_ATTEMPTS = 5


class _OvertakenError(Exception):
    """Another extract of this month was landed while we read."""


def land_production(
    warehouse: Warehouse, settings: Settings, *, month: str, site: Site
) -> tuple[TableLanded, ...]:
    """Read the production database as month ``month`` and land what differs from what is in force then.

    Shape:  landing.production__<table>, text, with the months each row is current in; one row per table
            in ops.extracts and ops.files.
    Again:  an unchanged source writes nothing.
    Raises: ProductionUnavailable, WarehouseUnavailable; nothing is changed then.
    """
    url = settings.production_url_for(month)
    zone = ZoneInfo(settings.timezone)
    with (
        without_row_values("production"),
        warehouse.connect(autocommit=True) as connection,
        turn(connection, "production"),
    ):
        for _ in range(_ATTEMPTS):
            try:
                with open_source(url, renamed=site.renamed) as source, connection.transaction():
                    landed = _land(connection, source, month=month, division=site.city, zone=zone)
                    failpoint("production.before_commit")
            except _OvertakenError:
                continue
            failpoint("production.after_commit")
            return landed
    raise WarehouseUnavailable(
        f"other extracts of {month} were landed each time this one was read",
        next_step="Wait until they have ended, then run the same command again",
    )


def _land(
    connection: psycopg.Connection,
    source: Source,
    *,
    month: str,
    division: str,
    zone: ZoneInfo,
) -> tuple[TableLanded, ...]:
    """Read everything, then write the differences; the caller's transaction makes it one."""
    cursor = connection.cursor()
    known = _last_sequence(cursor, month)
    read = read_tables(cursor, source, zone=zone)
    failpoint("production.after_reading")
    # From here on we only talk to the warehouse: a worker that stops now is thrown out, not waited for.
    cursor.execute("set local idle_in_transaction_session_timeout = '60s'")
    cursor.execute("select pg_advisory_xact_lock(%s)", (lock_key("production intervals"),))
    if _last_sequence(cursor, month) != known:
        raise _OvertakenError
    if _is_unchanged(cursor, month, known, read):
        return tuple(TableLanded(one.table.name, one.rows, 0, 0, _missing(one)) for one in read)
    cursor.execute("select min(month) from ops.extracts where month > %s", (month,))
    slot = {
        "month": month,
        "sequence": known + 1,
        "division": division,
        "following": cursor.fetchone()[0],
    }
    return tuple(_write(cursor, one, slot) for one in read)


def _missing(read: TableRead) -> tuple[str, ...]:
    """Name the table when the source has none of it, else its required columns that are not there."""
    table = read.table
    if not read.columns:
        return (table.name,)
    return tuple(f"{table.name}.{name}" for name in table.required if name not in read.columns)


def _last_sequence(cursor: psycopg.Cursor, month: str) -> int:
    cursor.execute("select coalesce(max(sequence), 0) from ops.extracts where month = %s", (month,))
    return cursor.fetchone()[0]


def _is_unchanged(cursor: psycopg.Cursor, month: str, sequence: int, read: list[TableRead]) -> bool:
    """Return whether the month's last extract read exactly the same rows."""
    cursor.execute(
        "select e.table_name, f.sha256 from ops.extracts as e join ops.files as f"
        " on f.file_id = e.file_id where e.month = %s and e.sequence = %s",
        (month, sequence),
    )
    return dict(cursor.fetchall()) == {one.table.name: one.sha256 for one in read}


def _write(cursor: psycopg.Cursor, read: TableRead, slot: dict) -> TableLanded:
    """Land one table's difference and enter it in the ledger."""
    name = read.table.name
    identity = ("production", FORMAT, name, slot["month"], str(slot["sequence"]), read.sha256)
    file_id = hashlib.sha256("|".join(identity).encode()).hexdigest()
    history = History(
        target=sql.Identifier("landing", f"production__{name.lower()}"),
        columns=[column.landed for column in read.table.columns],
        key=[code.lower() for code in read.table.key],
    )
    written = history.set_state(
        cursor,
        incoming=read.incoming,
        month=slot["month"],
        following=slot["following"],
        file_id=file_id,
    )
    failpoint("production.after_rows")
    cursor.execute(
        _ENTER_FILE,
        {**slot, "file_id": file_id, "format": FORMAT, "name": name, "sha256": read.sha256,
         "landed": written.opened},
    )  # fmt: skip
    cursor.execute(
        _ENTER_EXTRACT,
        {**slot, "file_id": file_id, "name": name, "rows": read.rows,
         "by_division": json.dumps(read.rows_by_division), "columns": list(read.columns)},
    )  # fmt: skip
    return TableLanded(
        name,
        source_rows=read.rows,
        landed=written.opened,
        closed=written.closed,
        missing=_missing(read),
    )


_ENTER_FILE = """
insert into ops.files (
    file_id, feed, format, division, month, sequence, name, sha256, state,
    rows_declared, rows_loaded, rows_quarantined, rows_repeated, decided_at
)
values (
    %(file_id)s, 'production', %(format)s, %(division)s, %(month)s, %(sequence)s, %(name)s, %(sha256)s,
    'loaded', %(landed)s, %(landed)s, 0, 0, now()
)
"""

_ENTER_EXTRACT = """
insert into ops.extracts (
    month, sequence, table_name, file_id, source_rows, source_rows_by_division, source_columns
)
values (%(month)s, %(sequence)s, %(name)s, %(file_id)s, %(rows)s, %(by_division)s, %(columns)s)
"""

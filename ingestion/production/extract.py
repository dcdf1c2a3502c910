"""One extract: all production tables of a month, read together and landed in one transaction."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import psycopg

from fundwatch.catalogue import TABLES
from fundwatch.errors import DiskFull, FolderUnusable, WarehouseUnavailable
from fundwatch.failpoints import failpoint
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from ingestion.failures import without_row_values
from ingestion.locks import take_turn, turn
from ingestion.production.changes.checkpoint import Extracts, read_extracts, read_remembered
from ingestion.production.changes.intervals import Written
from ingestion.production.ledger import Slot, enter, landed
from ingestion.production.reading import TableRead, read_table
from ingestion.production.source.connect import open_source
from ingestion.production.table_reader import Reading
from ingestion.site_for_landing import LandingSite
from ingestion.summary import TableLanded

_ATTEMPTS = 5


class _OvertakenError(Exception):
    """Another extract was landed while we read."""


def land_production(
    warehouse: Warehouse, settings: Settings, *, month: str, site: LandingSite, verify: bool | None = None
) -> tuple[TableLanded, ...]:
    """Read the production database as month ``month`` and land what differs from what is in force then.

    ``verify`` passes every table once more to find edits and deletions AAE036 does not tell; None means for
    a month that is new, and for small tables. What lands is then what a full comparison would land.
    Shape:  landing.production__<table>, text, with the months each row is current in; one row per table
            in ops.extracts and ops.files.
    Again:  an unchanged source writes nothing.
    Raises: ProductionUnavailable, WarehouseUnavailable, FolderUnusable, DiskFull; nothing is changed then.
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
                with connection.transaction():
                    cursor = connection.cursor()
                    known = read_extracts(cursor)
                    with open_source(url, renamed=site.renamed, zone=zone) as source:
                        reading = Reading(cursor, source, zone, month, settings.home)
                        read = _read(reading, known, verify=verify)
                    tables = _land(cursor, read, known, month=month, division=site.city)
                    failpoint("production.before_commit")
            except _OvertakenError:
                continue
            failpoint("production.after_commit")
            return tables
    raise WarehouseUnavailable(
        f"other extracts of {month} were landed each time this one was read",
        next_step="Wait until they have ended, then run the same command again",
    )


def _read(reading: Reading, known: Extracts, *, verify: bool | None) -> list[TableRead]:
    """Read every table of the catalogue; one that is missing at the source reads as empty."""
    before = read_remembered(reading.cursor, known, month=reading.month)
    is_last = known.latest is None or known.latest <= reading.month
    if verify is None and reading.month not in known.sequences:
        verify = True
    with _spool_errors(reading):
        read = []
        for table in TABLES.values():
            read.append(read_table(reading, table, before.get(table.name), may_trust=is_last, verify=verify))
            failpoint("production.after_table")
    failpoint("production.after_reading")
    return read


def _land(
    cursor: psycopg.Cursor, read: list[TableRead], known: Extracts, *, month: str, division: str
) -> tuple[TableLanded, ...]:
    """Write the differences; the caller's transaction makes it one."""
    # From here on we only talk to the warehouse: a worker that stops now is thrown out, not waited for.
    cursor.execute("set local idle_in_transaction_session_timeout = '60s'")
    take_turn(cursor, "production intervals")
    if read_extracts(cursor) != known:
        raise _OvertakenError
    if month in known.sequences and all(one.is_unchanged for one in read):
        return tuple(landed(one, Written(opened=0, closed=0)) for one in read)
    slot = Slot(
        month=month,
        sequence=known.sequences.get(month, 0) + 1,
        division=division,
        following=known.following(month),
    )
    return tuple(enter(cursor, one, slot) for one in read)


@contextmanager
def _spool_errors(reading: Reading) -> Iterator[None]:
    """Say in one line that there is no room for what is read."""
    try:
        yield
    except OSError as error:
        raise (DiskFull if error.errno == errno.ENOSPC else FolderUnusable)(
            f"what is read cannot be kept in {reading.folder} while it is landed ({error.strerror})",
            next_step="Make room there, then run the same command again",
        ) from None

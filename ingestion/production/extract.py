"""One extract: all production tables of a month, read together and landed in one transaction."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from zoneinfo import ZoneInfo

import psycopg

from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import DiskFull, FolderUnusable, WarehouseUnavailable
from fundwatch.failpoints import failpoint
from fundwatch.settings import Settings
from ingestion.failures import without_row_values
from ingestion.locks import acquire_lock, advisory_lock
from ingestion.production.changes.checkpoint import (
    Extracts,
    read_checkpoints,
    read_extracts,
    released_tables,
)
from ingestion.production.changes.intervals import Written
from ingestion.production.ledger import Slot, enter, landed
from ingestion.production.source.connect import open_source
from ingestion.production.table_diff import TableDiff, diff_table
from ingestion.production.table_reader import ExtractContext
from ingestion.site_for_landing import LandingSite
from ingestion.summary import TableLanded

_ATTEMPTS = 5


class _ConcurrentExtractError(Exception):
    """Another extract was landed while this one was read."""


def land_production(
    warehouse: Warehouse, settings: Settings, *, month: str, site: LandingSite, verify: bool | None = None
) -> tuple[TableLanded, ...]:
    """Read the production database as month ``month`` and land what differs from the rows current then.

    ``verify`` scans every table for edits and deletions that AAE036 does not show; None means for a month
    that is new, and for small tables. What lands is then what a full comparison would land.
    Shape:  landing.production__<table>, text, with the months each row is current in; one row per table
            in ops.extracts and ops.files. A table that has lost all its rows is held: those landed before
            stay current until somebody releases it.
    Again:  an unchanged source writes nothing.
    Raises: ProductionUnavailable, WarehouseUnavailable, FolderUnusable, DiskFull; nothing is changed then.
    """
    url = settings.production_url_for(month)
    zone = ZoneInfo(settings.timezone)
    with (
        without_row_values("production"),
        warehouse.connect(autocommit=True) as connection,
        advisory_lock(connection, "production"),
    ):
        for _ in range(_ATTEMPTS):
            try:
                with connection.transaction(), ExitStack() as spools:
                    cursor = connection.cursor()
                    extracts = read_extracts(cursor)
                    with open_source(url, renamed=site.renamed, zone=zone) as source:
                        released = released_tables(cursor, month=month)
                        context = ExtractContext(cursor, source, zone, month, settings.home, spools, released)
                        diffs = _diff_tables(context, extracts, verify=verify)
                    tables = _land(cursor, diffs, extracts, month=month, division=site.city)
                    failpoint("production.before_commit")
            except _ConcurrentExtractError:
                continue
            failpoint("production.after_commit")
            return tables
    raise WarehouseUnavailable(
        f"other extracts of {month} were landed each time this one was read",
        next_step="Wait until they have ended, then run the same command again",
    )


def _diff_tables(context: ExtractContext, extracts: Extracts, *, verify: bool | None) -> list[TableDiff]:
    """Read every table of the catalogue; one that is missing at the source reads as empty."""
    before = read_checkpoints(context.cursor, extracts, month=context.month)
    is_last = extracts.latest is None or extracts.latest <= context.month
    if verify is None and context.month not in extracts.sequences:
        verify = True
    with _spool_errors(context):
        diffs = []
        for table in TABLES.values():
            checkpoint = before.get(table.name)
            diffs.append(diff_table(context, table, checkpoint, may_trust=is_last, verify=verify))
            failpoint("production.after_table")
    failpoint("production.after_reading")
    return diffs


def _land(
    cursor: psycopg.Cursor, diffs: list[TableDiff], extracts: Extracts, *, month: str, division: str
) -> tuple[TableLanded, ...]:
    """Write the differences, in the caller's transaction."""
    # From here on only the warehouse is used: it ends the session of a worker that stalls now.
    cursor.execute("set local idle_in_transaction_session_timeout = '60s'")
    acquire_lock(cursor, "production intervals")
    if read_extracts(cursor) != extracts:
        raise _ConcurrentExtractError
    if month in extracts.sequences and all(diff.is_unchanged for diff in diffs):
        return tuple(landed(diff, Written(opened=0, closed=0)) for diff in diffs)
    slot = Slot(
        month=month,
        sequence=extracts.sequences.get(month, 0) + 1,
        division=division,
        following=extracts.following(month),
    )
    return tuple(enter(cursor, diff, slot) for diff in diffs)


@contextmanager
def _spool_errors(context: ExtractContext) -> Iterator[None]:
    """Turn a failure of the spool into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise (DiskFull if error.errno == errno.ENOSPC else FolderUnusable)(
            f"what is read cannot be kept in {context.folder} while it is landed ({error.strerror})",
            next_step="Make room there, then run the same command again",
        ) from None

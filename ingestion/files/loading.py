"""Load one examined file: rows, quarantine, totals and state in one transaction, or nothing."""

from __future__ import annotations

import psycopg
from psycopg import sql

from fundwatch.failpoints import failpoint
from ingestion.files import ledger
from ingestion.files.content import Examined
from ingestion.files.contract import Format, Landing
from ingestion.files.inbox import Arrival


class OvertakenError(Exception):
    """Another file was loaded meanwhile, and changes what is to be made of this one."""


def load(
    connection: psycopg.Connection, arrival: Arrival, attempt: int, *, form: Format, examined: Examined
) -> None:
    """Write the file's rows to landing and quarantine and enter it as loaded.

    Raises: FencedError (a later attempt took over), OvertakenError (judge it again); nothing is written.
    """
    judged = examined.judged
    try:
        with connection.transaction():
            # A worker that stops here is thrown out, so that its retry need not wait for it.
            connection.execute("set local idle_in_transaction_session_timeout = '60s'")
            ledger.ensure_last(connection, arrival, attempt)
            failpoint("landing.before_rows")
            for landing in form.lands(judged.accepted):
                _copy_landing(connection, landing, arrival.file_id)
                failpoint("landing.after_rows")
            _copy_quarantine(connection, arrival.file_id, judged.refused)
            failpoint("landing.after_quarantine")
            if arrival.manifest.replaces and not ledger.supersede(connection, arrival):
                raise OvertakenError
            ledger.enter_loaded(connection, arrival, attempt, judged, normalised=examined.normalised)
            failpoint("landing.before_commit")
        failpoint("landing.after_commit")
    except psycopg.errors.UniqueViolation:
        raise OvertakenError from None


def _copy_landing(connection: psycopg.Connection, landing: Landing, file_id: str) -> None:
    names = [sql.Identifier(name) for name in (*landing.columns, "_file_id", "_row")]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("landing", landing.table), sql.SQL(", ").join(names)
    )
    with connection.cursor().copy(statement) as copy:
        for line, values in landing.rows:
            copy.write_row((*values, file_id, str(line)))
        failpoint("landing.during_copy")


def _copy_quarantine(connection: psycopg.Connection, file_id: str, refused: list) -> None:
    if not refused:
        return
    with connection.cursor().copy("copy quarantine.rows (file_id, line, reasons, raw) from stdin") as copy:
        for one in refused:
            copy.write_row((file_id, one.line, list(one.reasons), one.raw))

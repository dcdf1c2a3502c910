"""Load one file: rows, quarantine, totals and state in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql

from fundwatch.failpoints import failpoint
from ingestion.files.arrival.inbox import Arrival
from ingestion.files.contract import Format, Landing
from ingestion.files.loading import deduplication, ledger
from ingestion.files.loading.prefetch import ahead
from ingestion.files.reasons import RefusedError
from ingestion.files.validation import copy_text
from ingestion.files.validation.content import Examination, too_many_refused
from ingestion.files.validation.rows import SchemeCheck

# A file of fewer bytes is examined before the transaction begins: refused, it never touches the tables. A
# larger one is examined while it is copied, from its first rows on.
_EXAMINED_FIRST = 8 * 2**20


class OvertakenError(Exception):
    """Another file was loaded meanwhile, and changes what is to be made of this one."""


def load(
    connection: psycopg.Connection,
    arrival: Arrival,
    attempt: int,
    *,
    form: Format,
    opened: Callable[[], AbstractContextManager[BinaryIO]],
    is_scheme: SchemeCheck,
    scratch: Path,
    is_released: bool = False,
) -> None:
    """Examine the file's content and write it to landing and quarantine, and enter it as loaded.

    ``opened`` opens the content, more than once where keys repeat. ``is_released``: however many rows are
    refused.
    Raises: RefusedError (a check failed), FencedError (a later attempt took over), OvertakenError (judge it
            again); nothing is written then.
    """
    with (
        ExitStack() as reading,
        Examination(
            reading.enter_context(opened()),
            form=form,
            said=arrival.manifest,
            is_scheme=is_scheme,
            scratch=scratch,
        ) as examination,
        ahead(examination.landing_rows(file_id=arrival.file_id)) as rows,
    ):
        first, size = [], 0
        enough = _EXAMINED_FIRST if arrival.size < _EXAMINED_FIRST else 1
        while size < enough and (block := next(rows, None)) is not None:
            first.append(block)
            size += len(block)
        is_whole = size < enough
        if is_whole:
            _require(examination)
        try:
            with connection.transaction():
                # A worker that stops here is thrown out, so that its retry need not wait for it.
                connection.execute("set local idle_in_transaction_session_timeout = '60s'")
                ledger.ensure_last(connection, arrival, attempt)
                _copy(connection, form.lands([]), chain(first, rows))
                failpoint("loading.after_rows")
                reading.close()  # which finds out whether these were the bytes that arrived
                if not is_whole:
                    _require(examination)
                totals = deduplication.settle(connection, examination, file_id=arrival.file_id)
                verdict = too_many_refused(totals, said=arrival.manifest, listed=examination.refused.listed())
                if verdict and not is_released:
                    raise RefusedError(verdict.reason, verdict.message)
                _write_the_rest(connection, examination, opened, file_id=arrival.file_id)
                if arrival.manifest.replaces and not ledger.supersede(connection, arrival):
                    raise OvertakenError
                ledger.enter_loaded(connection, arrival, attempt, totals, normalised=examination.normalised)
                failpoint("loading.before_commit")
        except psycopg.errors.UniqueViolation:
            raise OvertakenError from None


def _write_the_rest(
    connection: psycopg.Connection,
    examination: Examination,
    opened: Callable[[], AbstractContextManager[BinaryIO]],
    *,
    file_id: str,
) -> None:
    """Write what is not a landed record: further tables of the format, and the quarantine."""
    for landing in examination.book.landings() if examination.book else ():
        _copy(connection, landing, iter([copy_text.of_rows(landing.rows, file_id=file_id)]))
    _copy_quarantine(connection, file_id, examination)
    deduplication.file_conflicts(connection, examination, opened, file_id=file_id)
    failpoint("loading.after_quarantine")


def _require(examination: Examination) -> None:
    verdict = examination.verdict()
    if verdict:
        raise RefusedError(verdict.reason, verdict.message)


def _copy(connection: psycopg.Connection, landing: Landing, rows: Iterator[bytes | memoryview]) -> None:
    names = [sql.Identifier(name) for name in (*landing.columns, "_file_id", "_row")]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("landing", landing.table), sql.SQL(", ").join(names)
    )
    with connection.cursor().copy(statement) as copy:
        for block in rows:
            failpoint("loading.rows")
            copy.write(block)


def _copy_quarantine(connection: psycopg.Connection, file_id: str, examination: Examination) -> None:
    if not examination.refused.count:
        return
    with connection.cursor().copy("copy quarantine.rows (file_id, line, reasons, raw) from stdin") as copy:
        for one in examination.refused:
            copy.write_row((file_id, one.line, list(one.reasons), one.raw))
    failpoint("loading.quarantine")

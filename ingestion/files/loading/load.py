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
from ingestion.files.loading.prefetch import prefetch
from ingestion.files.reasons import CheckFailedError
from ingestion.files.validation import copy_text
from ingestion.files.validation.content import Examination, too_many_quarantined
from ingestion.files.validation.row_checks import SchemeCheck

# A smaller file is validated before the transaction begins: if rejected, it never touches the tables. A
# larger one is validated while it is copied, from its first rows on.
_EXAMINED_FIRST = 8 * 2**20


class ConcurrentLoadError(Exception):
    """Another file was loaded meanwhile: this one must be checked again."""


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
    """Validate the file's content, write it to landing and quarantine, and enter it as loaded.

    ``opened`` opens the content, more than once where keys repeat. ``is_released`` loads it however many
    rows are quarantined.
    Raises: CheckFailedError (a check failed), FencedError (a later attempt took over), ConcurrentLoadError
            (check it again); nothing is written then.
    """
    manifest = arrival.valid_manifest
    with (
        ExitStack() as reading,
        Examination(
            reading.enter_context(opened()),
            form=form,
            manifest=manifest,
            is_scheme=is_scheme,
            scratch=scratch,
        ) as examination,
        prefetch(examination.landing_rows(file_id=arrival.file_id)) as rows,
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
                # The session of a worker that stalls here is ended, so that its retry need not wait for it.
                connection.execute("set local idle_in_transaction_session_timeout = '60s'")
                ledger.ensure_last(connection, arrival, attempt)
                _copy(connection, form.lands([]), chain(first, rows))
                failpoint("loading.after_rows")
                reading.close()  # verifies the hash of the bytes
                if not is_whole:
                    _require(examination)
                totals = deduplication.deduplicate(connection, examination, file_id=arrival.file_id)
                listed = examination.quarantine.listed()
                verdict = too_many_quarantined(totals, manifest=manifest, listed=listed)
                if verdict and not is_released:
                    raise CheckFailedError(verdict.reason, verdict.message)
                _write_the_rest(connection, examination, opened, file_id=arrival.file_id)
                if manifest.replaces and not ledger.supersede(connection, arrival):
                    raise ConcurrentLoadError
                ledger.enter_loaded(
                    connection, arrival, attempt, totals,
                    normalised=examination.normalised, message=examination.note,
                )  # fmt: skip
                failpoint("loading.before_commit")
        except psycopg.errors.UniqueViolation:
            raise ConcurrentLoadError from None


def _write_the_rest(
    connection: psycopg.Connection,
    examination: Examination,
    opened: Callable[[], AbstractContextManager[BinaryIO]],
    *,
    file_id: str,
) -> None:
    """Write everything but the landed records: further tables of the format, and the quarantine."""
    for landing in examination.book.landings() if examination.book else ():
        _copy(connection, landing, iter([copy_text.of_rows(landing.rows, file_id=file_id)]))
    _copy_quarantine(connection, file_id, examination)
    deduplication.quarantine_conflicts(connection, examination, opened, file_id=file_id)
    failpoint("loading.after_quarantine")


def _require(examination: Examination) -> None:
    verdict = examination.verdict()
    if verdict:
        raise CheckFailedError(verdict.reason, verdict.message)


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
    if not examination.quarantine.count:
        return
    with connection.cursor().copy("copy quarantine.rows (file_id, line, reasons, raw) from stdin") as copy:
        for record in examination.quarantine:
            copy.write_row((file_id, record.line, list(record.reasons), record.raw))
    failpoint("loading.quarantine")

"""Retry a file, or release it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import psycopg

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound, SignOffRefused, VaultDamaged
from fundwatch.queries import one_row
from fundwatch.settings import Settings
from ingestion.failures import without_row_values
from ingestion.files import reasons
from ingestion.files.arrival.inbox import Arrival
from ingestion.files.arrival.receiving import from_vault
from ingestion.files.loading import ledger
from ingestion.files.loading.intake import FileProcessor, make_processor
from ingestion.files.loading.releases import enter_release, is_released
from ingestion.files.operations.find import LedgerFile, find
from ingestion.site_for_landing import read_landing_site
from ingestion.summary import TABLE_EMPTIED

_UNDECIDED = frozenset({"waiting", "loading", "held", "rejected", "duplicate"})


@dataclass(frozen=True)
class RetriedFile:
    """The state of a file after a retry."""

    file_id: str
    name: str
    feed: str
    month: str | None
    state: str
    reason: str
    message: str


@dataclass(frozen=True)
class Retried:
    """A file that was retried, and those that had been waiting for it."""

    files: tuple[RetriedFile, ...]

    def counts(self) -> dict[str, int | str]:
        """Return how many files are in which state now."""
        states = [file.state for file in self.files]
        return {f"files {state}": states.count(state) for state in sorted(set(states))}


def find_for_retry(warehouse: Warehouse, *, file: str) -> LedgerFile:
    """Return the file that an operator wants to retry.

    Raises: NotFound, NotUnique.
    """
    with warehouse.connect() as connection:
        ledger_file = find(connection, file, prefer=lambda candidate: candidate.state in _UNDECIDED)
        return _with_run_month(connection, ledger_file)


def sign_release(warehouse: Warehouse, *, file: str, name: str, reason: str) -> LedgerFile:
    """Enter that ``name`` releases a held file, or a production table that lost its rows; return the file.

    Again:  a released file stays released; nothing is entered twice.
    Raises: NotFound, NotUnique, SignOffRefused (not held until somebody releases it; no name or reason; the
            person who ran the pipeline that held it).
    """
    with warehouse.connect(autocommit=True) as connection:
        ledger_file = find(connection, file, prefer=_is_held_for_release)
        if not is_released(connection, ledger_file.file_id):
            if not _is_held_for_release(ledger_file):
                reason_given = f" ({ledger_file.reason})" if ledger_file.reason else ""
                raise SignOffRefused(
                    f"{ledger_file.name} is {ledger_file.state}{reason_given}, not held for its refused rows",
                    next_step="Run fundwatch explain to see what can be done",
                )
            enter_release(connection, file_id=ledger_file.file_id, name=name, reason=reason)
        if ledger_file.feed == "production":
            return replace(ledger_file, run_month=ledger_file.month)
        return _with_run_month(connection, ledger_file)


def after_release(warehouse: Warehouse, *, file: LedgerFile) -> Retried:
    """Return a released production table, and the extract that took its place."""
    with warehouse.connect() as connection:
        return Retried(tuple(RetriedFile(*row) for row in connection.execute(_REPLACED, (file.file_id,))))


def retry_file(warehouse: Warehouse, settings: Settings, *, file: LedgerFile) -> Retried:
    """Process a file again, from the vault or the inbox, then those that waited for it to load.

    Again:  a loaded or superseded file is left as it is.
    Raises: VaultDamaged (its bytes are nowhere), DiskFull, WarehouseUnavailable, SiteIncomplete.
    """
    site = read_landing_site(warehouse, settings)
    with without_row_values(f"the file {file.name}"), warehouse.connect(autocommit=True) as connection:
        processor = make_processor(connection, settings, month=file.run_month or "", site=site)
        outcomes: dict[str, str] = {}
        if file.state in _UNDECIDED:
            arrival = _arrivals(processor, settings, [file]).get(file.file_id)
            if arrival is None:
                raise VaultDamaged(
                    f"neither the vault nor the inbox has the bytes of {file.name}",
                    next_step="Lay the file and its manifest into the inbox again, then run the same command",
                )
            if not is_released(connection, file.file_id):
                ledger.reopen(connection, arrival.file_id, operator=processor.operator)
            outcomes[arrival.file_id] = processor.process(arrival)[0]
        if "loaded" in outcomes.values():
            waiting = [LedgerFile(*row) for row in connection.execute(_WAITING, (file.file_id,))]
            if waiting:
                arrivals = _arrivals(processor, settings, waiting)
                processor.retry_waiting(list(arrivals.values()), outcomes)
        rows = connection.execute(_OUTCOMES, (list(outcomes) or [file.file_id],)).fetchall()
    return Retried(tuple(RetriedFile(*row) for row in rows))


def _is_held_for_release(file: LedgerFile) -> bool:
    return file.state == "held" and file.reason in (reasons.TOO_MANY_REFUSED, TABLE_EMPTIED)


def _with_run_month(connection: psycopg.Connection, file: LedgerFile) -> LedgerFile:
    """Return the file with the latest month that was run, after which months are future ones."""
    if file.feed == "production":
        raise NotFound(
            f"{file.name} is an extract of the production database, not a file",
            next_step="Run fundwatch ingest --feed production to read the database again",
        )
    (latest,) = one_row(
        connection.execute(
            "select coalesce((select max(run_month) from ops.files),"
            " (select max(month) from ops.runs where step = 'ingest'))"
        )
    )
    return replace(file, run_month=latest or file.month)


def _arrivals(
    processor: FileProcessor, settings: Settings, wanted: Sequence[LedgerFile]
) -> dict[str, Arrival]:
    """Return the arrivals of some files of a feed, by id, from the vault or else from the inbox."""
    arrivals: dict[str, Arrival] = {}
    for file in wanted:
        if file.hashes is None:
            continue
        sha256, manifest_sha256 = file.hashes
        arrival = from_vault(
            processor.vault, feed=file.feed, name=file.name, sha256=sha256, manifest_sha256=manifest_sha256
        )
        if arrival:
            arrivals[file.file_id] = arrival
    missing = {file.file_id: file for file in wanted if file.file_id not in arrivals}
    if not missing:
        return arrivals
    # A half that was completed meanwhile has another id.
    halves = {file.name: file.file_id for file in missing.values() if file.hashes is None}
    receiver = processor.receiver(
        settings, wanted[0].feed, is_settled=lambda file_id: not halves and file_id not in missing
    )
    for arrival in receiver.receive(set()):
        wanted_id = arrival.file_id if arrival.file_id in missing else halves.get(arrival.name)
        if wanted_id:
            arrivals[wanted_id] = arrival
    return arrivals


_WAITING = """
select
    waiting.file_id, waiting.feed, waiting.name, waiting.month, waiting.state, waiting.reason, waiting.sha256,
    waiting.manifest_sha256, waiting.run_month
from ops.files as this
inner join ops.files as waiting
    on (waiting.feed, waiting.format, waiting.division, waiting.month)
    = (this.feed, this.format, this.division, this.month)
where this.file_id = %s and waiting.state = 'held' and waiting.reason = 'SEQUENCE_GAP'
    and waiting.sequence > this.sequence
order by waiting.replaces is not null, waiting.sequence, waiting.name, waiting.file_id
"""
_REPLACED = """
select
    shown.file_id, shown.name, shown.feed, shown.month, shown.state, shown.reason, shown.message
from ops.files as this
inner join ops.files as shown on shown.file_id in (this.file_id, this.superseded_by)
where this.file_id = %s
order by shown.sequence
"""
_OUTCOMES = """
select file_id, name, feed, month, state, reason, message
from ops.files
where file_id = any(%s)
order by month, sequence, name, file_id
"""

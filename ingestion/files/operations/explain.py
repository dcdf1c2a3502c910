"""Explain a file: why it is in its state, what to do about it, its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import psycopg
from psycopg.rows import class_row, dict_row

from fundwatch.database.warehouse import Warehouse
from fundwatch.queries import one_row
from fundwatch.settings import Settings
from ingestion.files.arrival.vault import Vault
from ingestion.files.arrival.vault_state import Problem, VaultState, kept_files
from ingestion.files.operations.advice import ROW_REASONS, advice
from ingestion.files.operations.find import find


@dataclass(frozen=True)
class Event:
    """One entry of a file's history."""

    at: datetime
    attempt: int
    event: str
    reason: str
    message: str
    actor: str


@dataclass(frozen=True)
class Neighbour:
    """Another file for the same format, division, month and sequence."""

    file_id: str
    name: str
    state: str
    reason: str


@dataclass(frozen=True)
class RefusedRows:
    """How many rows of the file are in quarantine for a reason (a row may have several)."""

    reason: str
    meaning: str
    rows: int


@dataclass(frozen=True)
class Explanation:
    """Everything that is known about a file, without a value of any of its rows.

    ``why`` is what was found in this file, ``meaning`` what its state and reason mean in general; amounts are
    in yuan; ``vault_path`` is where its bytes lie whole; else ``vault_problem`` says that they are gone, cut
    or changed (empty: they were never kept).
    """

    file_id: str
    name: str
    feed: str
    format: str | None
    division: str | None
    month: str | None
    sequence: int | None
    state: str
    reason: str
    why: str
    meaning: str
    next_step: str
    sha256: str | None
    byte_count: int | None
    rows_declared: int | None
    rows_loaded: int | None
    rows_quarantined: int | None
    rows_repeated: int | None
    amount_declared: Decimal | None
    amount_loaded: Decimal | None
    amount_quarantined: Decimal | None
    amount_repeated: Decimal | None
    normalised_count: int
    duplicate_of: str | None
    replaces: str | None
    superseded_by: str | None
    vault_path: str | None
    vault_problem: str
    refused_rows: list[RefusedRows] = field(default_factory=list)
    same_place: list[Neighbour] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)


def explain(warehouse: Warehouse, settings: Settings, *, file: str) -> Explanation:
    """Return why a file is in its state and what to do; ``file`` is an id, the beginning of one, or a name.

    Raises: NotFound, NotUnique.
    """
    with warehouse.connect(autocommit=True) as connection:
        file_id = find(connection, file).file_id
        columns = one_row(connection.cursor(row_factory=dict_row).execute(_FILE, (file_id,)))
        general = advice(columns["state"], columns["reason"])
        message = columns.pop("message")
        vault_path, vault_problem = _in_vault(
            connection, settings, file_id=file_id, sha256=columns["sha256"], size=columns["byte_count"]
        )
        return Explanation(
            **columns,
            why=message or general.meaning,
            meaning=general.meaning,
            next_step=general.next_step,
            vault_path=vault_path,
            vault_problem=vault_problem,
            refused_rows=_quarantined_rows(connection, file_id),
            same_place=connection.cursor(row_factory=class_row(Neighbour))
            .execute(_SAME_PLACE, (file_id,))
            .fetchall(),
            history=connection.cursor(row_factory=class_row(Event)).execute(_HISTORY, (file_id,)).fetchall(),
        )


def _in_vault(
    connection: psycopg.Connection, settings: Settings, *, file_id: str, sha256: str | None, size: int | None
) -> tuple[str | None, str]:
    """Return where the file's bytes lie whole in the vault, or what is wrong with them there."""
    vault = Vault(settings.vault_folder)
    if sha256 is None:
        return None, ""
    problem = VaultState(connection, vault).problem(sha256, size=size)
    if not problem:
        return str(vault.path_of(sha256)), ""
    kept = {kept.file_id for kept in kept_files(connection, most=settings.max_file_bytes)}
    was_kept = problem is not Problem.GONE or file_id in kept
    return None, _IN_VAULT[problem] if was_kept else ""


def _quarantined_rows(connection: psycopg.Connection, file_id: str) -> list[RefusedRows]:
    counted = connection.execute(_QUARANTINED, (file_id,)).fetchall()
    return [RefusedRows(reason, ROW_REASONS.get(reason) or reason, rows) for reason, rows in counted]


_AGAIN = "the next fundwatch ingest copies it again if the inbox still holds it"
_IN_VAULT = {
    Problem.GONE: f"gone from the vault: {_AGAIN}",
    Problem.CUT: f"not as long as it was in the vault: {_AGAIN}",
    Problem.CHANGED: f"not its bytes any more in the vault: {_AGAIN}",
}
_FILE = """
select
    file_id, name, feed, format, division, month, sequence, state, reason, message, sha256, byte_count,
    rows_declared, rows_loaded, rows_quarantined, rows_repeated, amount_declared, amount_loaded,
    amount_quarantined, amount_repeated, normalised_count, duplicate_of, replaces, superseded_by
from ops.files
where file_id = %s
"""
_QUARANTINED = """
select reason, count(*)
from quarantine.rows
cross join lateral unnest(reasons) as listed (reason)
where file_id = %s
group by reason
order by count(*) desc, reason
"""
_SAME_PLACE = """
select other.file_id, other.name, other.state, other.reason
from ops.files as this
inner join ops.files as other
    on (other.feed, other.format, other.division, other.month, other.sequence)
    = (this.feed, this.format, this.division, this.month, this.sequence)
where this.file_id = %s and other.file_id <> this.file_id and this.feed <> 'production'
order by other.first_seen_at, other.file_id
"""
_HISTORY = """
select at, attempt, event, reason, message, actor
from ops.file_events
where file_id = %s
order by event_id
"""

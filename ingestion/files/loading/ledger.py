"""The file ledger, ops.files: the authoritative state of each arrival.

A worker claims a file by raising its attempt; its decision is only valid while that attempt is the last.
Each claim that is not a mere repetition, and each change of state, is entered in ops.file_events by the same
statement.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo
from decimal import Decimal

import psycopg

from fundwatch.failpoints import failpoint
from ingestion.files.arrival.inbox import Arrival
from ingestion.files.reasons import Verdict
from ingestion.files.validation.content import Totals
from ingestion.files.validation.file_checks import replaced_files

_LONGEST_MESSAGE = 500


class FencedError(Exception):
    """A later attempt at the same file has begun or finished; this one changes nothing."""


def claim(
    connection: psycopg.Connection, arrival: Arrival, *, month: str, operator: str, zone: tzinfo
) -> int | None:
    """Enter the arrival or resume it, as ``loading``; return the attempt, or None when it is decided.

    ``zone`` is that of times without an offset.
    """
    stated = arrival.ledger_values(zone)
    claimed = connection.execute(
        _CLAIM,
        {
            **stated,
            "amount_declared": _yuan(stated["amount_declared"]),
            "file_id": arrival.file_id,
            "feed": arrival.feed,
            "name": arrival.name,
            "sha256": arrival.sha256,
            "manifest_sha256": arrival.manifest_sha256,
            "byte_count": arrival.size if arrival.sha256 or arrival.size else None,
            "run_month": month,
            "operator": operator,
        },
    ).fetchone()
    return claimed[0] if claimed else None


def enter_verdict(connection: psycopg.Connection, arrival: Arrival, attempt: int, verdict: Verdict) -> None:
    """Enter that a check failed: nothing of the file is loaded.

    Raises: FencedError.
    """
    _decide(
        connection, arrival, attempt,
        state=verdict.state, reason=verdict.reason, message=verdict.message,
        duplicate_of=verdict.duplicate_of,
    )  # fmt: skip


def enter_waiting(connection: psycopg.Connection, arrival: Arrival, attempt: int, message: str) -> None:
    """Enter that the file waits for something.

    Raises: FencedError.
    """
    _decide(connection, arrival, attempt, state="waiting", message=message)


def ensure_last(connection: psycopg.Connection, arrival: Arrival, attempt: int) -> None:
    """Raise FencedError when this is no longer the last attempt; it only saves work, ``_decide`` decides."""
    last = connection.execute(
        "select attempt = %s and state = 'loading' from ops.files where file_id = %s",
        (attempt, arrival.file_id),
    ).fetchone()
    if last is None or not last[0]:
        raise FencedError


def enter_loaded(
    connection: psycopg.Connection,
    arrival: Arrival,
    attempt: int,
    totals: Totals,
    *,
    normalised: int,
    message: str = "",
) -> None:
    """Enter that the file is loaded, with its counts, amounts and number of corrected deviations.

    Raises: FencedError, UniqueViolation (its slot or its bytes were loaded by another file meanwhile).
    """
    declared = arrival.valid_manifest.amount_cents
    amounts: dict[str, object] = {}
    if declared is not None:
        amounts = {
            "amount_loaded": _yuan(totals.loaded_cents),
            "amount_repeated": _yuan(totals.repeated_cents),
            "amount_quarantined": _yuan(declared - totals.loaded_cents - totals.repeated_cents),
        }
    _decide(
        connection, arrival, attempt,
        state="loaded", message=message, rows_loaded=totals.loaded, rows_quarantined=totals.quarantined,
        rows_repeated=totals.repeated, normalised_count=normalised, **amounts,
    )  # fmt: skip


def supersede(connection: psycopg.Connection, arrival: Arrival) -> bool:
    """Mark the file that this one replaces; return False when there is none left to replace.

    A rejected file may be replaced too; it stays rejected.
    """
    files = replaced_files(connection, arrival)
    replaced = next((file_id for file_id, state in files if state in ("loaded", "held")), None)
    which = "new.file_id = %s and old.file_id = %s and old.state in ('loaded', 'held')"
    if connection.execute(_SUPERSEDE.format(which=which), (arrival.file_id, replaced)).rowcount:
        return True
    return any(state == "rejected" for _, state in files)


def supersede_overwritten(connection: psycopg.Connection, feed: str, present: Collection[str]) -> None:
    """Mark undecided files that are gone from the inbox and whose slot another file has filled meanwhile.

    They can never load; a held file that was overwritten by its correction would otherwise stay held forever.
    """
    which = (
        "old.feed = %s and old.state in ('held', 'waiting') and old.file_id <> all(%s)"
        " and new.state = 'loaded' and (old.feed, old.format, old.division, old.month, old.sequence)"
        " = (new.feed, new.format, new.division, new.month, new.sequence)"
    )
    connection.execute(_SUPERSEDE.format(which=which), (feed, list(present)))


def forget_halves(connection: psycopg.Connection, feed: str, present: Collection[str]) -> None:
    """Delete entries of halves that have been completed, or are gone: they hold nothing but a name."""
    connection.execute(
        "delete from ops.files where feed = %s and state = 'waiting' and file_id <> all(%s)"
        " and (sha256 is null or manifest_sha256 is null)",
        (feed, list(present)),
    )


def reopen(connection: psycopg.Connection, file_id: str, *, operator: str) -> None:
    """Allow a rejected or duplicate file to be claimed again."""
    connection.execute(_REOPEN, {"file_id": file_id, "operator": operator})


def reopen_duplicates(
    connection: psycopg.Connection, feed: str, *, operator: str
) -> list[tuple[str, str, str]]:
    """Reopen the duplicates whose bytes are neither loaded nor held any more.

    Returns name, hash and manifest hash of each, in the order files are taken.
    """
    files = connection.execute(_DUPLICATES_OF_NOTHING, (feed,)).fetchall()
    for file_id, *_ in files:
        reopen(connection, file_id, operator=operator)
    return [(name, sha256, manifest_sha256) for _, name, sha256, manifest_sha256 in files]


def _decide(
    connection: psycopg.Connection,
    arrival: Arrival,
    attempt: int,
    *,
    state: str,
    message: str = "",
    **entered: object,
) -> None:
    values = {
        "reason": "", "message": message[:_LONGEST_MESSAGE], "duplicate_of": None, "rows_loaded": 0,
        "rows_quarantined": 0, "rows_repeated": 0, "normalised_count": 0,
        **dict.fromkeys(("amount_loaded", "amount_quarantined", "amount_repeated")),
        **entered,
    }  # fmt: skip
    failpoint("file.before_decision")
    done = connection.execute(
        _DECIDE, {**values, "state": state, "file_id": arrival.file_id, "attempt": attempt}
    )
    if done.rowcount != 1:
        raise FencedError


def _yuan(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


_CLAIM = """
with before as (
    select state from ops.files where file_id = %(file_id)s
),
claimed as (
    insert into ops.files as known (
        file_id, feed, format, division, month, sequence, name, sha256, manifest_sha256, encoding, state,
        rows_declared, amount_declared, created_at, replaces, attempt, byte_count, run_month, decided_by
    )
    values (
        %(file_id)s, %(feed)s, %(format)s, %(division)s, %(month)s, %(sequence)s, %(name)s, %(sha256)s,
        %(manifest_sha256)s, %(encoding)s, 'loading', %(rows_declared)s, %(amount_declared)s, %(created_at)s,
        %(replaces)s, 1, %(byte_count)s, %(run_month)s, %(operator)s
    )
    on conflict (file_id) do update set
        state = 'loading', attempt = known.attempt + 1, byte_count = excluded.byte_count,
        run_month = excluded.run_month, decided_by = excluded.decided_by
    where known.state in ('waiting', 'loading', 'held')
    returning attempt
),
noted as (
    insert into ops.file_events (file_id, attempt, event, actor)
    select
        %(file_id)s, claimed.attempt,
        case when claimed.attempt = 1 then 'arrived' else 'taken up again' end, %(operator)s
    from claimed
    where claimed.attempt = 1 or exists (select from before where state = 'loading')
)
select attempt from claimed
"""

_DECIDE = """
with decided as (
    update ops.files
    set
        state = %(state)s, reason = %(reason)s, message = %(message)s, duplicate_of = %(duplicate_of)s,
        rows_loaded = %(rows_loaded)s, rows_quarantined = %(rows_quarantined)s,
        rows_repeated = %(rows_repeated)s, amount_loaded = %(amount_loaded)s,
        amount_quarantined = %(amount_quarantined)s, amount_repeated = %(amount_repeated)s,
        normalised_count = %(normalised_count)s, decided_at = now()
    where file_id = %(file_id)s and attempt = %(attempt)s and state = 'loading'
    returning file_id, attempt, state, reason, message, decided_by
),
noted as (
    insert into ops.file_events (file_id, attempt, event, reason, message, actor)
    select decided.file_id, decided.attempt, decided.state, decided.reason, decided.message, decided_by
    from decided
    left join lateral (
        select event, reason, message from ops.file_events
        where file_id = decided.file_id and event not in ('arrived', 'taken up again')
        order by event_id desc limit 1
    ) as last on true
    where (last.event, last.reason, last.message)
        is distinct from (decided.state, decided.reason, decided.message)
)
select file_id from decided
"""

# A file that never loaded counts as quarantined as a whole: also of a superseded file no row is missing.
_SUPERSEDE = """
with replaced as (
    update ops.files as old
    set
        state = 'superseded', superseded_by = new.file_id, reason = '', message = '',
        decided_at = case when old.state = 'loaded' then now() else old.decided_at end,
        rows_quarantined = case
            when old.state = 'loaded' then old.rows_quarantined else old.rows_declared
        end,
        amount_loaded = case
            when old.state = 'loaded' then old.amount_loaded
            when old.amount_declared is not null then 0
        end,
        amount_quarantined = case
            when old.state = 'loaded' then old.amount_quarantined else old.amount_declared
        end
    from ops.files as new
    where old.file_id <> new.file_id and {which}
    returning old.file_id, old.attempt, new.name, new.decided_by
),
noted as (
    insert into ops.file_events (file_id, attempt, event, message, actor)
    select file_id, attempt, 'superseded', 'by ' || name, decided_by from replaced
)
select file_id from replaced
"""

_REOPEN = """
with reopened as (
    update ops.files set state = 'waiting'
    where file_id = %(file_id)s and state in ('rejected', 'duplicate')
    returning file_id, attempt
)
insert into ops.file_events (file_id, attempt, event, actor)
select file_id, attempt, 'retried', %(operator)s from ops.files where file_id = %(file_id)s
"""

# Bytes that were replaced in a slot stay replaced there; sent for another slot they may be right.
_DUPLICATES_OF_NOTHING = """
select repeated.file_id, repeated.name, repeated.sha256, repeated.manifest_sha256
from ops.files as repeated
inner join ops.files as first on first.file_id = repeated.duplicate_of
where repeated.feed = %s and repeated.state = 'duplicate'
    and (
        first.state = 'rejected'
        or (
            first.state = 'superseded'
            and (first.format, first.division, first.month, first.sequence)
            <> (repeated.format, repeated.division, repeated.month, repeated.sequence)
        )
    )
order by repeated.replaces is not null, repeated.division, repeated.month, repeated.sequence, repeated.name,
    repeated.file_id
"""

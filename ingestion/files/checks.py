"""The checks of a file that need the ledger: what else has arrived, and which month is being run."""

from __future__ import annotations

import psycopg

from ingestion.files import reasons
from ingestion.files.inbox import Arrival
from ingestion.files.reasons import Verdict


def against_ledger(connection: psycopg.Connection, arrival: Arrival, *, month: str) -> Verdict | None:
    """Return the first of these checks that fails: duplicate, replaces, slot, future month, sequence."""
    for check in (_duplicate, _replaces, _slot):
        verdict = check(connection, arrival)
        if verdict:
            return verdict
    if arrival.manifest.month > month:
        return Verdict(
            reasons.FUTURE_MONTH, f"it is for {arrival.manifest.month}; it is taken when that month is run"
        )
    return _sequence(connection, arrival)


def _duplicate(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    """Find the same bytes, loaded or held; two honest files without rows are alike and no duplicates."""
    said = arrival.manifest
    found = connection.execute(
        "select file_id, name from ops.files where feed = %s and sha256 = %s and file_id <> %s"
        " and state in ('loaded', 'held')"
        " and (rows_declared > 0 or (format, division, month, sequence) = (%s, %s, %s, %s))"
        " order by state desc, month, sequence, name, file_id limit 1",
        (
            arrival.feed, arrival.sha256, arrival.file_id,
            said.format, said.division, said.month, said.sequence,
        ),
    ).fetchone()  # fmt: skip
    if not found:
        return None
    first, name = found
    message = f"the same bytes arrived before as {name}; nothing needs to be done"
    return Verdict(reasons.DUPLICATE_FILE, message, duplicate_of=first)


def _replaces(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    if arrival.manifest.replaces is None:
        return None
    known = connection.execute(
        "select exists (select from ops.files where feed = %s and sha256 = %s and file_id <> %s"
        " and state in ('loaded', 'held', 'rejected'))",
        (arrival.feed, arrival.manifest.replaces, arrival.file_id),
    ).fetchone()[0]
    if known:
        return None
    return Verdict(
        reasons.REPLACES_UNKNOWN,
        "the file it replaces has not arrived or is replaced already; have the manifest corrected",
    )


def _slot(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    """Find another file in this one's place, unless it is the very file that is replaced."""
    said = arrival.manifest
    holder = connection.execute(
        "select name, sha256 from ops.files where feed = %s and format = %s and division = %s"
        " and month = %s and sequence = %s and state = 'loaded' and file_id <> %s",
        (arrival.feed, said.format, said.division, said.month, said.sequence, arrival.file_id),
    ).fetchone()
    if not holder or holder[1] == said.replaces:
        return None
    return Verdict(
        reasons.SLOT_TAKEN,
        f"{holder[0]} is loaded as sequence {said.sequence} of {said.month}; a correction names it in"
        " replaces, an addition takes the next sequence",
    )


def _sequence(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    """Find the lowest earlier sequence that neither has been loaded nor is held for release."""
    said = arrival.manifest
    known = connection.execute(
        "select distinct sequence from ops.files where feed = %s and format = %s and division = %s"
        " and month = %s and sequence < %s"
        " and (state in ('loaded', 'superseded') or (state = 'held' and reason = %s))",
        (
            arrival.feed, said.format, said.division, said.month, said.sequence,
            reasons.TOO_MANY_REFUSED,
        ),
    ).fetchall()  # fmt: skip
    if len(known) == said.sequence - 1:
        return None
    present = {number for (number,) in known}
    missing = next(number for number in range(1, said.sequence) if number not in present)
    return Verdict(reasons.SEQUENCE_GAP, f"sequence {missing} of {said.month} has not been loaded yet")

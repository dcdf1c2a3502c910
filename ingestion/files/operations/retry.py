"""What an operator does with a file: have it judged anew, or release it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import psycopg

from fundwatch.errors import NotFound, SignOffRefused, VaultDamaged
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from ingestion.failures import without_row_values
from ingestion.files import reasons
from ingestion.files.arrival.inbox import Arrival
from ingestion.files.arrival.receiving import recall
from ingestion.files.loading import ledger
from ingestion.files.loading.intake import Taker, desk, make_taker, take, take_freed
from ingestion.files.loading.releases import enter_release, is_released
from ingestion.files.operations.find import Found, find
from ingestion.site_for_landing import read_landing_site

_UNDECIDED = frozenset({"waiting", "loading", "held", "rejected", "duplicate"})


@dataclass(frozen=True)
class TakenAgain:
    """What became of one file."""

    file_id: str
    name: str
    state: str
    reason: str
    message: str


@dataclass(frozen=True)
class Retried:
    """What became of a file that was taken again, and of those that waited for it."""

    files: tuple[TakenAgain, ...]

    def counts(self) -> dict[str, int | str]:
        """Return how many files are in which state now."""
        states = [one.state for one in self.files]
        return {f"files {state}": states.count(state) for state in sorted(set(states))}


def find_for_retry(warehouse: Warehouse, *, file: str) -> Found:
    """Return the file an operator wants judged anew.

    Raises: NotFound, NotUnique.
    """
    with warehouse.connect() as connection:
        found = find(connection, file, prefer=lambda one: one.state in _UNDECIDED)
        return _with_run_month(connection, found)


def sign_release(warehouse: Warehouse, *, file: str, name: str, reason: str) -> Found:
    """Enter that ``name`` releases a file that is held for its refused rows; return the file.

    Again:  a file that is released stays so; nothing is entered twice.
    Raises: NotFound, NotUnique, SignOffRefused (not held for its refused rows; no name or reason; the person
            who ran the pipeline that held it).
    """
    with warehouse.connect(autocommit=True) as connection:
        found = find(connection, file, prefer=_is_held_for_release)
        if not is_released(connection, found.file_id):
            if not _is_held_for_release(found):
                raise SignOffRefused(
                    f"{found.name} is {found.state}{f' ({found.reason})' if found.reason else ''}, not held"
                    " for its refused rows",
                    next_step="Run fundwatch explain to see what can be done",
                )
            enter_release(connection, file_id=found.file_id, name=name, reason=reason)
        return _with_run_month(connection, found)


def take_again(warehouse: Warehouse, settings: Settings, *, found: Found) -> Retried:
    """Judge a file anew, from the vault or the inbox, then those that waited for it to load.

    Again:  a loaded or superseded file is left as it is.
    Raises: VaultDamaged (its bytes are nowhere), DiskFull, WarehouseUnavailable, SiteIncomplete.
    """
    site = read_landing_site(warehouse, settings)
    with without_row_values(f"the file {found.name}"), warehouse.connect(autocommit=True) as connection:
        taker = make_taker(connection, settings, month=found.run_month, site=site)
        outcomes: dict[str, str] = {}
        if found.state in _UNDECIDED:
            arrival = _arrivals(taker, settings, [found]).get(found.file_id)
            if arrival is None:
                raise VaultDamaged(
                    f"neither the vault nor the inbox has the bytes of {found.name}",
                    next_step="Lay the file and its manifest into the inbox again, then run the same command",
                )
            if not is_released(connection, found.file_id):
                ledger.reopen(connection, arrival.file_id, operator=taker.operator)
            outcomes[arrival.file_id] = take(taker, arrival)[0]
        if "loaded" in outcomes.values():
            behind = [Found(*row) for row in connection.execute(_BEHIND, (found.file_id,))]
            if behind:
                take_freed(taker, list(_arrivals(taker, settings, behind).values()), outcomes)
        taken = connection.execute(_OUTCOMES, (list(outcomes) or [found.file_id],)).fetchall()
    return Retried(tuple(TakenAgain(*row) for row in taken))


def _is_held_for_release(found: Found) -> bool:
    return (found.state, found.reason) == ("held", reasons.TOO_MANY_REFUSED)


def _with_run_month(connection: psycopg.Connection, found: Found) -> Found:
    """Return the file with the latest month that was run: it decides what is of the future."""
    if found.feed == "production":
        raise NotFound(
            f"{found.name} is an extract of the production database, not a file",
            next_step="Run fundwatch ingest --feed production to read the database again",
        )
    latest = connection.execute(
        "select coalesce((select max(run_month) from ops.files),"
        " (select max(month) from ops.runs where step = 'ingest'))"
    ).fetchone()[0]
    return replace(found, run_month=latest or found.month)


def _arrivals(taker: Taker, settings: Settings, wanted: Sequence[Found]) -> dict[str, Arrival]:
    """Return files of a feed, by id, as the vault holds them, or else as they lie in the inbox."""
    found: dict[str, Arrival] = {}
    for one in wanted:
        kept = one.is_whole and recall(
            taker.vault, feed=one.feed, name=one.name, sha256=one.sha256, manifest_sha256=one.manifest_sha256
        )
        if kept:
            found[one.file_id] = kept
    missing = {one.file_id: one for one in wanted if one.file_id not in found}
    if not missing:
        return found
    # A half that was completed meanwhile has another id.
    halves = {one.name: one.file_id for one in missing.values() if not one.is_whole}
    at_hand = desk(
        taker, settings, wanted[0].feed, is_settled=lambda file_id: not halves and file_id not in missing
    )
    for arrival in at_hand.receive(set()):
        wanted_id = arrival.file_id if arrival.file_id in missing else halves.get(arrival.name)
        if wanted_id:
            found[wanted_id] = arrival
    return found


_BEHIND = """
select
    behind.file_id, behind.feed, behind.name, behind.month, behind.state, behind.reason, behind.sha256,
    behind.manifest_sha256, behind.run_month
from ops.files as one
inner join ops.files as behind
    on (behind.feed, behind.format, behind.division, behind.month)
    = (one.feed, one.format, one.division, one.month)
where one.file_id = %s and behind.state = 'held' and behind.reason = 'SEQUENCE_GAP'
    and behind.sequence > one.sequence
order by behind.replaces is not null, behind.sequence, behind.name, behind.file_id
"""
_OUTCOMES = """
select file_id, name, state, reason, message
from ops.files
where file_id = any(%s)
order by month, sequence, name, file_id
"""

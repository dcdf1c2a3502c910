"""Take the files of a feed, in order, each through its life from arrival to decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from fundwatch.actors import current_user
from fundwatch.failpoints import failpoint
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from ingestion.files import reasons
from ingestion.files.arrival import unpacking
from ingestion.files.arrival.inbox import Arrival
from ingestion.files.arrival.manifest import Manifest
from ingestion.files.arrival.receiving import Desk, recall
from ingestion.files.arrival.vault import DamagedError, Vault
from ingestion.files.contract import Format
from ingestion.files.loading import ledger, load
from ingestion.files.loading.releases import is_released
from ingestion.files.reasons import RefusedError
from ingestion.files.validation.checks import against_itself, against_ledger, against_site, form_of
from ingestion.locks import turn
from ingestion.site_for_landing import LandingSite

_ATTEMPTS = 5
_DECIDED = frozenset({"loaded", "rejected", "duplicate"})
_OPEN = frozenset({"waiting", "loading", "held"})
_HELD_FOR_ANOTHER = ("held", reasons.SEQUENCE_GAP)


@dataclass(frozen=True)
class Taker:
    """What files are taken with: the warehouse, the vault, the site, the month being run, who runs it."""

    connection: psycopg.Connection
    vault: Vault
    site: LandingSite
    month: str
    most: int
    operator: str


def take_feed(
    warehouse: Warehouse, settings: Settings, *, feed: str, month: str, site: LandingSite
) -> Counter[str]:
    """Take every file of a feed that has arrived and is not decided; count the decisions.

    Again:  decided files are left alone; held and waiting ones, and those a dead process left, are taken up,
            from the vault when they are gone from the inbox.
    Raises: DiskFull, FolderUnusable (files before the one being copied are in).
    """
    with warehouse.connect(autocommit=True) as connection:
        taker = make_taker(connection, settings, month=month, site=site)
        taker.vault.sweep()
        present: set[str] = set()
        outcomes: dict[str, str] = {}
        gaps = _take_all(taker, desk(taker, settings, feed).receive(present), outcomes)
        ledger.forget_halves(connection, feed, present)
        gaps += _take_all(taker, _absent(taker, feed, present), outcomes)
        take_freed(taker, gaps, outcomes)
        ledger.supersede_overwritten(connection, feed, present)
    return Counter(state for state in outcomes.values() if state in _DECIDED)


def make_taker(connection: psycopg.Connection, settings: Settings, *, month: str, site: LandingSite) -> Taker:
    """Return a taker for one run; ``connection`` is in autocommit mode."""
    vault = Vault(settings.vault_folder)
    return Taker(connection, vault, site, month, settings.max_file_bytes, current_user())


def take(taker: Taker, arrival: Arrival) -> tuple[str, str]:
    """Bring one file as far as it gets; return the state and the reason it has then."""
    with turn(taker.connection, arrival.file_id):
        failpoint("file.before_claim")
        attempt = ledger.claim(taker.connection, arrival, month=taker.month, operator=taker.operator)
        failpoint("file.after_claim")
        if attempt is not None:
            with suppress(ledger.FencedError):
                _decide(taker, arrival, attempt)
                failpoint("file.after_decision")
    return taker.connection.execute(
        "select state, reason from ops.files where file_id = %s", (arrival.file_id,)
    ).fetchone()


def take_freed(taker: Taker, gaps: list[Arrival], outcomes: dict[str, str]) -> None:
    """Take what waits for a lower sequence again, as long as that lets another file in."""
    before = None
    while gaps and len(gaps) != before:
        before = len(gaps)
        gaps = _take_all(taker, gaps, outcomes)


def _take_all(taker: Taker, arrivals: Iterable[Arrival], outcomes: dict[str, str]) -> list[Arrival]:
    """Take files in turn; return those that wait for a lower sequence."""
    gaps = []
    for arrival in arrivals:
        outcome = take(taker, arrival)
        outcomes[arrival.file_id] = outcome[0]
        if outcome == _HELD_FOR_ANOTHER:
            gaps.append(arrival)
    return gaps


def desk(
    taker: Taker, settings: Settings, feed: str, *, is_settled: Callable[[str], bool] | None = None
) -> Desk:
    """Return where a feed's files are received; what is decided, or for a later month, is settled."""
    known = {
        file_id: (state, reason, month)
        for file_id, state, reason, month in taker.connection.execute(
            "select file_id, state, reason, month from ops.files where feed = %s", (feed,)
        )
    }

    def is_decided(file_id: str) -> bool:
        state, reason, month = known.get(file_id, ("waiting", "", None))
        return state not in _OPEN or (reason == reasons.FUTURE_MONTH and month > taker.month)

    def accepts(manifest: Manifest, said: dict[str, Any]) -> bool:
        return against_site(manifest, said, fault="", feed=feed, site=taker.site) is None

    return Desk(
        connection=taker.connection, feed=feed, folder=settings.inbox_folder / feed, vault=taker.vault,
        most=taker.most, accepts=accepts, is_settled=is_settled or is_decided,
    )  # fmt: skip


def _absent(taker: Taker, feed: str, present: set[str]) -> list[Arrival]:
    """Return what is undecided and gone from the inbox, unless another file was laid in its place."""
    found = taker.connection.execute(_ABSENT, {"feed": feed, "present": list(present), "month": taker.month})
    recalled = [
        recall(taker.vault, feed=feed, name=name, sha256=sha256, manifest_sha256=manifest_sha256)
        for name, sha256, manifest_sha256 in found.fetchall()
    ]
    return [one for one in recalled if one]


def _decide(taker: Taker, arrival: Arrival, attempt: int) -> None:
    """Put the file through the checks, in their order, and enter what comes of it."""
    connection, form = taker.connection, form_of(arrival.manifest, feed=arrival.feed)
    obstacle = arrival.obstacle
    for _ in range(_ATTEMPTS):
        if obstacle:
            break
        verdict = against_itself(arrival, site=taker.site)
        verdict = verdict or against_ledger(connection, arrival, month=taker.month)
        try:
            if verdict is None:
                _load(taker, arrival, attempt, form)
                return
        except load.OvertakenError:
            continue
        except DamagedError:
            taker.vault.set_aside(arrival.sha256)
            obstacle = "its copy in the vault was damaged; the next run copies it from the inbox again"
            break
        except RefusedError as refused:
            verdict = refused.verdict
        ledger.settle(connection, arrival, attempt, verdict)
        return
    ledger.wait(connection, arrival, attempt, obstacle or "other files are being loaded; run again")


def _load(taker: Taker, arrival: Arrival, attempt: int, form: Format) -> None:
    """Examine and load the content; the limits of refusals are lifted for a file that was released."""
    if arrival.size > taker.most:
        message = f"it has {arrival.size} bytes, more than FUNDWATCH_MAX_FILE_BYTES allows"
        raise RefusedError(reasons.UNSAFE_CONTENT, message)
    if arrival.path is None:
        raise DamagedError
    said, site = arrival.manifest, taker.site
    with taker.vault.scratch() as scratch:
        load.load(
            taker.connection,
            arrival,
            attempt,
            form=form,
            opened=lambda: unpacking.opened(
                arrival.path, name=arrival.name, sha256=arrival.sha256, most=taker.most
            ),
            is_scheme=lambda code: site.maps_scheme(code, source=said.feed, month=said.month),
            scratch=scratch,
            is_released=is_released(taker.connection, arrival.file_id),
        )


_ABSENT = """
select gone.name, gone.sha256, gone.manifest_sha256
from ops.files as gone
where gone.feed = %(feed)s and gone.state in ('waiting', 'loading', 'held')
    and gone.sha256 is not null and gone.manifest_sha256 is not null
    and gone.file_id <> all(%(present)s)
    and not (gone.reason = 'FUTURE_MONTH' and gone.month > %(month)s)
    and not exists (
        select from ops.files as other
        where other.file_id = any(%(present)s)
            and (other.sha256 is not null or other.manifest_sha256 <> gone.manifest_sha256)
            and (other.feed, other.format, other.division, other.month, other.sequence)
            = (gone.feed, gone.format, gone.division, gone.month, gone.sequence)
    )
order by gone.replaces is not null, gone.division, gone.month, gone.sequence, gone.name, gone.file_id
"""

"""The intake of files: each file of a feed, in order, from its arrival to its decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from fundwatch.actors import current_user
from fundwatch.database.warehouse import Warehouse
from fundwatch.failpoints import failpoint
from fundwatch.queries import one_row
from fundwatch.settings import Settings
from ingestion.files import reasons
from ingestion.files.arrival import unpacking
from ingestion.files.arrival.inbox import Arrival
from ingestion.files.arrival.manifest import Manifest
from ingestion.files.arrival.receiving import Receiver, from_vault
from ingestion.files.arrival.vault import DamagedError, Vault
from ingestion.files.arrival.vault_state import kept_files
from ingestion.files.loading import ledger, load
from ingestion.files.loading.releases import is_released
from ingestion.files.reasons import CheckFailedError, Verdict
from ingestion.files.validation.file_checks import against_itself, against_ledger, against_site, form_of
from ingestion.locks import advisory_lock
from ingestion.site_for_landing import LandingSite

_ATTEMPTS = 5
_DECIDED = frozenset({"loaded", "rejected", "duplicate"})
_OPEN = frozenset({"waiting", "loading", "held"})
_HELD_FOR_ANOTHER = ("held", reasons.SEQUENCE_GAP)


@dataclass(frozen=True)
class FileProcessor:
    """Processes files, for one run; ``connection`` is in autocommit mode, ``month`` is the one being run."""

    connection: psycopg.Connection
    vault: Vault
    site: LandingSite
    month: str
    most: int
    operator: str
    zone: tzinfo

    def process(self, arrival: Arrival) -> tuple[str, str]:
        """Process one file as far as possible; return its state and reason after that."""
        with advisory_lock(self.connection, arrival.file_id):
            failpoint("file.before_claim")
            attempt = ledger.claim(
                self.connection, arrival, month=self.month, operator=self.operator, zone=self.zone
            )
            failpoint("file.after_claim")
            if attempt is not None:
                with suppress(ledger.FencedError):
                    self._decide(arrival, attempt)
                    failpoint("file.after_decision")
        state, reason = one_row(
            self.connection.execute(
                "select state, reason from ops.files where file_id = %s", (arrival.file_id,)
            )
        )
        return state, reason

    def process_all(self, arrivals: Iterable[Arrival], outcomes: dict[str, str]) -> list[Arrival]:
        """Process files in order, adding their states to ``outcomes``; return those in a sequence gap."""
        gaps = []
        for arrival in arrivals:
            outcome = self.process(arrival)
            outcomes[arrival.file_id] = outcome[0]
            if outcome == _HELD_FOR_ANOTHER:
                gaps.append(arrival)
        return gaps

    def retry_waiting(self, gaps: list[Arrival], outcomes: dict[str, str]) -> None:
        """Retry files that wait for a lower sequence, as long as that lets another file in."""
        before = None
        while gaps and len(gaps) != before:
            before = len(gaps)
            gaps = self.process_all(gaps, outcomes)

    def receiver(
        self, settings: Settings, feed: str, *, is_settled: Callable[[str], bool] | None = None
    ) -> Receiver:
        """Return the receiver of a feed's files; by default decided and held for later is settled."""
        ledgered = {
            file_id: (state, month)
            for file_id, state, month in self.connection.execute(
                "select file_id, state, month from ops.files where feed = %s", (feed,)
            )
        }

        def is_decided(file_id: str) -> bool:
            state, month = ledgered.get(file_id, ("waiting", None))
            is_held_for_later = state == "held" and month is not None and month > self.month
            return state not in _OPEN or is_held_for_later

        def accepts(manifest: Manifest, raw_manifest: dict[str, Any]) -> bool:
            return against_site(manifest, raw_manifest, fault="", feed=feed, site=self.site) is None

        return Receiver(
            connection=self.connection, feed=feed, folder=settings.inbox_folder / feed, vault=self.vault,
            most=self.most, accepts=accepts, is_settled=is_settled or is_decided,
            kept={kept.file_id: kept for kept in kept_files(self.connection, most=self.most, feed=feed)},
        )  # fmt: skip

    def _decide(self, arrival: Arrival, attempt: int) -> None:
        """Run the checks, in their order, load the file if all pass, and enter the outcome."""
        obstacle = arrival.obstacle
        for _ in range(_ATTEMPTS):
            if obstacle:
                break
            try:
                verdict = self._check_and_load(arrival, attempt)
            except load.ConcurrentLoadError:
                continue
            except DamagedError:
                self.vault.set_aside(arrival.valid_manifest.sha256)
                obstacle = "its copy in the vault was damaged; the next run copies it from the inbox again"
                break
            except CheckFailedError as failed:
                verdict = failed.verdict
            if verdict:
                ledger.enter_verdict(self.connection, arrival, attempt, verdict)
            return
        message = obstacle or "other files are being loaded; run again"
        ledger.enter_waiting(self.connection, arrival, attempt, message)

    def _check_and_load(self, arrival: Arrival, attempt: int) -> Verdict | None:
        """Return the first check that fails; load the file if there is none."""
        verdict = against_itself(arrival, site=self.site, most=self.most)
        verdict = verdict or against_ledger(self.connection, arrival, month=self.month)
        if verdict is None:
            self._load(arrival, attempt)
        return verdict

    def _load(self, arrival: Arrival, attempt: int) -> None:
        """Validate and load the content; the limits of quarantined rows do not apply to a released file."""
        manifest, path = arrival.valid_manifest, arrival.path
        form = form_of(manifest, feed=arrival.feed)
        if path is None or form is None:
            raise DamagedError
        with self.vault.scratch() as scratch:
            load.load(
                self.connection,
                arrival,
                attempt,
                form=form,
                opened=lambda: unpacking.opened(
                    path, name=arrival.name, sha256=manifest.sha256, most=self.most
                ),
                is_scheme=lambda code: self.site.maps_scheme(
                    code, source=manifest.feed, month=manifest.month
                ),
                scratch=scratch,
                is_released=is_released(self.connection, arrival.file_id),
            )


@dataclass(frozen=True)
class FeedProcessed:
    """What one run did with a feed: the state of each file it took up, what the vault holds again."""

    states: Mapping[str, str]
    healed: tuple[str, ...]

    @property
    def decided(self) -> int:
        """How many files are loaded, rejected or duplicate now."""
        return sum(state in _DECIDED for state in self.states.values())


def process_feed(
    warehouse: Warehouse, settings: Settings, *, feed: str, month: str, site: LandingSite
) -> FeedProcessed:
    """Process every file of a feed that has arrived and is not decided.

    Again:  decided files are skipped; held and waiting ones, and those a dead process left, are resumed, from
            the vault when they are gone from the inbox.
    Raises: DiskFull, FolderUnusable (files before the one being copied are in).
    """
    with warehouse.connect(autocommit=True) as connection:
        processor = make_processor(connection, settings, month=month, site=site)
        processor.vault.sweep()
        present: set[str] = set()
        outcomes: dict[str, str] = {}
        receiver = processor.receiver(settings, feed)
        gaps = processor.process_all(receiver.receive(present), outcomes)
        ledger.forget_halves(connection, feed, present)
        gaps += processor.process_all(_absent(processor, feed, present), outcomes)
        processor.retry_waiting(gaps, outcomes)
        gaps += processor.process_all(_freed(processor, feed), outcomes)
        processor.retry_waiting(gaps, outcomes)
        ledger.supersede_overwritten(connection, feed, present)
    return FeedProcessed(outcomes, tuple(receiver.healed))


def make_processor(
    connection: psycopg.Connection, settings: Settings, *, month: str, site: LandingSite
) -> FileProcessor:
    """Return the processor of one run; ``connection`` is in autocommit mode."""
    vault = Vault(settings.vault_folder)
    zone = ZoneInfo(settings.timezone)
    return FileProcessor(connection, vault, site, month, settings.max_file_bytes, current_user(), zone)


def _absent(processor: FileProcessor, feed: str, present: set[str]) -> list[Arrival]:
    """Return undecided files that are gone from the inbox, unless another file was put in their place."""
    gone = processor.connection.execute(
        _ABSENT, {"feed": feed, "present": list(present), "month": processor.month}
    )
    return _kept(processor, feed, gone.fetchall())


def _freed(processor: FileProcessor, feed: str) -> list[Arrival]:
    """Reopen and return the duplicates of files that are neither loaded nor held any more."""
    return _kept(
        processor, feed, ledger.reopen_duplicates(processor.connection, feed, operator=processor.operator)
    )


def _kept(processor: FileProcessor, feed: str, files: Iterable[tuple[str, str, str]]) -> list[Arrival]:
    """Return files, given by name and both hashes, from the vault; what it does not hold is left out."""
    arrivals = [
        from_vault(processor.vault, feed=feed, name=name, sha256=sha256, manifest_sha256=manifest_sha256)
        for name, sha256, manifest_sha256 in files
    ]
    return [arrival for arrival in arrivals if arrival]


_ABSENT = """
select gone.name, gone.sha256, gone.manifest_sha256
from ops.files as gone
where gone.feed = %(feed)s and gone.state in ('waiting', 'loading', 'held')
    and gone.sha256 is not null and gone.manifest_sha256 is not null
    and gone.file_id <> all(%(present)s)
    and (gone.state <> 'held' or gone.month is null or gone.month <= %(month)s)
    and not exists (
        select from ops.files as other
        where other.file_id = any(%(present)s)
            and (other.sha256 is not null or other.manifest_sha256 <> gone.manifest_sha256)
            and (other.feed, other.format, other.division, other.month, other.sequence)
            = (gone.feed, gone.format, gone.division, gone.month, gone.sequence)
    )
order by gone.replaces is not null, gone.division, gone.month, gone.sequence, gone.name, gone.file_id
"""

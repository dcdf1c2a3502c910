"""Take the files of a feed, in order, each through its life from arrival to decision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fundwatch.failpoints import failpoint
from fundwatch.warehouse import Warehouse
from ingestion.files import ledger, loading, reasons, signature
from ingestion.files.checks import against_ledger
from ingestion.files.content import Examined, examine
from ingestion.files.contract import Format
from ingestion.files.formats import FORMATS, LATER
from ingestion.files.inbox import Arrival, arrivals
from ingestion.files.manifest import SUFFIX
from ingestion.files.reasons import Verdict
from ingestion.site import Site
from ingestion.turns import turn

_ATTEMPTS = 5
_DECIDED = frozenset({"loaded", "rejected", "duplicate"})
_HELD_FOR_ANOTHER = ("held", reasons.SEQUENCE_GAP)


@dataclass(frozen=True)
class _Taker:
    """What a feed's files are taken with."""

    connection: psycopg.Connection
    site: Site
    month: str


def take_feed(warehouse: Warehouse, inbox: Path, *, feed: str, month: str, site: Site) -> int:
    """Take every file of a feed that has arrived and is not decided; return how many were decided.

    Again: decided files are left alone; held and waiting ones, and those a dead process left, are taken up.
    """
    found = arrivals(inbox / feed, feed=feed)
    with warehouse.connect(autocommit=True) as connection:
        taker = _Taker(connection, site, month)
        pending = _pending(taker, feed, found)
        ledger.forget_waiting(connection, feed, [one.file_id for one in found])
        decided = 0
        while pending:
            outcomes = {one.file_id: _take(taker, one) for one in pending}
            decided += sum(state in _DECIDED for state, _ in outcomes.values())
            if not any(state == "loaded" for state, _ in outcomes.values()):
                break
            # A file that was loaded may be the one another waited for.
            pending = [one for one in pending if outcomes[one.file_id] == _HELD_FOR_ANOTHER]
    return decided


def _pending(taker: _Taker, feed: str, found: Iterable[Arrival]) -> list[Arrival]:
    """Return what is not decided; what is held for a month that is still to come is left as it is."""
    known = {
        file_id: (state, reason)
        for file_id, state, reason in taker.connection.execute(
            "select file_id, state, reason from ops.files where feed = %s", (feed,)
        )
    }

    def is_pending(one: Arrival) -> bool:
        state, reason = known.get(one.file_id, ("waiting", ""))
        if reason == reasons.FUTURE_MONTH and one.manifest.month > taker.month:
            return False
        return state in ("waiting", "loading", "held")

    return [one for one in found if is_pending(one)]


def _take(taker: _Taker, arrival: Arrival) -> tuple[str, str]:
    """Bring one file as far as it gets; return the state and the reason it has then."""
    with turn(taker.connection, arrival.file_id):
        failpoint("file.before_claim")
        attempt = ledger.claim(taker.connection, arrival)
        failpoint("file.after_claim")
        if attempt is not None:
            with suppress(ledger.FencedError):
                _decide(taker, arrival, attempt)
                failpoint("file.after_decision")
    return taker.connection.execute(
        "select state, reason from ops.files where file_id = %s", (arrival.file_id,)
    ).fetchone()


def _decide(taker: _Taker, arrival: Arrival, attempt: int) -> None:
    """Put the file through the checks, in their order, and enter what comes of it."""
    connection, form = taker.connection, _form(arrival)
    obstacle = _obstacle(arrival)
    examined: Examined | None = None
    for _ in range(_ATTEMPTS):
        if obstacle:
            break
        verdict = _against_itself(taker, arrival, form)
        if verdict is None and form is None:
            obstacle = f"this version does not read {arrival.manifest.format} yet"
            break
        verdict = verdict or against_ledger(connection, arrival, month=taker.month)
        if verdict is None:
            examined = examined or _examined(taker, arrival, form)
            verdict = examined.verdict
            failpoint("file.after_examination")
        if verdict:
            ledger.settle(connection, arrival, attempt, verdict)
            return
        try:
            loading.load(connection, arrival, attempt, form=form, examined=examined)
        except loading.OvertakenError:
            continue
        return
    ledger.wait(connection, arrival, attempt, obstacle or "other files are being loaded; run again")


def _obstacle(arrival: Arrival) -> str:
    """Return what half of the pair has not arrived, or nothing."""
    if arrival.manifest_sha256 is None:
        return f"its manifest {arrival.name}{SUFFIX} has not arrived"
    return "" if arrival.sha256 else "the data file of this manifest has not arrived"


def _form(arrival: Arrival) -> Format | None:
    """Return the declared format where it is one of this feed's."""
    form = FORMATS.get(arrival.manifest.format) if arrival.manifest else None
    return form if form and form.feed == arrival.feed else None


def _against_itself(taker: _Taker, arrival: Arrival, form: Format | None) -> Verdict | None:
    """Return the first of these checks that fails: manifest, signature, hash of the data."""
    said, site = arrival.manifest, taker.site
    fault = arrival.fault
    if said:
        is_later = LATER.get(said.format) == arrival.feed
        fault = said.fault(folder=arrival.feed, form=form, is_known=is_later, divisions=site.divisions)
    if fault:
        return Verdict(reasons.MANIFEST_INVALID, f"the manifest is wrong: {fault}")
    key = site.public_key(feed=said.feed, format_name=said.format, division=said.division)
    if key and not signature.is_signed(arrival.said, public_key=key):
        return Verdict(
            reasons.SIGNATURE_INVALID, "the sender's key is configured and does not confirm the manifest"
        )
    if said.sha256 != arrival.sha256:
        return Verdict(
            reasons.SHA256_MISMATCH, "the data are not the bytes the manifest describes; have both sent again"
        )
    return None


def _examined(taker: _Taker, arrival: Arrival, form: Format) -> Examined:
    content = arrival.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != arrival.sha256:
        return Examined(None, 0, Verdict(reasons.SHA256_MISMATCH, "the data changed while they were read"))
    return examine(content, arrival, form=form, site=taker.site)

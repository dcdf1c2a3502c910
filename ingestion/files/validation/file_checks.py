"""The checks of a file before its content: its manifest, and the other files that have arrived."""

from __future__ import annotations

from typing import Any

import psycopg

from fundwatch.months import LAST
from ingestion import signature
from ingestion.files import reasons
from ingestion.files.arrival.inbox import Arrival
from ingestion.files.arrival.manifest import Manifest
from ingestion.files.contract import Format
from ingestion.files.formats import FORMATS
from ingestion.files.reasons import Verdict
from ingestion.site_for_landing import LandingSite


def form_of(manifest: Manifest | None, *, feed: str) -> Format | None:
    """Return the declared format where it is one of this feed's."""
    form = FORMATS.get(manifest.format) if manifest else None
    return form if form and form.feed == feed else None


def against_site(
    manifest: Manifest | None, raw_manifest: dict[str, Any], *, fault: str, feed: str, site: LandingSite
) -> Verdict | None:
    """Return the first of these checks that fails: manifest, signature."""
    if manifest:
        form = form_of(manifest, feed=feed)
        fault = manifest.fault(folder=feed, form=form, divisions=site.divisions)
    if fault or not manifest:
        return Verdict(reasons.MANIFEST_INVALID, f"the manifest is wrong: {fault}")
    key = site.public_key(feed=feed, format_name=manifest.format, division=manifest.division)
    if key and not signature.is_signed(raw_manifest, public_key=key):
        return Verdict(
            reasons.SIGNATURE_INVALID, "the sender's key is configured and does not confirm the manifest"
        )
    return None


def against_itself(arrival: Arrival, *, site: LandingSite, most: int) -> Verdict | None:
    """Return the first of these checks that fails: manifest, signature, size, hash of the data.

    The size is judged before anything is read: what is larger than ``most`` bytes has no hash.
    """
    verdict = against_site(
        arrival.manifest, arrival.raw_manifest, fault=arrival.fault, feed=arrival.feed, site=site
    )
    if verdict is None and arrival.size > most:
        return Verdict(
            reasons.UNSAFE_CONTENT,
            f"it has {arrival.size} bytes, more than FUNDWATCH_MAX_FILE_BYTES allows ({most})",
        )
    if verdict is None and arrival.valid_manifest.sha256 != arrival.sha256:
        return Verdict(
            reasons.SHA256_MISMATCH, "the data are not the bytes the manifest describes; have both sent again"
        )
    return verdict


def against_ledger(connection: psycopg.Connection, arrival: Arrival, *, month: str) -> Verdict | None:
    """Return the first of these checks that fails: duplicate, replaces, slot, future month, sequence."""
    for check in (_duplicate, _replaces, _slot):
        verdict = check(connection, arrival)
        if verdict:
            return verdict
    manifest = arrival.valid_manifest
    if manifest.month > month:
        taken = "it is taken when that month is run"
        never = "no month so late is ever run: ask the sender which month it is for"
        message = f"it is for {manifest.month}; {never if manifest.month > LAST else taken}"
        return Verdict(reasons.FUTURE_MONTH, message)
    return _sequence(connection, arrival)


def _duplicate(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    """Find the same bytes, loaded or held; files without rows may be alike and no duplicates."""
    manifest = arrival.valid_manifest
    first = connection.execute(
        "select file_id, name from ops.files where feed = %s and sha256 = %s and file_id <> %s"
        " and state in ('loaded', 'held')"
        " and (rows_declared > 0 or (format, division, month, sequence) = (%s, %s, %s, %s))"
        " order by state desc, month, sequence, name, file_id limit 1",
        (
            arrival.feed, arrival.sha256, arrival.file_id,
            manifest.format, manifest.division, manifest.month, manifest.sequence,
        ),
    ).fetchone()  # fmt: skip
    if not first:
        return None
    file_id, name = first
    message = f"the same bytes arrived before as {name}; nothing needs to be done"
    return Verdict(reasons.DUPLICATE_FILE, message, duplicate_of=file_id)


def _replaces(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    if arrival.valid_manifest.replaces is None:
        return None
    states_of_content = {state for _, state in replaced_files(connection, arrival)}
    if states_of_content & {"loaded", "held"} or (
        "rejected" in states_of_content and "superseded" not in states_of_content
    ):
        return None
    return Verdict(
        reasons.REPLACES_UNKNOWN,
        "the file it replaces has not arrived or is replaced already; have the manifest corrected",
    )


def replaced_files(connection: psycopg.Connection, arrival: Arrival) -> list[tuple[str, str]]:
    """Return id and state of each file whose bytes this one replaces.

    Files without rows are alike: where one of them is or was in this one's slot, it is the one meant.
    """
    manifest = arrival.valid_manifest
    files = connection.execute(
        "select file_id, state, rows_declared = 0, (format, division, month, sequence) = (%s, %s, %s, %s)"
        " from ops.files where feed = %s and sha256 = %s and file_id <> %s"
        " order by month desc, sequence desc, file_id",
        (
            manifest.format, manifest.division, manifest.month, manifest.sequence,
            arrival.feed, manifest.replaces, arrival.file_id,
        ),
    ).fetchall()  # fmt: skip
    own = [file for file in files if file[2] and file[3]]
    return [(file_id, state) for file_id, state, *_ in own or files]


def _slot(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    """Find another file loaded in this one's slot, unless it is the one that is replaced."""
    manifest = arrival.valid_manifest
    holder = connection.execute(
        "select name, sha256 from ops.files where feed = %s and format = %s and division = %s"
        " and month = %s and sequence = %s and state = 'loaded' and file_id <> %s",
        (
            arrival.feed,
            manifest.format,
            manifest.division,
            manifest.month,
            manifest.sequence,
            arrival.file_id,
        ),
    ).fetchone()  # fmt: skip
    if not holder or holder[1] == manifest.replaces:
        return None
    return Verdict(
        reasons.SLOT_TAKEN,
        f"{holder[0]} is loaded as sequence {manifest.sequence} of {manifest.month}; a correction names it in"
        " replaces, an addition takes the next sequence",
    )


def _sequence(connection: psycopg.Connection, arrival: Arrival) -> Verdict | None:
    """Find the lowest earlier sequence that neither has been loaded nor is held for release."""
    manifest = arrival.valid_manifest
    earlier = connection.execute(
        "select distinct sequence from ops.files where feed = %s and format = %s and division = %s"
        " and month = %s and sequence < %s"
        " and (state in ('loaded', 'superseded') or (state = 'held' and reason = %s))",
        (
            arrival.feed, manifest.format, manifest.division, manifest.month, manifest.sequence,
            reasons.TOO_MANY_REFUSED,
        ),
    ).fetchall()  # fmt: skip
    if len(earlier) == manifest.sequence - 1:
        return None
    present = {number for (number,) in earlier}
    missing = next(number for number in range(1, manifest.sequence) if number not in present)
    return Verdict(reasons.SEQUENCE_GAP, f"sequence {missing} of {manifest.month} has not been loaded yet")

"""The audit log: who did what, append-only, each entry chained to the one before it by its hash.

A stream is a chain of its own (``STREAMS``). Its head row is locked while an entry is added, so that numbers
have no gaps. Whoever edits, removes, swaps or slips in an entry breaks a hash;
whoever cuts off the end contradicts the head printed at the foot of what was published since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from fundwatch.errors import AuditBroken
from fundwatch.queries import one_row

PUBLICATIONS, EXPORTS, RELEASES = "publications", "exports", "releases"
WAIVERS, DECLARATIONS, MONTHS = "waivers", "declarations", "months"
VERIFICATIONS, CASES, MATCHES = "verifications", "cases", "matches"
SIGNINS, DENIALS, REVEALS, COMMENTS, USERS = "signins", "denials", "reveals", "comments", "users"
STREAMS = (
    PUBLICATIONS, EXPORTS, RELEASES, WAIVERS, DECLARATIONS, MONTHS, VERIFICATIONS, CASES, MATCHES, SIGNINS,
    DENIALS, REVEALS, COMMENTS, USERS,
)  # fmt: skip
_SHORTEST_ANCHOR = 8


@dataclass(frozen=True)
class Entry:
    """One entry; ``details`` is JSON text without personal data, hashed as it is written."""

    stream: str
    sequence: int
    at: datetime
    actor: str
    action: str
    object: str
    details: str
    previous_hash: str
    hash: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """Return the details as values."""
        values: dict[str, Any] = json.loads(self.details)
        return values

    def digest(self) -> str:
        """Return the hash of the whole entry, its place in the chain included."""
        parts = [
            self.stream, self.sequence, self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor, self.action, self.object, self.details, self.previous_hash,
        ]  # fmt: skip
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """Result of verifying a stream; ``fault`` names the first bad row, or is empty."""

    stream: str
    entries: int
    head: str
    fault: str


def append(
    connection: psycopg.Connection,
    *,
    stream: str,
    actor: str,
    action: str,
    about: str,
    details: Mapping[str, object] | None = None,
) -> Entry:
    """Add an entry to a stream, in the caller's transaction.

    ``about`` names the thing (``publication 3``); ``details`` hold counts, hashes and reasons, no row values.
    Again: a second entry.
    """
    connection.execute(
        "insert into ops.audit_heads (stream, sequence, hash) values (%s, 0, '') on conflict do nothing",
        (stream,),
    )
    sequence, previous, at = one_row(
        connection.execute(
            "select sequence, hash, clock_timestamp() from ops.audit_heads where stream = %s for update",
            (stream,),
        )
    )
    text = json.dumps(details or {}, ensure_ascii=False, sort_keys=True)
    entry = Entry(stream, sequence + 1, at, actor, action, about, text, previous)
    values = {**entry.__dict__, "hash": entry.digest()}
    connection.execute(
        "insert into ops.audit (stream, sequence, at, actor, action, object, details, previous_hash, hash)"
        " values (%(stream)s, %(sequence)s, %(at)s, %(actor)s, %(action)s, %(object)s, %(details)s,"
        " %(previous_hash)s, %(hash)s)",
        values,
    )
    connection.execute(
        "update ops.audit_heads set sequence = %(sequence)s, hash = %(hash)s where stream = %(stream)s",
        values,
    )
    return Entry(**values)


def head(connection: psycopg.Connection, stream: str) -> str:
    """Return ``sequence:hash`` of a stream's last entry; ``0:`` when it has none."""
    row = connection.execute(
        "select sequence, hash from ops.audit_heads where stream = %s", (stream,)
    ).fetchone()
    return "{}:{}".format(*(row or (0, "")))


def entries(
    connection: psycopg.Connection,
    *,
    stream: str | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    last: int | None = None,
) -> list[Entry]:
    """Return the entries, oldest first: of one stream, of one actor, since a moment, or the last so many."""
    conditions = {"stream = %(stream)s": stream, "actor = %(actor)s": actor, "at >= %(since)s": since}
    given = [condition for condition, value in conditions.items() if value is not None]
    query = sql.SQL(
        "select stream, sequence, at, actor, action, object, details, previous_hash, hash from ops.audit"
        " where {} order by at desc, stream desc, sequence desc limit %(last)s"
    ).format(sql.SQL(" and ").join(map(sql.SQL, given or ["true"])))
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        cursor.execute(query, {"stream": stream, "actor": actor, "since": since, "last": last})
        return cursor.fetchall()[::-1]


def instant(text: str) -> float:
    """Return a moment that an entry's details state, comparable with others."""
    return datetime.fromisoformat(text).timestamp()


def verify(connection: psycopg.Connection, *, anchors: Mapping[str, Iterable[str]]) -> list[Verdict]:
    """Recompute every chain and compare it with its head and with anchors (stream -> ``sequence:hash``).

    Heads that later entries and publications noted down are anchors too. An anchor's hash may be shortened.
    Raises: AuditBroken when an anchor is malformed.
    """
    all_anchors = {
        stream: [_parsed(anchor) for anchor in given] for stream, given in anchors.items() if given
    }
    with connection.transaction():
        # No entry is added meanwhile, or a chain would seem to go on after its head.
        heads = connection.execute("select stream from ops.audit_heads for share").fetchall()
        for stream, anchor in _noted_heads(connection):
            all_anchors.setdefault(stream, []).append(_parsed(anchor))
        entered = connection.execute("select distinct stream from ops.audit").fetchall()
        streams = {stream for (stream,) in heads + entered} | set(all_anchors)
        return [_verify_stream(connection, stream, all_anchors.get(stream, [])) for stream in sorted(streams)]


def _verify_stream(connection: psycopg.Connection, stream: str, anchors: list[tuple[int, str]]) -> Verdict:
    stated = head(connection, stream)
    entries, previous, hashes = 0, "", {0: ""}
    for entry in _entries(connection, stream):
        fault = _fault(entry, entries + 1, previous)
        if fault:
            return Verdict(stream, entries, stated, f"entry {entry.sequence}: {fault}")
        entries, previous = entry.sequence, entry.hash
        hashes[entries] = previous
    if stated != f"{entries}:{previous}":
        return Verdict(stream, entries, stated, f"entry {entries + 1}: the head names another last entry")
    for sequence, begins in sorted(anchors):
        if sequence not in hashes:
            fault = f"entry {entries + 1}: the end is cut off, an anchor names entry {sequence}"
            return Verdict(stream, entries, stated, fault)
        if not hashes[sequence].startswith(begins):
            return Verdict(stream, entries, stated, f"entry {sequence}: an anchor names another hash")
    return Verdict(stream, entries, stated, "")


def _fault(entry: Entry, expected: int, previous: str) -> str:
    if entry.sequence != expected:
        return f"entry {expected} is missing before it"
    if entry.previous_hash != previous:
        return "it does not follow the entry before it"
    return "" if entry.hash == entry.digest() else "it is not what was entered"


def _entries(connection: psycopg.Connection, stream: str) -> Iterator[Entry]:
    with connection.cursor(name="audit", row_factory=class_row(Entry)) as cursor:
        cursor.execute(
            "select stream, sequence, at, actor, action, object, details, previous_hash, hash"
            " from ops.audit where stream = %s order by sequence",
            (stream,),
        )
        yield from cursor


def _noted_heads(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Return the heads noted down elsewhere: in publications, and in entries of other streams."""
    noted = connection.execute(
        "select %s, audit_head from ops.publications where audit_head <> ''"
        " union select key, value from ops.audit, json_each_text(details::json -> 'heads')",
        (PUBLICATIONS,),
    )
    return noted.fetchall()


def _parsed(anchor: str) -> tuple[int, str]:
    sequence, _, begins = anchor.partition(":")
    is_first = sequence == "0" and not begins
    if not sequence.isdecimal() or (len(begins) < _SHORTEST_ANCHOR and not is_first):
        raise AuditBroken(
            f"an anchor is written number:hash, with {_SHORTEST_ANCHOR} characters of the hash or more",
            next_step="Copy it from the foot of a published report",
        )
    return int(sequence), begins.lower()

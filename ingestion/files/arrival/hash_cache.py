"""What the inbox held last time: hashes remembered, so that an unchanged inbox is not read again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import psycopg

from ingestion.files.arrival.listing import Lying

# A file system's clock has ticks: a file changed twice within one keeps its stamp. A hash is remembered
# only when the file was left alone for longer than any tick before it was read.
SETTLED_NS = 2 * 10**9


@dataclass(frozen=True)
class Seen:
    """The remembered hashes of one feed's inbox."""

    connection: psycopg.Connection
    feed: str
    known: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: psycopg.Connection, feed: str) -> Seen:
        """Read what is remembered of a feed."""
        found = connection.execute(
            "select place, stamp, sha256 from ops.inbox_seen where feed = %s", (feed,)
        ).fetchall()
        return cls(connection, feed, {place: (stamp, sha256) for place, stamp, sha256 in found})

    def hash_of(self, lying: Lying) -> str | None:
        """Return the hash of a file that has not changed since it was read."""
        stamp, sha256 = self.known.get(_holdable(lying), ("", None))
        return sha256 if stamp == lying.stamp else None

    def remember(self, lying: Lying, sha256: str, *, read_at_ns: int) -> None:
        """Remember a hash, unless the file was so young when it was read that it may change unnoticed."""
        if lying.changed_ns + SETTLED_NS >= read_at_ns:
            return
        place = _holdable(lying)
        self.known[place] = (lying.stamp, sha256)
        self.connection.execute(
            "insert into ops.inbox_seen (feed, place, stamp, sha256) values (%s, %s, %s, %s)"
            " on conflict (feed, place) do update set stamp = excluded.stamp, sha256 = excluded.sha256",
            (self.feed, place, lying.stamp, sha256),
        )

    def forget_but(self, present: Collection[Lying]) -> None:
        """Forget what is gone from the inbox."""
        kept = {_holdable(one) for one in present}
        gone = [place for place in self.known if place not in kept]
        if gone:
            self.connection.execute(
                "delete from ops.inbox_seen where feed = %s and place = any(%s)", (self.feed, gone)
            )


def _holdable(lying: Lying) -> str:
    """Return a place as text the database can hold, different for different places."""
    return str(lying.place).encode(errors="surrogateescape").decode(errors="backslashreplace")

"""Cache of the hashes of the inbox's files: an unchanged inbox is not read again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import psycopg

from ingestion.files.arrival.listing import InboxFile

# A file system's clock has ticks: a file changed twice within one keeps its stamp. A hash is only cached when
# the file had been unchanged for longer than any tick before it was read.
SETTLED_NS = 2 * 10**9


@dataclass(frozen=True)
class HashCache:
    """The cached hashes of one feed's inbox: stamp and hash by place."""

    connection: psycopg.Connection
    feed: str
    entries: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: psycopg.Connection, feed: str) -> HashCache:
        """Read the cache of a feed."""
        rows = connection.execute(
            "select place, stamp, sha256 from ops.inbox_seen where feed = %s", (feed,)
        ).fetchall()
        return cls(connection, feed, {place: (stamp, sha256) for place, stamp, sha256 in rows})

    def hash_of(self, file: InboxFile) -> str | None:
        """Return the hash of a file that has not changed since it was read."""
        stamp, sha256 = self.entries.get(_storable(file), ("", ""))
        return sha256 if stamp == file.stamp else None

    def store(self, file: InboxFile, sha256: str, *, read_at_ns: int) -> None:
        """Store a hash, unless the file was so young when it was read that it may change unnoticed."""
        if file.changed_ns + SETTLED_NS >= read_at_ns:
            return
        place = _storable(file)
        self.entries[place] = (file.stamp, sha256)
        self.connection.execute(
            "insert into ops.inbox_seen (feed, place, stamp, sha256) values (%s, %s, %s, %s)"
            " on conflict (feed, place) do update set stamp = excluded.stamp, sha256 = excluded.sha256",
            (self.feed, place, file.stamp, sha256),
        )

    def prune(self, present: Collection[InboxFile]) -> None:
        """Delete the entries of files that are gone from the inbox."""
        places = {_storable(file) for file in present}
        gone = [place for place in self.entries if place not in places]
        if gone:
            self.connection.execute(
                "delete from ops.inbox_seen where feed = %s and place = any(%s)", (self.feed, gone)
            )


def _storable(file: InboxFile) -> str:
    """Return a place as text the database can hold, different for different places."""
    return str(file.place).encode(errors="surrogateescape").decode(errors="backslashreplace")

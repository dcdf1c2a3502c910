"""What the vault is to hold, by the ledger of files, and whether it holds it whole.

An object is written once: one whose stamp is that of its last reading is not read again (``ops.vault_seen``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import psycopg

from ingestion.files import reasons
from ingestion.files.arrival.vault import Vault

# The vault keeps no bytes that no known sender vouches for, and none that are over the limit.
_NEVER_KEPT = [
    reasons.MANIFEST_INVALID, reasons.SIGNATURE_INVALID, reasons.SHA256_MISMATCH, reasons.UNSAFE_CONTENT
]  # fmt: skip


class Problem(StrEnum):
    """What is wrong with an object of the vault."""

    NONE = ""
    GONE = "gone"
    CUT = "cut"
    CHANGED = "changed"


@dataclass(frozen=True)
class Kept:
    """A file whose bytes the vault is to hold, with those of its manifest."""

    file_id: str
    feed: str
    name: str
    sha256: str
    manifest_sha256: str
    size: int | None


def kept_files(connection: psycopg.Connection, *, most: int, feed: str | None = None) -> Iterator[Kept]:
    """Yield the decided and held files whose bytes the vault keeps; ``most`` is the largest size it takes."""
    rows = connection.execute(_KEPT, {"feed": feed, "most": most, "never": _NEVER_KEPT})
    yield from (Kept(*row) for row in rows)


@dataclass(frozen=True)
class VaultState:
    """Judges objects of the vault, and remembers which it has read."""

    connection: psycopg.Connection
    vault: Vault

    def problem(self, sha256: str, *, size: int | None = None, is_read: bool = False) -> Problem:
        """Return what is wrong with an object; ``is_read`` reads it although it has not changed since."""
        stamp = self.vault.stamp_of(sha256)
        if stamp is None:
            return Problem.GONE
        if size is not None and not self.vault.holds(sha256, size=size):
            return Problem.CUT
        if not is_read and self._seen.get(sha256) == stamp:
            return Problem.NONE
        if self.vault.hash_of(sha256) != sha256:
            return Problem.CHANGED
        self.note(sha256, stamp)
        return Problem.NONE

    def note(self, sha256: str, stamp: str | None = None) -> None:
        """Remember an object that was just read or written whole."""
        stamp = stamp or self.vault.stamp_of(sha256) or ""
        self._seen[sha256] = stamp
        self.connection.execute(_NOTE, (sha256, stamp))

    @cached_property
    def _seen(self) -> dict[str, str]:
        return dict(self.connection.execute("select sha256, stamp from ops.vault_seen").fetchall())


_KEPT = """
select file_id, feed, name, sha256, manifest_sha256, byte_count
from ops.files
where feed <> 'production' and (%(feed)s::text is null or feed = %(feed)s)
    and sha256 is not null and manifest_sha256 is not null
    and state in ('loaded', 'superseded', 'held', 'duplicate', 'rejected')
    and not (state = 'rejected' and reason = any(%(never)s))
    and (state in ('loaded', 'superseded') or coalesce(byte_count, 0) <= %(most)s)
order by feed, month, name, file_id
"""
_NOTE = """
insert into ops.vault_seen (sha256, stamp) values (%s, %s)
on conflict (sha256) do update set stamp = excluded.stamp, read_at = now()
"""

"""Receive what lies in the inbox: read each file once, hash it, and keep in the vault what may be loaded.

A file that has not changed since the last run is not read at all. One that is read is copied while it is
hashed, when its manifest is in order and the vault does not hold those bytes; otherwise it is only hashed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from ingestion.files.arrival import manifest as manifests
from ingestion.files.arrival.hash_cache import Seen
from ingestion.files.arrival.inbox import Arrival, file_id, order
from ingestion.files.arrival.listing import Lying, Pair, UnreadableError, chunks, pairs
from ingestion.files.arrival.manifest import SUFFIX, Manifest
from ingestion.files.arrival.vault import Vault


@dataclass(frozen=True)
class _Manifest:
    """A manifest as it was read; ``sha256`` is None when it is not there or cannot be read."""

    sha256: str | None = None
    manifest: Manifest | None = None
    said: dict[str, Any] | None = None
    fault: str = ""
    obstacle: str = ""


@dataclass(frozen=True)
class Desk:
    """Where the files of one feed are received.

    ``accepts`` judges a manifest by itself: only what it accepts is kept, up to ``most`` bytes.
    ``is_settled`` tells of a file's id whether there is nothing more to do about it.
    """

    connection: psycopg.Connection
    feed: str
    folder: Path
    vault: Vault
    most: int
    accepts: Callable[[Manifest, dict[str, Any]], bool]
    is_settled: Callable[[str], bool]

    def receive(self, present: set[str]) -> Iterator[Arrival]:
        """Yield what there is something to do about, each once, in the order in which files are taken.

        The ids of everything that lies in the inbox are added to ``present``.
        Raises: DiskFull, FolderUnusable.
        """
        seen = Seen.of(self.connection, self.feed)
        found = pairs(self.folder)
        seen.forget_but([one for pair in found for one in (pair.data, pair.manifest) if one])
        waiting = []
        for pair in found:
            known = self._known(pair, seen)
            if known and self.is_settled(known):
                present.add(known)
            else:
                waiting.append((pair, self._manifest(pair, seen)))
        waiting.sort(key=lambda one: order(one[1].manifest, one[0].name, str(one[0].place)))
        for pair, read in waiting:
            arrival = self._arrival(pair, read, seen)
            if arrival and arrival.file_id not in present:
                present.add(arrival.file_id)
                if not self.is_settled(arrival.file_id):
                    yield arrival

    def _known(self, pair: Pair, seen: Seen) -> str | None:
        """Return the id of a pair that has not changed since it was read."""
        data = seen.hash_of(pair.data) if pair.data else None
        beside = seen.hash_of(pair.manifest) if pair.manifest else None
        if (pair.data and not data) or (pair.manifest and not beside):
            return None
        return file_id(self.feed, pair.name, data, beside)

    def _manifest(self, pair: Pair, seen: Seen) -> _Manifest:
        if pair.manifest is None:
            return _Manifest(obstacle=f"its manifest {pair.name}{SUFFIX} has not arrived")
        kept = bytearray()

        def hash_and_keep(pieces: Iterator[bytes]) -> str:
            digest = hashlib.sha256()
            for piece in pieces:
                digest.update(piece)
                if len(kept) <= manifests.LARGEST:
                    kept.extend(piece)
            return digest.hexdigest()

        try:
            sha256 = _read(pair.manifest, seen, hash_and_keep)
        except UnreadableError as error:
            return _Manifest(obstacle=f"its manifest cannot be read ({error})")
        if pair.data and len(kept) <= manifests.LARGEST:
            self.vault.keep(bytes(kept))
        return _Manifest(sha256, *manifests.parse(bytes(kept)))

    def _arrival(self, pair: Pair, read: _Manifest, seen: Seen) -> Arrival:
        """Return what arrived, its data hashed and, where it may be loaded, in the vault."""
        obstacle, sha256, path = read.obstacle, None, None
        if pair.data is None:
            obstacle = obstacle or "the data file of this manifest has not arrived (links are not followed)"
        else:
            wanted = self._wanted(pair.data, read)
            try:
                sha256 = self._hash(pair.data, seen, wanted)
            except UnreadableError as error:
                obstacle = f"the data file cannot be read ({error})"
            if wanted and sha256 == wanted:
                path = self.vault.path_of(wanted)
        return Arrival(
            feed=self.feed, name=pair.name, sha256=sha256, manifest_sha256=read.sha256, path=path,
            size=pair.data.size if pair.data else 0, manifest=read.manifest, said=read.said or {},
            fault=read.fault, obstacle=obstacle,
        )  # fmt: skip

    def _wanted(self, data: Lying, read: _Manifest) -> str | None:
        """Return the hash under which the vault is to hold the data, if it is to hold them."""
        if read.manifest is None or data.size > self.most or not self.accepts(read.manifest, read.said):
            return None
        return read.manifest.sha256

    def _hash(self, data: Lying, seen: Seen, wanted: str | None) -> str:
        """Return the hash of the data; they are read only if it is not known, or the vault lacks them."""
        known = seen.hash_of(data)
        is_kept = wanted is not None and self.vault.holds(wanted, size=data.size)
        if known and (is_kept or known != wanted):
            return known
        if wanted and not is_kept:
            return _read(data, seen, lambda pieces: self.vault.copy(pieces, expected=wanted))
        return _read(data, seen, _hash_of)


def recall(vault: Vault, *, feed: str, name: str, sha256: str, manifest_sha256: str) -> Arrival | None:
    """Return an arrival as the vault holds it, or None when it does not hold both parts."""
    try:
        content = vault.path_of(manifest_sha256).read_bytes()
    except FileNotFoundError:
        return None
    manifest, said, fault = manifests.parse(content)
    if not vault.holds(sha256) or hashlib.sha256(content).hexdigest() != manifest_sha256:
        return None
    path = vault.path_of(sha256)
    return Arrival(
        feed=feed, name=name, sha256=sha256, manifest_sha256=manifest_sha256, path=path,
        size=path.stat().st_size, manifest=manifest, said=said, fault=fault,
    )  # fmt: skip


def _read(lying: Lying, seen: Seen, consume: Callable[[Iterator[bytes]], str]) -> str:
    """Let ``consume`` read a file and tell its hash, which is remembered if the file stood still.

    Raises: UnreadableError.
    """
    read_at = time.time_ns()
    with lying.opened() as handle:
        stood_still = lying.is_unchanged(handle)
        sha256 = consume(chunks(handle))
        if stood_still and lying.is_unchanged(handle):
            seen.remember(lying, sha256, read_at_ns=read_at)
    return sha256


def _hash_of(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()

"""Receive the files of the inbox: read each once, hash it, and copy to the vault what may be loaded.

A file that has not changed since the last run, or is larger than any may be, is not read at all. One that is
read is copied while it is hashed, when its manifest is valid and the vault does not hold those bytes;
otherwise it is only hashed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from ingestion.files.arrival import manifest as manifests
from ingestion.files.arrival.hash_cache import HashCache
from ingestion.files.arrival.inbox import Arrival, file_id, processing_order
from ingestion.files.arrival.listing import InboxFile, Pair, UnreadableError, chunks, pairs
from ingestion.files.arrival.manifest import SUFFIX, Manifest
from ingestion.files.arrival.vault import Vault
from ingestion.files.arrival.vault_state import Kept, VaultState


@dataclass(frozen=True)
class _ReadManifest:
    """A manifest as it was read; ``sha256`` is None when it is absent or unreadable."""

    sha256: str | None = None
    manifest: Manifest | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    obstacle: str = ""


@dataclass(frozen=True)
class Receiver:
    """Receives the files of one feed.

    ``accepts`` checks a manifest by itself: only the data of accepted ones are copied, up to ``most`` bytes.
    ``is_settled`` says of a file id whether there is nothing more to do about it. ``kept`` are files
    whose bytes the vault is to hold: what it lost of them is copied again, and named in ``healed``.
    """

    connection: psycopg.Connection
    feed: str
    folder: Path
    vault: Vault
    most: int
    accepts: Callable[[Manifest, dict[str, Any]], bool]
    is_settled: Callable[[str], bool]
    kept: Mapping[str, Kept] = field(default_factory=dict)
    healed: list[str] = field(default_factory=list)

    @cached_property
    def state(self) -> VaultState:
        """What is known of the objects of the vault."""
        return VaultState(self.connection, self.vault)

    def receive(self, present: set[str]) -> Iterator[Arrival]:
        """Yield the arrivals to process, each once, in the order of processing.

        The ids of everything in the inbox are added to ``present``.
        Raises: DiskFull, FolderUnusable.
        """
        cache = HashCache.of(self.connection, self.feed)
        listed = pairs(self.folder)
        cache.prune([file for pair in listed for file in pair.files])
        pending = []
        for pair in listed:
            unchanged = self._id_of_unchanged(pair, cache)
            if unchanged and self.is_settled(unchanged):
                present.add(unchanged)
                self._heal(pair, self.kept.get(unchanged))
            else:
                pending.append((pair, self._manifest(pair, cache)))
        pending.sort(key=_order)
        for pair, read in pending:
            arrival = self._arrival(pair, read, cache)
            if arrival.file_id not in present:
                present.add(arrival.file_id)
                if self.is_settled(arrival.file_id):
                    self._heal(pair, self.kept.get(arrival.file_id))
                else:
                    yield arrival

    def _id_of_unchanged(self, pair: Pair, cache: HashCache) -> str | None:
        """Return the id of a pair that has not changed since it was read."""
        data = cache.hash_of(pair.data) if pair.data else None
        manifest = cache.hash_of(pair.manifest) if pair.manifest else None
        if (pair.data and not data) or (pair.manifest and not manifest):
            return None
        return file_id(self.feed, pair.name, data, manifest)

    def _heal(self, pair: Pair, kept: Kept | None) -> None:
        """Copy again what the vault lost of a settled file that still lies in the inbox."""
        if kept is None:
            return
        for file, sha256 in ((pair.data, kept.sha256), (pair.manifest, kept.manifest_sha256)):
            if file is None or not self.state.problem(sha256, size=file.size):
                continue
            self.vault.set_aside(sha256)
            with suppress(UnreadableError), file.opened() as handle:
                if self.vault.copy(chunks(handle), expected=sha256) == sha256:
                    self.state.note(sha256)
                    self.healed.append(file.name)

    def _manifest(self, pair: Pair, cache: HashCache) -> _ReadManifest:
        if pair.manifest is None:
            return _ReadManifest(obstacle=f"its manifest {pair.name}{SUFFIX} has not arrived")
        content = bytearray()

        def hash_and_keep(pieces: Iterator[bytes]) -> str:
            digest = hashlib.sha256()
            for piece in pieces:
                digest.update(piece)
                if len(content) <= manifests.LARGEST:
                    content.extend(piece)
            return digest.hexdigest()

        if pair.manifest.size > manifests.LARGEST:
            return _ReadManifest(fault=f"it is larger than {manifests.LARGEST} bytes")
        try:
            sha256 = _read(pair.manifest, cache, hash_and_keep)
        except UnreadableError as error:
            return _ReadManifest(obstacle=f"its manifest cannot be read ({error})")
        if pair.data and len(content) <= manifests.LARGEST:
            self.vault.keep(bytes(content))
        return _ReadManifest(sha256, *manifests.parse(bytes(content)))

    def _arrival(self, pair: Pair, read: _ReadManifest, cache: HashCache) -> Arrival:
        """Return the arrival, its data hashed and, where it may be loaded, copied to the vault."""
        obstacle, sha256, path = pair.obstacle or read.obstacle, None, None
        if pair.data is None:
            obstacle = obstacle or "the data file of this manifest has not arrived (links are not followed)"
        elif pair.data.size <= self.most:  # a larger one is refused unread
            wanted = self._hash_to_keep(pair.data, read)
            try:
                sha256 = self._hash(pair.data, cache, wanted)
            except UnreadableError as error:
                obstacle = f"the data file cannot be read ({error})"
            if wanted and sha256 == wanted:
                path = self.vault.path_of(wanted)
        return Arrival(
            feed=self.feed, name=pair.name, sha256=sha256, manifest_sha256=read.sha256, path=path,
            size=pair.data.size if pair.data else 0, manifest=read.manifest,
            raw_manifest=read.raw,
            fault=read.fault, obstacle=obstacle,
        )  # fmt: skip

    def _hash_to_keep(self, data: InboxFile, read: _ReadManifest) -> str | None:
        """Return the hash under which the vault is to hold the data, or None if it is not."""
        if read.manifest is None or data.size > self.most or not self.accepts(read.manifest, read.raw):
            return None
        return read.manifest.sha256

    def _hash(self, data: InboxFile, cache: HashCache, wanted: str | None) -> str:
        """Return the hash of the data; they are only read if it is not cached, or the vault lacks them."""
        cached = cache.hash_of(data)
        is_kept = wanted is not None and self.vault.holds(wanted, size=data.size)
        if cached and (is_kept or cached != wanted):
            return cached
        if wanted and not is_kept:
            return _read(data, cache, lambda pieces: self.vault.copy(pieces, expected=wanted))
        return _read(data, cache, _hash_of)


def from_vault(vault: Vault, *, feed: str, name: str, sha256: str, manifest_sha256: str) -> Arrival | None:
    """Return an arrival from the vault, or None when it does not hold both parts."""
    try:
        content = vault.path_of(manifest_sha256).read_bytes()
    except FileNotFoundError:
        return None
    manifest, raw, fault = manifests.parse(content)
    if not vault.holds(sha256) or hashlib.sha256(content).hexdigest() != manifest_sha256:
        return None
    path = vault.path_of(sha256)
    return Arrival(
        feed=feed, name=name, sha256=sha256, manifest_sha256=manifest_sha256, path=path,
        size=path.stat().st_size, manifest=manifest, raw_manifest=raw, fault=fault,
    )  # fmt: skip


def _order(pending: tuple[Pair, _ReadManifest]) -> tuple[bool, str, str, int, str, str]:
    pair, read = pending
    return processing_order(read.manifest, pair.name, str(pair.place))


def _read(file: InboxFile, cache: HashCache, consume: Callable[[Iterator[bytes]], str]) -> str:
    """Let ``consume`` read a file and return its hash, which is cached if the file did not change meanwhile.

    Raises: UnreadableError.
    """
    read_at = time.time_ns()
    with file.opened() as handle:
        was_unchanged = file.is_unchanged(handle)
        sha256 = consume(chunks(handle))
        if was_unchanged and file.is_unchanged(handle):
            cache.store(file, sha256, read_at_ns=read_at)
    return sha256


def _hash_of(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()

"""The vault: received files, stored under the hash of their bytes, written once and never changed.

``<root>/sha256/ab/cdef…`` is one object, read-only; ``<root>/partial`` holds what is being written. A copy is
complete before it gets its name: written, synced, renamed, its folder synced. A crash leaves either an object
that no ledger entry names yet, or a partial file that the next run deletes.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fundwatch.errors import DiskFull, FolderUnusable
from fundwatch.failpoints import failpoint
from fundwatch.host import within

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DamagedError(Exception):
    """An object of the vault does not have the bytes of its hash."""


@dataclass(frozen=True)
class Vault:
    """The vault in one folder; readers need only ``path_of``."""

    root: Path

    def path_of(self, sha256: str) -> Path:
        """Return the path of the object with this hash, whether it exists or not."""
        return within(within(self.root / "sha256", sha256[:2]), sha256[2:])

    def holds(self, sha256: str, *, size: int | None = None) -> bool:
        """Return whether the vault has the object, of the given size."""
        try:
            status = self.path_of(sha256).stat()
        except FileNotFoundError:
            return False
        return size is None or status.st_size == size

    def stamp_of(self, sha256: str) -> str | None:
        """Return what changes whenever the object does, as far as its file shows; None if it is gone."""
        try:
            status = self.path_of(sha256).stat()
        except OSError:
            return None
        return ":".join(
            map(str, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
        )

    def hash_of(self, sha256: str) -> str | None:
        """Return the hash of the bytes that lie under this name; None if they are gone or cannot be read."""
        try:
            with self.path_of(sha256).open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest()
        except OSError:
            return None

    def size_of(self, sha256: str) -> int:
        """Return the bytes of an object; none if it is gone."""
        try:
            return self.path_of(sha256).stat().st_size
        except OSError:
            return 0

    def names(self) -> Iterator[str]:
        """Yield the name of every object, in order."""
        for folder in sorted((self.root / "sha256").glob("*")):
            yield from (folder.name + path.name for path in sorted(folder.glob("*")))

    def copy(self, source: Iterable[bytes], *, expected: str) -> str:
        """Copy what ``source`` yields and return its hash; the copy is kept if that is as expected.

        Again:  an existing object is overwritten by the same bytes.
        Raises: DiskFull, FolderUnusable; no part of the copy is left then.
        """
        with _as_operator_error(self.root), self._partial() as (path, handle), ThreadPoolExecutor(1) as aside:
            digest = hashlib.sha256()
            failpoint("vault.before_write")
            for chunk in source:
                hashed = aside.submit(digest.update, chunk)
                handle.write(chunk)
                hashed.result()
                failpoint("vault.during_write")
            sha256 = digest.hexdigest()
            if sha256 == expected:
                self._keep(path, handle, sha256)
        return sha256

    def keep(self, content: bytes) -> None:
        """Store a small object (a manifest), unless the vault has it.

        Raises: DiskFull, FolderUnusable.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if self.holds(sha256, size=len(content)):
            return
        with _as_operator_error(self.root), self._partial() as (path, handle):
            handle.write(content)
            self._keep(path, handle, sha256)

    def set_aside(self, sha256: str) -> None:
        """Move a damaged object, if there is one, to another folder, so that a good copy can replace it."""
        if self.stamp_of(sha256) is None:
            return
        damaged = self.root / "damaged"
        with _as_operator_error(self.root), suppress(FileNotFoundError):
            damaged.mkdir(mode=0o700, exist_ok=True)
            self.path_of(sha256).replace(damaged / f"{sha256}.{secrets.token_hex(4)}")

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Return a folder on the vault's disk for unnamed temporary files.

        Raises: DiskFull, FolderUnusable, also for failures of these files in the block.
        """
        with _as_operator_error(self.root):
            yield _folder(self.root, "partial")

    def sweep(self) -> int:
        """Delete the partial files of writers that died; return how many there were."""
        swept = 0
        for path in sorted((self.root / "partial").glob("*.tmp")):
            with suppress(OSError), path.open("rb") as handle:
                # A live writer holds this lock.
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                swept += 1
        return swept

    @contextmanager
    def _partial(self) -> Iterator[tuple[Path, BinaryIO]]:
        folder = _folder(self.root, "partial")
        while True:
            path = folder / f"{secrets.token_hex(8)}.tmp"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                break
            os.close(descriptor)  # deleted by a sweep before it was locked
        with os.fdopen(descriptor, "wb") as handle:
            try:
                yield path, handle
            finally:
                with suppress(FileNotFoundError):
                    path.unlink()

    def _keep(self, path: Path, handle: BinaryIO, sha256: str) -> None:
        """Rename the written file to its name, so that the object exists with all its bytes or not at all."""
        handle.flush()
        os.fchmod(handle.fileno(), 0o400)
        failpoint("vault.before_fsync")
        os.fsync(handle.fileno())
        target = self.path_of(sha256)
        folder = _folder(self.root, "sha256", sha256[:2])
        failpoint("vault.before_rename")
        path.replace(target)
        failpoint("vault.after_rename")
        _sync(folder)
        failpoint("vault.after_write")


def _folder(root: Path, *names: str) -> Path:
    """Create a private folder of the vault; a new one is synced to disk before it is used."""
    folder = root
    for name in ("", *names):
        folder = folder / name
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(folder.parent)
    return folder


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _as_operator_error(root: Path) -> Iterator[None]:
    """Turn a failure of the vault's disk into an error that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(
                f"the disk of the file vault {root} is full",
                state="The file being copied is not in, everything before it is",
                next_step="Free space or move FUNDWATCH_HOME, then run the same command again",
            ) from None
        raise FolderUnusable(
            f"the file vault {root} cannot be written ({error.strerror})",
            state="The file being copied is not in, everything before it is",
            next_step="Let the user who runs Fundwatch write there, then run the same command again",
        ) from None

"""The vault: what arrived, kept under the hash of its bytes, written once and never changed.

``<root>/sha256/ab/cdef…`` is one object, read-only; ``<root>/partial`` holds what is being written. A copy is
complete before it has its name: written, synced, renamed, its folder synced. What a crash leaves behind is
either an object nobody names yet or a partial file that the next run sweeps away.
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

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DamagedError(Exception):
    """An object of the vault does not have the bytes its name promises."""


@dataclass(frozen=True)
class Vault:
    """The vault in one folder; readers need only ``path_of``."""

    root: Path

    def path_of(self, sha256: str) -> Path:
        """Return where the bytes of this hash lie, or would lie."""
        return self.root / "sha256" / sha256[:2] / sha256[2:]

    def holds(self, sha256: str, *, size: int | None = None) -> bool:
        """Return whether the bytes of this hash are here, whole as far as their size tells."""
        try:
            found = self.path_of(sha256).stat()
        except FileNotFoundError:
            return False
        return size is None or found.st_size == size

    def copy(self, source: Iterable[bytes], *, expected: str) -> str:
        """Hash what ``source`` yields while copying it; keep the copy if it is as expected. Return the hash.

        Again:  what is here already is written over by the same bytes.
        Raises: DiskFull, FolderUnusable; nothing is left of the copy then.
        """
        with _as_operator_error(self.root), self._partial() as (path, handle), ThreadPoolExecutor(1) as aside:
            digest = hashlib.sha256()
            failpoint("vault.before_write")
            for chunk in source:
                hashed = aside.submit(digest.update, chunk)
                handle.write(chunk)
                hashed.result()
                failpoint("vault.during_write")
            found = digest.hexdigest()
            if found == expected:
                self._keep(path, handle, found)
        return found

    def keep(self, content: bytes) -> None:
        """Keep a small object (a manifest) that is not here yet.

        Raises: DiskFull, FolderUnusable.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if self.holds(sha256, size=len(content)):
            return
        with _as_operator_error(self.root), self._partial() as (path, handle):
            handle.write(content)
            self._keep(path, handle, sha256)

    def set_aside(self, sha256: str) -> None:
        """Move a damaged object out of the way, so that a good copy can take its place."""
        damaged = self.root / "damaged"
        with _as_operator_error(self.root), suppress(FileNotFoundError):
            damaged.mkdir(mode=0o700, exist_ok=True)
            self.path_of(sha256).replace(damaged / f"{sha256}.{secrets.token_hex(4)}")

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give a folder on the vault's disk for files without a name.

        Raises: DiskFull, FolderUnusable, also for what goes wrong with them in the block.
        """
        with _as_operator_error(self.root):
            yield _folder(self.root, "partial")

    def sweep(self) -> int:
        """Delete what writers that died left half written; return how many there were."""
        swept = 0
        for path in sorted((self.root / "partial").glob("*.tmp")):
            with suppress(OSError), path.open("rb") as handle:
                # A writer that lives holds this lock.
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
            os.close(descriptor)  # swept between its making and its locking
        with os.fdopen(descriptor, "wb") as handle:
            try:
                yield path, handle
            finally:
                with suppress(FileNotFoundError):
                    path.unlink()

    def _keep(self, path: Path, handle: BinaryIO, sha256: str) -> None:
        """Give what was written its name, so that it is there with all its bytes or not at all."""
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
    """Make a folder of the vault, for us alone; a new one is itself on disk before it is used."""
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
    """Say what an operator can do about a vault that takes nothing more."""
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

"""The files in the inbox of a feed: data files, their manifests, and halves of such pairs.

Only regular files are listed. Links, pipes and devices are not followed and not opened, folders included;
nothing in the inbox is ever changed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fundwatch.errors import FolderUnusable
from ingestion.files.arrival.manifest import SUFFIX

CHUNK = 2**20
_DEEPEST = 16
_DEEP = "nothing in this folder is taken; lay its files higher"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class UnreadableError(Exception):
    """A file of the inbox vanished or cannot be read; the message says why, without its path."""


@dataclass(frozen=True)
class InboxFile:
    """A regular file in the inbox: where, relative to the feed's folder, its size, and its stamp.

    The stamp changes whenever the file does, as far as the file system shows; ``changed_ns`` is when it did.
    """

    folder: Path
    place: PurePosixPath
    size: int
    stamp: str
    changed_ns: int

    @property
    def name(self) -> str:
        """The base name as text, with bytes that are not UTF-8 replaced."""
        return _shown(self.place.name)

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open the file, if it still is a regular file in folders that are no links.

        Raises: UnreadableError.
        """
        try:
            descriptor = _open_beneath(self.folder, self.place)
        except OSError as error:
            raise UnreadableError(error.strerror) from None
        with os.fdopen(descriptor, "rb", buffering=0) as handle:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableError("it is no regular file")
            os.set_blocking(descriptor, True)
            yield handle

    def is_unchanged(self, handle: BinaryIO) -> bool:
        """Return whether the open file still is the one that was listed."""
        return _stamp(os.fstat(handle.fileno())) == self.stamp


@dataclass(frozen=True)
class Pair:
    """A data file and its manifest, or one of them alone; or a folder whose files are not taken, and why."""

    name: str
    place: PurePosixPath
    data: InboxFile | None
    manifest: InboxFile | None
    obstacle: str = ""

    @property
    def files(self) -> list[InboxFile]:
        """The files that are present."""
        return [file for file in (self.data, self.manifest) if file]


def chunks(handle: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of an open file of the inbox.

    Raises: UnreadableError.
    """
    try:
        while chunk := handle.read(CHUNK):
            yield chunk
    except OSError as error:
        raise UnreadableError(error.strerror) from None


def pairs(folder: Path) -> list[Pair]:
    """Return the files in a feed's folder and the folders below it, except names that begin with a dot.

    Folders nested deeper than any sender needs are listed by their name, without what is in them.
    Raises: FolderUnusable.
    """
    too_deep: list[PurePosixPath] = []
    files = {file.place: file for file in _regular_files(folder, PurePosixPath(), too_deep)}
    listed = [
        Pair(
            _shown(str(place)),
            place,
            None,
            None,
            obstacle=f"it lies more than {_DEEPEST} folders deep: {_DEEP}",
        )
        for place in sorted(too_deep)
    ]
    for place, file in sorted(files.items()):
        if not place.name.endswith(SUFFIX):
            manifest = files.get(place.with_name(place.name + SUFFIX))
            listed.append(Pair(file.name, place, file, manifest))
            continue
        bare = place.name.removesuffix(SUFFIX)
        if not bare or place.with_name(bare) not in files:
            listed.append(Pair(file.name.removesuffix(SUFFIX), place, None, file))
    return listed


def _shown(name: str) -> str:
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _regular_files(folder: Path, below: PurePosixPath, too_deep: list[PurePosixPath]) -> Iterator[InboxFile]:
    """List without following links; files that vanish meanwhile are left out.

    Raises: FolderUnusable (a folder cannot be listed: its files would be missed in silence).
    """
    try:
        entries = list(os.scandir(folder / below))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise FolderUnusable(
            f"the inbox folder {folder / below} cannot be listed ({error.strerror})",
            next_step="Let the user who runs Fundwatch read it, then run the same command again",
        ) from None
    for entry in entries:
        if entry.name.startswith("."):
            continue
        place = below / entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                if len(place.parts) > _DEEPEST:
                    too_deep.append(place)
                else:
                    yield from _regular_files(folder, place, too_deep)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                changed = max(status.st_mtime_ns, status.st_ctime_ns)
                yield InboxFile(folder, place, status.st_size, _stamp(status), changed)
        except FileNotFoundError:
            continue


def _stamp(status: os.stat_result) -> str:
    parts = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return ":".join(map(str, parts))


def _open_beneath(folder: Path, place: PurePosixPath) -> int:
    """Open a file folder by folder, so that no link on the way is followed."""
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in place.parts[:-1]:
            below = os.open(name, _FLAGS | os.O_DIRECTORY, dir_fd=here)
            os.close(here)
            here = below
        return os.open(place.name, _FLAGS, dir_fd=here)
    finally:
        os.close(here)

"""The plain bytes of a file of the vault, stored as they are, as ``.gz`` or in a ``.zip``.

An archive is only a transport: one member, of the format that the manifest names. Everything else is rejected
before any of its bytes is used: other members, names that lead out of the folder, links, encryption, archives
in archives, and more bytes than the limits allow. What a Mac adds (``__MACOSX/``, ``.DS_Store``) is left out.
Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from ingestion.files.arrival.vault import DamagedError
from ingestion.files.reasons import TRUNCATED, UNDECODABLE, UNSAFE_CONTENT, CheckFailedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 2**20
MOST_RATIO, RATIO_FROM = 100, 2**20
_MOST_ENTRIES, _MOST_DIRECTORY = 1000, 2**20
_ZIP, _GZIP, _ZIP_END = b"PK\x03\x04", b"\x1f\x8b", b"PK\x05\x06"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError, RuntimeError,
    OverflowError, OSError,
)  # fmt: skip
_BROKEN_ARCHIVE = "the archive is broken; have it packed and sent again"


@contextmanager
def opened(path: Path, *, name: str, sha256: str, most: int) -> Iterator[BinaryIO]:
    """Yield the plain bytes of the object at ``path`` that arrived as ``name``, at most ``most`` of them.

    By the end of the block every byte of the object has been hashed, whether the file was read or rejected.
    Raises: CheckFailedError (UNSAFE_CONTENT, TRUNCATED, UNDECODABLE), also while it is read; DamagedError
            (these are not the bytes of ``sha256``: what was read from them is void).
    """
    suffix = Path(name).suffix.lower()
    try:
        raw = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise DamagedError from None
    with raw:
        hashing = _Hashing(raw)
        if suffix in (".zip", ".gz"):
            hashing.require(sha256)
            raw.seek(0)
            with _unpacked(raw, suffix=suffix, packed=path.stat().st_size, most=most) as plain:
                yield plain
            return
        _reject_dangerous_zip(raw, most)
        try:
            yield io.BufferedReader(hashing, CHUNK)
        except CheckFailedError:
            hashing.require(sha256)
            raise
        hashing.require(sha256)


class _Hashing(io.RawIOBase):
    """Hashes what is read through it."""

    def __init__(self, source: io.FileIO) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = self._source.readinto(buffer) or 0
        self._digest.update(memoryview(buffer)[:count])
        return count

    def require(self, sha256: str) -> None:
        """Read the rest; raise DamagedError unless the whole has this hash."""
        buffer = bytearray(CHUNK)
        while self.readinto(buffer):
            pass
        if self._digest.hexdigest() != sha256:
            raise DamagedError


class _Limited(io.RawIOBase):
    """Passes on unpacked bytes, as long as they are within the limits."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile, *, packed: int, most: int) -> None:
        self._source = source
        self._packed = packed
        self._most = most
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer)
        try:
            unpacked = self._source.read(len(target))
        except EOFError:
            raise CheckFailedError(TRUNCATED, "the archive ends before its content does") from None
        except _BROKEN:
            raise CheckFailedError(UNDECODABLE, _BROKEN_ARCHIVE) from None
        self._count += len(unpacked)
        _require_within(self._count, packed=self._packed, most=self._most)
        target[: len(unpacked)] = unpacked
        return len(unpacked)


@contextmanager
def _unpacked(raw: io.FileIO, *, suffix: str, packed: int, most: int) -> Iterator[BinaryIO]:
    if suffix == ".gz":
        if raw.read(2) != _GZIP:
            raise CheckFailedError(UNDECODABLE, "its name ends in .gz, it is no gzip file")
        raw.seek(0)
        source: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=io.BufferedReader(raw, CHUNK), mode="rb")
    else:
        archive, member = _only_member(raw, most)
        packed = member.compress_size
        try:
            source = archive.open(member)
        except _BROKEN:
            raise CheckFailedError(UNDECODABLE, _BROKEN_ARCHIVE) from None
    with source:
        plain = io.BufferedReader(_Limited(source, packed=packed, most=most), CHUNK)
        if plain.peek(4).startswith((_ZIP, _GZIP)):
            raise CheckFailedError(UNSAFE_CONTENT, "the archive holds another archive")
        yield plain


def _only_member(raw: io.FileIO, most: int) -> tuple[zipfile.ZipFile, zipfile.ZipInfo]:
    try:
        _require_small_directory(raw)
        archive = zipfile.ZipFile(raw)
        members = [member for member in archive.infolist() if not (member.is_dir() or _is_of_mac(member))]
    except _NoEndError:
        raw.seek(0)
        is_cut = raw.read(4) == _ZIP
        raise CheckFailedError(
            TRUNCATED if is_cut else UNDECODABLE, "its name ends in .zip, it is no whole zip file"
        ) from None
    except (EOFError, *_BROKEN):
        raise CheckFailedError(UNDECODABLE, _BROKEN_ARCHIVE) from None
    for member in archive.infolist():
        _require_harmless(member, most)
    if len(members) != 1:
        raise CheckFailedError(UNSAFE_CONTENT, f"the archive holds {len(members)} files instead of one")
    member = members[0]
    if member.flag_bits & 0x1 or member.compress_type not in _METHODS:
        raise CheckFailedError(
            UNSAFE_CONTENT, "the archive is encrypted, or packed in a way that is not read"
        )
    return archive, member


def _is_of_mac(member: zipfile.ZipInfo) -> bool:
    folder, _, name = member.filename.rpartition("/")
    return folder.split("/")[0] == "__MACOSX" or name == ".DS_Store"


class _NoEndError(zipfile.BadZipFile):
    """A zip ends before the list of its members."""


def _require_small_directory(raw: io.FileIO) -> None:
    """Reject a directory of very many members before the library reads all of it."""
    size = raw.seek(0, io.SEEK_END)
    raw.seek(max(0, size - 2**16 - 22))
    tail = raw.read(2**16 + 22)
    end = tail.rfind(_ZIP_END)
    if end < 0 or len(tail) < end + 22:
        raise _NoEndError
    entries = int.from_bytes(tail[end + 10 : end + 12], "little")
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if entries > _MOST_ENTRIES or directory > _MOST_DIRECTORY:
        raise CheckFailedError(UNSAFE_CONTENT, "the archive holds very many files instead of one")
    raw.seek(0)


def _require_harmless(member: zipfile.ZipInfo, most: int) -> None:
    name = member.orig_filename.replace("\\", "/")
    if name.startswith("/") or "\0" in name or name[1:2] == ":" or ".." in name.split("/"):
        raise CheckFailedError(UNSAFE_CONTENT, "the archive holds a file whose name leads out of its folder")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise CheckFailedError(UNSAFE_CONTENT, "the archive holds a link or a device")
    _require_within(member.file_size, packed=member.compress_size, most=most)


def _require_within(unpacked: int, *, packed: int, most: int) -> None:
    if unpacked > most:
        raise CheckFailedError(UNSAFE_CONTENT, f"it unpacks to more than the limit of {most} bytes")
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * packed:
        raise CheckFailedError(
            UNSAFE_CONTENT, f"it unpacks to more than {MOST_RATIO} times the bytes of the archive"
        )


def _reject_dangerous_zip(raw: io.FileIO, most: int) -> None:
    """Reject a dangerous archive under any name; a harmless one under another name is read as plain bytes."""
    if raw.read(4) == _ZIP:
        try:
            _require_small_directory(raw)
            for member in zipfile.ZipFile(raw).infolist():
                _require_harmless(member, most)
        except (EOFError, *_BROKEN):
            pass
    raw.seek(0)

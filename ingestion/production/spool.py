"""A temporary file of what was read, until it is landed: flat memory, and the source is released early."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_BLOCK = 1 << 18


class Spool:
    """Lines of COPY text in an unnamed file, private to this process and deleted with it."""

    def __init__(self, folder: Path) -> None:
        """Open an empty spool in ``folder``, which must have room for one table."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed with the extract)
        self._digest = hashlib.sha256()

    def write(self, block: bytes) -> None:
        """Append whole lines."""
        self._digest.update(block)
        self._file.write(block)

    @property
    def digest(self) -> bytes:
        """The hash of all lines."""
        return self._digest.digest()

    def blocks(self) -> Iterator[bytes]:
        """Yield what was written, from the beginning."""
        self._file.seek(0)
        while block := self._file.read(_BLOCK):
            yield block

    def close(self) -> None:
        """Free the space."""
        self._file.close()


def content_sha256(header: str, digest: bytes) -> str:
    """Return the hash of rows whose lines have this hash, and of what their columns are."""
    return hashlib.sha256(header.encode() + b"\n" + digest).hexdigest()

"""Find keys that occur more than once in a file, in flat memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

_ENTRY = np.dtype([("hash", "<u8"), ("line", "<i8")])
_BLOCK = 2**20
# So many hashes, as a power of two, are compared at a time: 32 MiB.
_BITS_AT_ONCE = 22
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_SHIFT = np.uint64(29)


class KeyLog:
    """A log on disk of a 64-bit hash of each key, with its line.

    Equal keys have equal hashes; different keys seldom do, so the keys found must still be compared.
    """

    def __init__(self, folder: Path) -> None:
        """Log to an unnamed file in ``folder``."""
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed with the log)
        self._count = 0
        self._seed = np.uint64(int.from_bytes(os.urandom(8)))

    def close(self) -> None:
        """Delete the log."""
        self._file.close()

    def add(self, keys: pa.StringArray, lines: np.ndarray) -> None:
        """Log keys, as they are compared, with their lines."""
        entries = np.empty(len(keys), dtype=_ENTRY)
        entries["hash"] = self._hashes(keys)
        entries["line"] = lines
        self._file.write(entries.tobytes())
        self._count += len(entries)

    def repeated_lines(self) -> Iterator[np.ndarray]:
        """Yield, in parts, the lines of keys whose hash was logged more than once."""
        bits = max(0, (self._count - 1).bit_length() - _BITS_AT_ONCE)
        for part in range(2**bits):
            hashes = self._part("hash", part, bits)
            hashes.sort()
            repeated = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
            if len(repeated):
                lines = self._part("line", part, bits)
                yield lines[np.isin(self._part("hash", part, bits), repeated)]

    def _part(self, name: str, part: int, bits: int) -> np.ndarray:
        """Return one field of the entries whose hash begins with these bits."""
        parts = [
            entries[name][entries["hash"] >> np.uint64(64 - bits) == part] if bits else entries[name]
            for entries in self._logged()
        ]
        return np.concatenate(parts) if parts else np.empty(0, _ENTRY[name])

    def _logged(self) -> Iterator[np.ndarray]:
        self._file.seek(0)
        while block := self._file.read(_BLOCK * _ENTRY.itemsize):
            yield np.frombuffer(block, dtype=_ENTRY)

    def _hashes(self, keys: pa.StringArray) -> np.ndarray:
        """Hash each key's bytes, keys of one length at a time."""
        _, offsets_buffer, data_buffer = keys.buffers()
        offsets = np.frombuffer(offsets_buffer, np.int32)[keys.offset : keys.offset + len(keys) + 1]
        data = np.frombuffer(data_buffer or b"", np.uint8)
        lengths = np.diff(offsets)
        hashes = np.empty(len(keys), dtype=np.uint64)
        for length in np.unique(lengths):
            places = np.flatnonzero(lengths == length)
            words = -(-int(length) // 8) or 1
            padded = np.zeros((len(places), words * 8), np.uint8)
            padded[:, :length] = data[offsets[places][:, None] + np.arange(length)]
            mixed = np.full(len(places), self._seed ^ np.uint64(length))
            for word in padded.view("<u8").T:
                mixed = (mixed ^ word) * _MIX[0]
                mixed ^= mixed >> _SHIFT
            hashes[places] = mixed * _MIX[1]
        return hashes

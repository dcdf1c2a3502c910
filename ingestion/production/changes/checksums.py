"""Bucketed checksums of a table: which part of it differs from what was landed, without comparing rows.

A row is its line of COPY text. A checksum is the sum of the hashes of a bucket's rows: rows may be read in
any order, and a changed row is subtracted and added. Rows of one key have an order that counts (the last
landed wins), so the second and further rows of a key are hashed with their number.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

# With more repeated keys than this, the next extract compares everything instead of storing them.
REPEATED_KEYS = 20_000
_HASH_BYTES = 8


# Hashes lines that are the given occurrences of their keys; None where all are the first.
Hasher = Callable[[Sequence[str], Sequence[int] | None], Iterable[int]]


def hash_lines(lines: Sequence[str], occurrences: Sequence[int] | None) -> Iterable[int]:
    """Return the hash of each row as Python computes it."""
    if occurrences is not None:
        lines = list(map(_numbered, lines, occurrences))
    digests = [blake2b(line, digest_size=_HASH_BYTES).digest() for line in map(str.encode, lines)]
    return struct.unpack(f">{len(digests)}Q", b"".join(digests))


@dataclass
class Checksums:
    """Sum of row hashes by bucket, and the keys of which there is more than one row.

    ``repeated`` may name keys that are gone; it is None once there are too many.
    """

    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    repeated: set[str] | None = field(default_factory=set)
    hasher: Hasher = hash_lines

    def add(
        self,
        buckets: Iterable[str],
        lines: Sequence[str],
        occurrences: Sequence[int] | None = None,
        *,
        times: int = 1,
    ) -> None:
        """Add (or with ``times=-1`` subtract) rows; without ``occurrences`` each is the first of its key."""
        sums, hashes = self.sums, self.hasher(lines, occurrences)
        if times != 1:
            hashes = [times * number for number in hashes]
        for name, number in zip(buckets, hashes, strict=True):
            sums[name] += number

    def note_repeated(self, key: str) -> None:
        """Note that a key has more than one row."""
        if self.repeated is not None:
            self.repeated.add(key)
            if len(self.repeated) > REPEATED_KEYS:
                self.repeated = None

    def stored(self) -> dict[str, str]:
        """Return the sums as they are stored: hexadecimal, without empty buckets."""
        return {name: f"{total:x}" for name, total in self.sums.items() if total}


def _numbered(line: str, occurrence: int) -> str:
    return line if occurrence == 1 else f"{line}\t{occurrence}"


def from_stored(sums: Mapping[str, str], repeated: Iterable[str]) -> Checksums:
    """Return the checksums an extract stored; whoever adds to those of the source sets its ``hasher``."""
    return Checksums(defaultdict(int, {name: int(total, 16) for name, total in sums.items()}), set(repeated))


def differing(left: Checksums, right: Checksums) -> list[str]:
    """Return the buckets whose sums differ."""
    return sorted(
        name
        for name in left.sums.keys() | right.sums.keys()
        if left.sums.get(name, 0) != right.sums.get(name, 0)
    )

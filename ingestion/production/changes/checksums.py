"""Bucketed checksums of a table: which part of it differs from what was landed, without comparing rows.

A row is its line of COPY text. A bucket is what the first key column ends with, so that source, landing and
we can each tell it without a hash of the key. A checksum is the sum of the rows' hashes: rows may come in any
order, and a changed row is subtracted and added. Rows of one key have an order that counts (the last landed
wins), so the second and further rows of a key are hashed with their number.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

# With more repeated keys than this, the next extract compares everything instead of remembering them.
REPEATED_KEYS = 20_000
_HASH_BYTES = 8


# Hashes lines that are the given occurrences of their keys; None where all are the first.
Hasher = Callable[[Sequence[str], Sequence[int] | None], Iterable[int]]


def hash_lines(lines: Sequence[str], occurrences: Sequence[int] | None) -> Iterable[int]:
    """Return the hash of each row as we make it."""
    if occurrences is not None:
        lines = list(map(_numbered, lines, occurrences))
    digests = [blake2b(line, digest_size=_HASH_BYTES).digest() for line in map(str.encode, lines)]
    return struct.unpack(f">{len(digests)}Q", b"".join(digests))


@dataclass
class Checksums:
    """Sum of row hashes by bucket, and the keys of which there is more than one row.

    ``repeated`` may name keys that no longer are; it is None once there are too many.
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
        for one, number in zip(buckets, hashes, strict=True):
            sums[one] += number

    def note_repeated(self, key: str) -> None:
        """Remember that a key has more than one row."""
        if self.repeated is not None:
            self.repeated.add(key)
            if len(self.repeated) > REPEATED_KEYS:
                self.repeated = None

    def stored(self) -> dict[str, str]:
        """Return the sums as they are kept: hexadecimal, buckets without rows left out."""
        return {one: f"{total:x}" for one, total in self.sums.items() if total}


def _numbered(line: str, occurrence: int) -> str:
    return line if occurrence == 1 else f"{line}\t{occurrence}"


def from_stored(sums: Mapping[str, str], repeated: Iterable[str]) -> Checksums:
    """Return the checksums an extract kept; whoever adds to those of the source sets its ``hasher``."""
    return Checksums(defaultdict(int, {one: int(total, 16) for one, total in sums.items()}), set(repeated))


def differing(left: Checksums, right: Checksums) -> list[str]:
    """Return the buckets whose sums differ."""
    return sorted(
        one for one in left.sums.keys() | right.sums.keys() if left.sums.get(one, 0) != right.sums.get(one, 0)
    )

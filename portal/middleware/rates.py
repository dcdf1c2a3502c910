"""How many requests a second a session may make: buckets in a file that all workers of the machine share."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import struct
import time
from pathlib import Path

_SLOT = struct.Struct("<Qdd")  # key, tokens, when they were counted
_SLOTS, _TRIED = 4096, 4


class Buckets:
    """A bucket for each session: it holds ``burst`` requests, and ``per_second`` flow in.

    The file keeps no secret, only a part of its hash. Of sessions that fall on the same places the one not
    seen for longest gives way: it begins with a full bucket when it comes back.
    """

    def __init__(self, file: Path, *, per_second: float, burst: float) -> None:
        """Open the file, made when it is not there; its folder is there."""
        self._per_second, self._burst = per_second, burst
        self._file = file.open("a+b")
        self._file.truncate(_SLOT.size * _SLOTS)
        self._table = mmap.mmap(self._file.fileno(), _SLOT.size * _SLOTS)

    def take(self, secret: str, *, now: float | None = None) -> float:
        """Take one request of a session's bucket; return the seconds to wait, 0 where there was one."""
        digest = hashlib.sha256(secret.encode()).digest()
        key = int.from_bytes(digest[:8], "little") or 1
        moment = time.time() if now is None else now
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            place, tokens = self._bucket(key, int.from_bytes(digest[8:12], "little"), moment)
            is_allowed = tokens >= 1
            _SLOT.pack_into(self._table, place, key, tokens - is_allowed, moment)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        return 0.0 if is_allowed else (1 - tokens) / self._per_second

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()
        self._file.close()

    def _bucket(self, key: int, start: int, moment: float) -> tuple[int, float]:
        """Return the place of a session's bucket and what is in it now."""
        oldest, oldest_at = 0, float("inf")
        for step in range(_TRIED):
            place = (start + step) % _SLOTS * _SLOT.size
            held, tokens, at = _SLOT.unpack_from(self._table, place)
            if held == key:
                return place, min(self._burst, tokens + max(0.0, moment - at) * self._per_second)
            if at < oldest_at:
                oldest, oldest_at = place, at
        return oldest, self._burst

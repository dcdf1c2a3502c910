"""Keys of PostgreSQL's advisory locks."""

from __future__ import annotations

import hashlib


def lock_key(purpose: str) -> int:
    """Return the 63-bit key of the advisory lock of ``purpose``; locks are per database."""
    return int.from_bytes(hashlib.sha256(f"fundwatch {purpose}".encode()).digest()[:8]) >> 1

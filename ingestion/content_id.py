"""Ids that derive from content: the same arrival has the same id in every warehouse."""

from __future__ import annotations

import hashlib

# 128 bits: no two arrivals will ever share one, and every landed row carries it.
_DIGITS = 32


def id_of(*parts: str) -> str:
    """Return the id of what these parts, none of which holds a unit separator, tell apart."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:_DIGITS]

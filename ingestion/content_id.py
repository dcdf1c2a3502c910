"""Ids derived from content: the same arrival has the same id in every warehouse."""

from __future__ import annotations

import hashlib

# 128 bits: collisions are out of the question, and every landed row carries one.
_DIGITS = 32


def id_of(*parts: str) -> str:
    """Return the id of something identified by these parts, none of which may hold a unit separator."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:_DIGITS]

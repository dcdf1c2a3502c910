"""Turns: workers at the same thing go one after the other, but nobody waits for ever for a stopped one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

WAIT_SECONDS = 30


@contextmanager
def turn(connection: psycopg.Connection, purpose: str) -> Iterator[None]:
    """Hold the advisory lock of ``purpose``, or go on without it when its holder does not move.

    A courtesy that saves double work; correctness rests on what each transaction checks at its end.
    ``connection`` must be in autocommit mode.
    """
    key = lock_key(purpose)
    connection.execute(f"set lock_timeout = '{WAIT_SECONDS}s'")
    try:
        connection.execute("select pg_advisory_lock(%s)", (key,))
        held = True
    except psycopg.errors.LockNotAvailable:
        held = False
    connection.execute("reset lock_timeout")
    try:
        yield
    finally:
        if held and not connection.closed:
            connection.execute("select pg_advisory_unlock(%s)", (key,))


def lock_key(purpose: str) -> int:
    """Derive a 63-bit advisory lock number from a purpose; locks are per database."""
    return int.from_bytes(hashlib.sha256(f"fundwatch landing {purpose}".encode()).digest()[:8]) >> 1

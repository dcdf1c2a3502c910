"""Two hashes at a time, over all workers of a machine: a flood of sign-ins must not take all of it."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import problems

SLOTS = 2
_WAITING = 12
_LONGEST_WAIT_SECONDS = 8.0
_POLL_SECONDS = 0.02
_RETRY_SECONDS = 5


class HashingSlots:
    """The places in which passwords are hashed: lock files, so that they are of all workers together."""

    def __init__(self, folder: Path) -> None:
        """Keep the lock files in a folder, which is there."""
        self._files = [folder / f"hashing-{slot}.lock" for slot in range(SLOTS)]
        self._queue = threading.BoundedSemaphore(_WAITING)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a place while the block hashes; who waits too long, or finds a long queue, is sent away.

        Raises: Problem: too-many-requests.
        """
        if not self._queue.acquire(blocking=False):
            raise problems.too_many(_RETRY_SECONDS)
        try:
            with self._held():
                yield
        finally:
            self._queue.release()

    @contextmanager
    def _held(self) -> Iterator[None]:
        until = time.monotonic() + _LONGEST_WAIT_SECONDS
        while time.monotonic() < until:
            for file in self._files:
                with file.open("w") as lock:
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    yield
                    return
            time.sleep(_POLL_SECONDS)
        raise problems.too_many(_RETRY_SECONDS)

"""Refusals on their way into the audit log: counted when the response is out, entered minute by minute.

A refusal shows nothing, so nobody waits for its entry; while the database is away counts wait for it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self

import psycopg

from fundwatch.acts import entries
from fundwatch.errors import FundwatchError
from portal.database import Pools, acting
from portal.metrics import Metrics

DENIED = frozenset({"not-permitted", "same-person", "csrf", "not-found"})
_MOST_WAITING = 10_000
_TICK_SECONDS, _FLUSH_SECONDS, _STOP_SECONDS = 2.0, 10.0, 5.0
_log = logging.getLogger("portal.denials")
# The session's secret (empty: none), the problem's slug, the route as it is written in the code.
_Refusal = tuple[str, str, str]


class Denials:
    """Takes refusals from requests and writes them in a thread of its own, which also shows the pools' state.

    A session that has ended by the time of writing counts as nobody's. More refusals than can wait are lost,
    and the log says how many.
    """

    def __init__(self, pools: Pools, metrics: Metrics) -> None:
        """Remember where to write; nothing runs yet."""
        self._pools, self._metrics = pools, metrics
        self._taken: queue.Queue[_Refusal | None] = queue.Queue(_MOST_WAITING)
        self._waiting: Counter[_Refusal] = Counter()
        self._lost = 0
        self._thread = threading.Thread(target=self._run, name="denials", daemon=True)

    def __enter__(self) -> Self:
        """Begin to write."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what was taken, and end; the count of the minute is entered by whoever comes next."""
        self._taken.put(None)
        self._thread.join(_STOP_SECONDS)

    def take(self, secret: str, slug: str, route: str) -> None:
        """Take a refusal; never waits, never fails."""
        self._metrics.denials.labels(slug).inc()
        try:
            self._taken.put_nowait((secret, slug, route))
        except queue.Full:
            self._lost += 1

    def settle(self) -> None:
        """Wait until all that was taken was tried to be written."""
        self._taken.join()

    def _run(self) -> None:
        is_open, flush_at = True, 0.0
        while is_open:
            is_open = self._written(self._gathered())
            self._metrics.show_pools(self._pools.state())
            if time.monotonic() >= flush_at:
                flush_at = time.monotonic() + _FLUSH_SECONDS
                self._flush()

    def _gathered(self) -> list[_Refusal | None]:
        """Return what was taken since, after a while nothing."""
        try:
            refusals = [self._taken.get(timeout=_TICK_SECONDS)]
        except queue.Empty:
            return []
        while len(refusals) < _MOST_WAITING:
            try:
                refusals.append(self._taken.get_nowait())
            except queue.Empty:
                break
        return refusals

    def _written(self, refusals: list[_Refusal | None]) -> bool:
        """Write what was gathered and what is left from before; return whether more is to come."""
        try:
            self._waiting.update(refusal for refusal in refusals if refusal is not None)
            for refusal, times in list(self._waiting.items()):
                secret, slug, route = refusal
                with acting(self._pools, secret, request_id="") as connection:
                    entries.deny(connection, action=slug, about=route, times=times)
                del self._waiting[refusal]
        except (psycopg.Error, FundwatchError) as error:
            _log.error("refusals wait to be counted: %s", type(error).__name__)
        finally:
            for _ in refusals:
                self._taken.task_done()
        if self._lost:
            _log.error("%s refusals are not counted: too many at once", self._lost)
            self._lost = 0
        return None not in refusals

    def _flush(self) -> None:
        try:
            with acting(self._pools, "", request_id="") as connection:
                entries.flush_denials(connection)
        except (psycopg.Error, FundwatchError) as error:
            _log.error("refusals wait to be entered: %s", type(error).__name__)

"""Prefetch: compute the items of an iterator in a thread, a few ahead of their consumer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

_STEPS = 4

Step = TypeVar("Step")


@dataclass(frozen=True)
class _Item(Generic[Step]):
    """A computed step."""

    step: Step


# Steps in order, then the error they ended with, or None.
_Waiting: TypeAlias = "queue.Queue[_Item[Step] | BaseException | None]"


@contextmanager
def prefetch(steps: Iterator[Step]) -> Iterator[Iterator[Step]]:
    """Yield an iterator over ``steps``, which are computed in a thread; their error is raised in its place.

    When the block ends the thread ends after its current step.
    """
    waiting: _Waiting[Step] = queue.Queue(maxsize=_STEPS)
    is_left = threading.Event()
    worker = threading.Thread(target=_work, args=(steps, waiting, is_left), daemon=True)
    worker.start()
    try:
        yield _consumed(waiting)
    finally:
        is_left.set()
        while worker.is_alive():
            _make_room(waiting)
            worker.join(timeout=0.01)


def _work(steps: Iterator[Step], waiting: _Waiting[Step], is_left: threading.Event) -> None:
    try:
        for step in steps:
            waiting.put(_Item(step))
            if is_left.is_set():
                return
        waiting.put(None)
    except BaseException as error:  # noqa: BLE001 (raised again in the consumer)
        waiting.put(error)


def _consumed(waiting: _Waiting[Step]) -> Iterator[Step]:
    while True:
        item = waiting.get()
        if item is None:
            return
        if isinstance(item, BaseException):
            raise item
        yield item.step


def _make_room(waiting: _Waiting[Step]) -> None:
    try:
        while True:
            waiting.get_nowait()
    except queue.Empty:
        return

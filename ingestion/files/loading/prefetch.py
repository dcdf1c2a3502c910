"""Work in a thread, a few steps ahead of who consumes its results."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

_STEPS = 4
_END = object()

Step = TypeVar("Step")


@contextmanager
def ahead(steps: Iterator[Step]) -> Iterator[Iterator[Step]]:
    """Yield an iterator over ``steps``, which are taken in a thread; their error is raised in turn.

    When the block is left the thread ends after the step it is at.
    """
    waiting: queue.Queue = queue.Queue(maxsize=_STEPS)
    is_left = threading.Event()
    worker = threading.Thread(target=_work, args=(steps, waiting, is_left), daemon=True)
    worker.start()
    try:
        yield _handed_on(waiting)
    finally:
        is_left.set()
        while worker.is_alive():
            _make_room(waiting)
            worker.join(timeout=0.01)


def _work(steps: Iterator[Step], waiting: queue.Queue, is_left: threading.Event) -> None:
    try:
        for step in steps:
            waiting.put((step, None))
            if is_left.is_set():
                return
        waiting.put((_END, None))
    except BaseException as error:  # noqa: BLE001 (raised again where the steps are consumed)
        waiting.put((_END, error))


def _handed_on(waiting: queue.Queue) -> Iterator[Step]:
    while True:
        step, error = waiting.get()
        if error is not None:
            raise error
        if step is _END:
            return
        yield step


def _make_room(waiting: queue.Queue) -> None:
    try:
        while True:
            waiting.get_nowait()
    except queue.Empty:
        return

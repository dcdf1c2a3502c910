"""Requests at a rate, whatever the answers take: a late answer delays none but those behind it in line."""

from __future__ import annotations

import http.client
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.portal.people import Request

PER_SECOND, CONNECTIONS = 50, 8
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """One answer: to which request, its status, seconds from when it was due to its last byte."""

    request: Request
    status: int
    seconds: float


def at_rate(
    port: int, requests: Sequence[Request], *, seconds: float, until: Callable[[], bool] = lambda: False
) -> list[Answer]:
    """Ask for the requests in turn, 50 a second at random instants, on 8 connections; return the answers.

    It ends after ``seconds``, or when ``until`` says so.
    """
    chance = random.Random(1)  # noqa: S311 (arrivals, the same each time)
    order = list(requests)
    chance.shuffle(order)

    def arrivals() -> Iterator[tuple[float, Request]]:
        due = 0.0
        for request in itertools.cycle(order):
            due += chance.expovariate(PER_SECOND)
            if due > seconds or until():
                return
            yield due, request

    return _asked(port, arrivals())


def at_once(port: int, requests: Iterable[Request]) -> list[Answer]:
    """Ask for the requests, each as soon as one of the 8 connections is free; return the answers."""
    return _asked(port, ((0.0, request) for request in requests))


def percentile(seconds: Iterable[float], share: float) -> float:
    """Return the smallest value that a share of all do not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _asked(port: int, arrivals: Iterator[tuple[float, Request]]) -> list[Answer]:
    answers: list[Answer] = []
    lock, started = threading.Lock(), time.monotonic()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        while True:
            with lock:
                due, request = next(arrivals, (0.0, None))
            if request is None:
                break
            wait = started + due - time.monotonic()
            begun = started + due if due else time.monotonic()
            if wait > 0:
                time.sleep(wait)
            status = _status(connection, request)
            answers.append(Answer(request, status, time.monotonic() - begun))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _status(connection: http.client.HTTPConnection, request: Request) -> int:
    """Return the status of an answer read to its end, 0 where there was none."""
    try:
        connection.request("GET", request.address, headers=request.reader.headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return response.status

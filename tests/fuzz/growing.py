"""Coverage-guided fuzzing in one process: inputs that reach new lines of our code are kept and changed."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

import ingestion

_OURS = str(Path(ingestion.__file__).parent)
_LONGEST = 1 << 16
Place = tuple[CodeType, int]


@dataclass
class Found:
    """The result of a run: number of inputs, the corpus it grew, the slowest input, the failures."""

    tried: int = 0
    corpus: list[bytes] = field(default_factory=list)
    reached: set[Place] = field(default_factory=set)
    slowest: float = 0.0
    failures: list[tuple[str, bytes]] = field(default_factory=list)


class _Reached:
    """The lines of our code that run while it is entered, each with the line that ran before it."""

    def __init__(self) -> None:
        self.places: set[Place] = set()

    def __enter__(self) -> set[Place]:
        self.places = set()
        sys.settrace(self._called)
        return self.places

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame: FrameType, _event: str, _argument: object) -> Callable | None:
        return self._line if frame.f_code.co_filename.startswith(_OURS) else None

    def _line(self, frame: FrameType, event: str, _argument: object) -> Callable:
        if event in ("line", "exception"):
            self.places.add((frame.f_code, -frame.f_lineno if event == "exception" else frame.f_lineno))
        return self._line


def grow(
    run: Callable[[bytes], object],
    seeds: tuple[bytes, ...],
    words: tuple[bytes, ...],
    *,
    seconds: float,
    chance: random.Random,
) -> Found:
    """Try the seeds and one change, and more for some seconds; an exception of ``run`` is a failure."""
    result, end = Found(), time.monotonic() + seconds
    waiting = list(seeds)
    while result.tried <= len(seeds) or time.monotonic() < end:
        content = waiting.pop() if waiting else change(result.corpus, words, chance)
        reached = _try(run, content, result)
        if result.tried <= len(seeds) or not reached <= result.reached:
            result.corpus.append(content)
            result.reached |= reached
    return result


def _try(run: Callable[[bytes], object], content: bytes, result: Found) -> set[Place]:
    began = time.monotonic()
    tracer = _Reached()
    try:
        with tracer:
            run(content)
    except Exception as error:  # noqa: BLE001 (that nothing else comes out is what is tested)
        result.failures.append((type(error).__name__, content))
    result.tried += 1
    result.slowest = max(result.slowest, time.monotonic() - began)
    return tracer.places


def change(corpus: list[bytes], words: tuple[bytes, ...], chance: random.Random) -> bytes:
    """Return an input of the corpus changed in a few places; the newest are taken most often."""
    place = max(chance.randrange(len(corpus)), chance.randrange(len(corpus)))
    content = bytearray(corpus[place])
    for _ in range(1 << chance.randrange(4)):
        chance.choice(_CHANGES)(content, corpus, words, chance)
    return bytes(content[:_LONGEST])


def _flip(content: bytearray, _corpus: list[bytes], _words: tuple[bytes, ...], chance: random.Random) -> None:
    if content:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _put(content: bytearray, _corpus: list[bytes], _words: tuple[bytes, ...], chance: random.Random) -> None:
    content.insert(chance.randint(0, len(content)), chance.randrange(256))


def _say(content: bytearray, _corpus: list[bytes], words: tuple[bytes, ...], chance: random.Random) -> None:
    at = chance.randint(0, len(content))
    over = chance.choice((0, 0, 1, 8))
    content[at : at + over] = chance.choice(words) * chance.choice((1, 1, 1, 2, 300))


def _cut(content: bytearray, _corpus: list[bytes], _words: tuple[bytes, ...], chance: random.Random) -> None:
    at = chance.randint(0, len(content))
    del content[at : at + chance.choice((1, 1, 4, 50, len(content)))]


def _twice(
    content: bytearray, _corpus: list[bytes], _words: tuple[bytes, ...], chance: random.Random
) -> None:
    at, size = chance.randint(0, len(content)), chance.choice((1, 10, 100, 1_000))
    content[at:at] = content[at : at + size] * chance.choice((1, 1, 5, 100))


def _splice(
    content: bytearray, corpus: list[bytes], _words: tuple[bytes, ...], chance: random.Random
) -> None:
    other = chance.choice(corpus)
    at, begin = chance.randint(0, len(content)), chance.randint(0, len(other))
    content[at:] = other[begin:]


_CHANGES = (_flip, _flip, _put, _say, _say, _say, _cut, _twice, _splice)

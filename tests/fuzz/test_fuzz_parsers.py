"""Every parser under growing inputs: no exception, no hang; and past failures stay fixed."""

from __future__ import annotations

import os
import random
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.fuzz.growing import grow
from tests.fuzz.targets import TARGETS, Target

CORPUS = Path(__file__).parent / "corpus"
SECONDS = float(os.environ.get("FUNDWATCH_TEST_FUZZ_SECONDS", "1.2"))
SEED = int(os.environ.get("FUNDWATCH_TEST_FUZZ_SEED", "7"))
SLOWEST = 3.0


def kept(target: Target) -> list[Path]:
    return sorted((CORPUS / target.name).glob("*.bin"))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_ends_in_records_or_a_failed_check_whatever_the_bytes_are(target):
    seeds = (*target.seeds, *(path.read_bytes() for path in kept(target)))
    result = grow(target.run, seeds, target.words, seconds=SECONDS, chance=random.Random(SEED))  # noqa: S311 (no secret)
    assert result.tried > len(seeds)
    assert len(result.corpus) > len(seeds), "nothing new was reached: coverage is not seen"
    assert [(name, content[:2_000]) for name, content in result.failures] == []
    assert result.slowest < SLOWEST


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_passes_the_inputs_it_once_failed_on(target):
    for path in kept(target):
        target.run(path.read_bytes())


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_reads_its_seeds_whole(target):
    assert target.seeds
    assert [target.run(seed) for seed in target.seeds] == [target.records for _ in target.seeds]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_ends_when_cut_at_any_byte(target):
    whole = target.seeds[0]
    assert whole
    for end in range(0, len(whole), 1 + len(whole) // 500):
        target.run(whole[:end])


HUGE = 2**20
PIECES = {
    "one line of digits": b"9" * HUGE, "open quotes": b'"' + b"x" * HUGE, "quotes": b'"' * HUGE,
    "line breaks": b"\n" * HUGE, "carriage returns": b"\r" * HUGE, "commas": b"," * HUGE,
    "open brackets": b"[" * HUGE, "open objects": b'{"a":' * (HUGE // 5), "tags": b"<a>" * (HUGE // 3),
    "one tag": b"<" + b"a" * HUGE, "entries": b":61:" * (HUGE // 4), "NUL bytes": b"\x00" * HUGE,
    "spaces": b" " * HUGE, "question marks": b":86:" + b"?" * HUGE, "lead bytes": b"\x81" * HUGE,
}  # fmt: skip
MOST_MEMORY = 200 * 2**20


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_is_quick_when_much_of_one_thing_comes(target):
    began = time.monotonic()
    for piece in PIECES.values():
        target.run(piece[: 2**15])
        target.run(target.seeds[0] + piece[: 2**15])
    assert time.monotonic() - began < len(PIECES) * SLOWEST / 3


@pytest.mark.faults
@pytest.mark.parametrize("title", PIECES)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_stays_small_when_much_of_one_thing_comes(target, title):
    for content in (PIECES[title], target.seeds[0] + PIECES[title]):
        tracemalloc.start()
        try:
            target.run(content)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < MOST_MEMORY

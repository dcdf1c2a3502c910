"""Killed at any point of landing and restarted: nothing lost, nothing double, nothing left behind.

The scenarios run a sample: one hit of every place, drawn by a seed that FUNDWATCH_TEST_SEED replaces. All
hits run with ``pytest -m faults tests/faults``. A failing hit is named as FUNDWATCH_FAILPOINT takes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest

from fundwatch.settings import Settings
from tests.faults.conftest import INGEST, Peace
from tests.faults.state import broken_accounts, broken_invariants, state_of
from tests.faults.workers import Forker

SEED = int(os.environ.get("FUNDWATCH_TEST_SEED", "7"))
SCENES = 6
UNEXPECTED = 70


@pytest.fixture
def wrong_after(
    make_scene: Callable[[], Settings], forker: Forker, peace: Peace
) -> Callable[[Iterable[str]], list[str] | None]:
    """Return a function that strikes runs with failpoints, one after the other, and then lets one finish.

    It returns what is wrong then, or None when the first failpoint was not reached.
    """

    def strike(failpoints: Iterable[str]) -> list[str] | None:
        settings, wrong = make_scene(), []
        for number, failpoint in enumerate(failpoints):
            ended = forker.run(*INGEST, settings=settings, failpoint=failpoint)
            if ended.code == 0 and number == 0:
                return None
            if not (ended.was_killed or ended.code in (0, UNEXPECTED)):
                wrong.append(f"it ended with {ended.code}: {ended.errors}")
            wrong += broken_accounts(settings)
        ended = forker.run(*INGEST, settings=settings)
        if ended.code:
            return [*wrong, f"the restart ended with {ended.code}: {ended.errors}"]
        return wrong + broken_invariants(settings) + state_of(settings, forker).differences(peace.state)

    return strike


def wrongs(wrong_after: Callable, struck: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
    """Return what is wrong after each series of failpoints, without those after which nothing is."""
    wrongs = {failpoints: wrong_after(failpoints) for failpoints in struck}
    return {failpoints: wrong for failpoints, wrong in wrongs.items() if wrong != []}


def one_of_each(places: Iterable[str], chance: np.random.Generator) -> list[int]:
    """Draw one hit of every place; the first hit of a run is 1."""
    hits: dict[str, list[int]] = {}
    for number, place in enumerate(places, 1):
        hits.setdefault(place, []).append(number)
    return sorted(int(chance.choice(numbers)) for numbers in hits.values())


def in_turn(hits: Sequence[int], places: Sequence[str]) -> tuple[str, ...]:
    """Return failpoints that strike a run and its restarts at these hits, about where peace reached them."""
    between = zip((0, *hits), hits, strict=False)
    return tuple(f"{places[hit - 1]}:{places[before:hit].count(places[hit - 1])}" for before, hit in between)


def test_landing_reaches_every_step_and_every_outcome_of_a_file(peace):
    assert {place.partition(".")[0] for place in peace.reached} >= {"file", "landing", "production"}
    files = peace.state.files.decode()
    for state in (
        "loaded", "superseded", "duplicate", "waiting", "held,TOO_MANY_REFUSED", "held,SEQUENCE_GAP",
        "held,FUTURE_MONTH", "rejected,SHA256_MISMATCH",
    ):  # fmt: skip
        assert f",{state}," in files, state


def test_landing_twice_without_faults_changes_nothing(make_scene, forker, peace):
    settings = make_scene()
    for _ in range(2):
        assert forker.run(*INGEST, settings=settings).code == 0
    assert broken_invariants(settings) == []
    assert state_of(settings, forker).differences(peace.state) == []


@pytest.mark.scenarios
def test_landing_recovers_when_killed_at_any_step_and_again_while_it_recovers(wrong_after, peace):
    hits = one_of_each(peace.reached, np.random.default_rng(SEED))
    assert len(hits) > SCENES
    struck = [in_turn(hits[first::SCENES], peace.reached) for first in range(SCENES)]
    assert wrongs(wrong_after, struck) == {}, f"seed {SEED}"


@pytest.mark.scenarios
def test_landing_recovers_when_a_step_fails_unforeseen(wrong_after, peace):
    hits = one_of_each(peace.reached, np.random.default_rng(SEED))
    struck = [(f"*:{hit}:raise",) for hit in (hits[len(hits) // 3], hits[-2])]
    assert wrongs(wrong_after, struck) == {}, f"seed {SEED}"


@pytest.mark.faults
def test_landing_recovers_when_killed_at_every_hit_of_every_step(wrong_after, peace):
    wrong, hit = {}, 1
    while (wrong_at := wrong_after([f"*:{hit}"])) is not None:
        if wrong_at:
            wrong[f"*:{hit}"] = wrong_at
        hit += 1
    assert hit > len(peace.reached)
    assert wrong == {}


@pytest.mark.faults
def test_landing_recovers_when_killed_at_every_hit_and_again_while_it_recovers(wrong_after, peace):
    chance, last = np.random.default_rng(SEED), len(peace.reached)
    struck = [(f"*:{hit}", f"*:{chance.integers(1, last)}", "*:3") for hit in range(2, last + 1, 5)]
    assert wrongs(wrong_after, struck) == {}, f"seed {SEED}"

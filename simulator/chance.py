"""Events that happen to a share of people, or once in a while."""

from __future__ import annotations

import numpy as np


def happens(rng: np.random.Generator, size: int, share: np.ndarray | float) -> np.ndarray:
    """Return to whom of ``size`` it happens, each with probability ``share``."""
    return rng.random(size) < share


def happens_once(rng: np.random.Generator, share: float) -> bool:
    """Return whether it happens this time."""
    return bool(rng.random() < share)


def one_of(rng: np.random.Generator, size: int, shares: dict[int, float], other: int) -> np.ndarray:
    """Return one outcome per entry: each key with its probability, else ``other``."""
    draw, low = rng.random(size), 0.0
    outcome = np.full(size, other)
    for key, share in shares.items():
        outcome[(draw >= low) & (draw < low + share)] = key
        low += share
    return outcome


def one_each(rng: np.random.Generator, fits: np.ndarray, group: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return ``chosen`` places, and one of those that fit for every group (of 0, 1, 2 ...) without any."""
    lacking = np.setdiff1d(group[fits], group[chosen])
    more = [int(rng.choice(np.flatnonzero(fits & (group == value)))) for value in lacking]
    return np.concatenate([chosen, np.array(more, dtype=int)]).astype(int)

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

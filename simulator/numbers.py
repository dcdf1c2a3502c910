"""Identity numbers, credit codes and account numbers, thousands at a time."""

from __future__ import annotations

import numpy as np

from fundwatch.numbers import credit, identity
from simulator.chance import happens_once

REGIONS = np.array(
    [230602, 230603, 230604, 230605, 230606, 230621, 230622, 230102, 230202, 220102, 210102, 370102, 110105]
)
_REGION_WEIGHTS = np.array([16, 13, 12, 10, 8, 8, 8, 6, 6, 5, 4, 3, 1], dtype=float)
_SEQUENCES = 999


def draw_identity_bodies(rng: np.random.Generator, births: np.ndarray, male: np.ndarray) -> np.ndarray:
    """Return 17-digit bodies (integers), all different: region, birth date, sequence with the sex."""
    regions = rng.choice(REGIONS, size=len(births), p=_REGION_WEIGHTS / _REGION_WEIGHTS.sum())
    stems = regions.astype(np.int64) * 10**11 + births.astype(np.int64) * 10**3
    bodies = stems + _sequences(rng, male)
    while True:
        _, first = np.unique(bodies, return_index=True)
        again = np.setdiff1d(np.arange(len(bodies)), first)
        if not len(again):
            return bodies
        bodies[again] = stems[again] + _sequences(rng, male[again])


def identity_numbers(bodies: np.ndarray) -> np.ndarray:
    """Return the 18-character numbers of 17-digit bodies (texts)."""
    rest, total = bodies.copy(), np.zeros(len(bodies), dtype=np.int64)
    for weight in reversed(identity.WEIGHTS):
        total += weight * (rest % 10)
        rest //= 10
    checks = np.array(list(identity.CHECK_CHARACTERS), dtype=object)[total % 11]
    return bodies.astype(str).astype(object) + checks


def draw_credit_code(rng: np.random.Generator, division: int, *, government: bool) -> str:
    """Return one valid unified social credit code registered in the division."""
    stem = "".join(np.array(list("0123456789"))[rng.integers(10, size=8)])
    organisation = "MA" + stem[:6] if happens_once(rng, 0.5) else stem
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(w * int(c, 36) for w, c in zip(weights, organisation, strict=True))
    check = "0123456789X0"[(11 - total % 11) % 12]
    body = f"{'11' if government else '91'}{division}{organisation}{check}"
    return body + credit.check_character(body)


def card_numbers(serials: np.ndarray) -> np.ndarray:
    """Return 19-digit bank card numbers (texts) with a right Luhn digit, one per serial."""
    bodies = 621700 * 10**12 + serials.astype(np.int64) * 7919 % 10**12
    rest, total = bodies.copy(), np.zeros(len(bodies), dtype=np.int64)
    for place in range(18):
        digit = rest % 10 * (2 if place % 2 == 0 else 1)
        total += digit // 10 + digit % 10
        rest //= 10
    return (bodies * 10 + -total % 10).astype(str).astype(object)


def _sequences(rng: np.random.Generator, male: np.ndarray) -> np.ndarray:
    drawn = rng.integers(1, _SEQUENCES // 2, size=len(male)) * 2
    return drawn + male.astype(np.int64)

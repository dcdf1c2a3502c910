"""Slips of the pen in an identity number, which its check character reveals."""

from __future__ import annotations

_SEQUENCE = 15


def one_wrong(number: str) -> str:
    """Return the number with one wrong digit."""
    wrong = str((int(number[_SEQUENCE]) + 4) % 10)
    return number[:_SEQUENCE] + wrong + number[_SEQUENCE + 1 :]


def two_swapped(number: str) -> str:
    """Return the number with two neighbouring digits swapped, the last two that differ."""
    place = next(at for at in range(_SEQUENCE, 5, -1) if number[at] != number[at + 1])
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]

"""The rules of AB02, AB07, AC50, YC01 and YC02: each says True (anomalous), False, or None (skipped)."""

from __future__ import annotations

from tests.oracle.ledgers import Ledgers
from tests.oracle.values import PENNY, ZERO, amount, month


def _ab02_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAB001 not in AB01, or AAE140, AAB051 or AAB033 not a code."""
    cells = [(column, getattr(row, column)) for column in ("AAE140", "AAB051", "AAB033")]
    if row.AAB001 is None or any(value is None for _, value in cells):
        return None
    unknown = row.AAB001 not in ledgers.employers
    return unknown or any(ledgers.batch.code(column, value) is None for column, value in cells)


def _ab07_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """Paid > due by more than 0.01, or AAE078 = 1 without AAB191."""
    paid, due = amount(row.AAE080), amount(row.AAE020)
    if paid is None or due is None or row.AAE078 is None:
        return None
    undated = ledgers.batch.code("AAE078", row.AAE078) == "1" and row.AAB191 is None
    return paid - due > PENNY or undated


def _ac50_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE240 < 0, or AAC001 not in AC01."""
    balance = amount(row.AAE240)
    if balance is None or row.AAC001 is None:
        return None
    return balance < ZERO or row.AAC001 not in ledgers.persons


def _yc01_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC001 not in AC01, AAE019 ≤ 0, AAE058 > AAE019, or AAE042 earlier than AAE041.

    Without AAE058 nothing is recovered yet.
    """
    claimed = amount(row.AAE019)
    recovered = ZERO if row.AAE058 is None else amount(row.AAE058)
    first, last = month(row.AAE041), month(row.AAE042)
    if row.AAC001 is None or None in (claimed, recovered, first, last):
        return None
    more = row.AAE058 is not None and recovered > claimed
    return row.AAC001 not in ledgers.persons or claimed <= ZERO or more or last < first


def _yc02_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC001 not in AC01, YAE001 not in/out, or AAE019 < 0."""
    moved = amount(row.AAE019)
    if row.AAC001 is None or row.YAE001 is None or moved is None:
        return None
    direction = ledgers.batch.code("YAE001", row.YAE001)
    return row.AAC001 not in ledgers.persons or direction not in ("in", "out") or moved < ZERO


EMPLOYER_RULES = {"AB02": {"AB02-1": _ab02_1}, "AB07": {"AB07-1": _ab07_1}}
MONITORED_RULES = {
    "AC50": {"AC50-1": _ac50_1},
    "YC01": {"YC01-1": _yc01_1},
    "YC02": {"YC02-1": _yc02_1},
}

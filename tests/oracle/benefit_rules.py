"""The rules of AC60, AC61 and AC82: each says True (anomalous), False, or None (skipped)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.oracle.ledgers import Ledgers
from tests.oracle.production import Batch
from tests.oracle.values import PENNY, ZERO, amount, month


def _ac60_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC001 is not in AC01."""
    return None if row.AAC001 is None else row.AAC001 not in ledgers.persons


def _ac60_2(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE116 or AIC161 is not a code."""
    if row.AAE116 is None or row.AIC161 is None:
        return None
    code = ledgers.batch.code
    return code("AAE116", row.AAE116) is None or code("AIC161", row.AIC161) is None


def _ac60_3(row: tuple, _ledgers: Ledgers) -> bool | None:
    """AAE211 is earlier than AAE210."""
    first, last = month(row.AAE210), month(row.AAE211)
    return None if first is None or last is None else last < first


def _ac61_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE019 ≤ 0, AAZ257 not in AC60, or AAE042 earlier than AAE041.

    An item without AAE042 is in force until further notice.
    """
    approved, first, last = amount(row.AAE019), month(row.AAE041), month(row.AAE042)
    if row.AAZ257 is None or approved is None or first is None:
        return None
    if row.AAE042 is not None and last is None:
        return None
    ends_early = last is not None and last < first
    return approved <= ZERO or row.AAZ257 not in _entitled(ledgers.batch) or ends_early


def _ac82_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAZ257 is not in AC60, or its AAC001 or AAE140 differs from the entitlement's."""
    if None in (row.AAZ257, row.AAC001, row.AAE140):
        return None
    entitled = _entitled(ledgers.batch)
    if row.AAZ257 not in entitled:
        return True
    person, scheme = entitled[row.AAZ257]
    if person is None or scheme is None:
        return None
    return person != row.AAC001 or _scheme(ledgers.batch, row.AAE140) != scheme


def _ac82_2(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE019 ≤ 0, or Σ items of AC83 differs from it by more than 0.01."""
    paid = amount(row.AAE019)
    if paid is None or row.AAZ220 is None:
        return None
    items = _items(ledgers.batch).get(row.AAZ220, [])
    if None in items:
        return None
    return paid <= ZERO or abs(sum(items, ZERO) - paid) > PENNY


def _ac82_3(row: tuple, _ledgers: Ledgers) -> bool | None:
    """AAE003 > AAE002, or either is not a real month (missing too)."""
    booked, paid_for = month(row.AAE002), month(row.AAE003)
    return booked is None or paid_for is None or paid_for > booked


def _ac82_4(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE117 = 2 without AAE357."""
    if row.AAE117 is None:
        return None
    return ledgers.batch.code("AAE117", row.AAE117) == "2" and row.AAE357 is None


def _scheme(batch: Batch, value: str | None) -> str | None:
    """Give the scheme, as written where it is no code."""
    return batch.code("AAE140", value) or value


def _entitled(batch: Batch) -> dict[str, tuple[str | None, str | None]]:
    """Give person and scheme of every entitlement that has an id."""
    if not hasattr(batch, "entitled"):
        batch.entitled = {
            entitlement.AAZ257: (entitlement.AAC001, _scheme(batch, entitlement.AAE140))
            for entitlement in batch.current["AC60"]
            if entitlement.AAZ257 is not None
        }
    return batch.entitled


def _items(batch: Batch) -> dict[str, list[Decimal | None]]:
    """Give the amounts of each payment's items, None for one that is no amount."""
    if not hasattr(batch, "items_of_payments"):
        batch.items_of_payments = defaultdict(list)
        for item in batch.current["AC83"]:
            batch.items_of_payments[item.AAZ220].append(amount(item.AAE019))
    return batch.items_of_payments


BENEFIT_RULES = {
    "AC60": {"AC60-1": _ac60_1, "AC60-2": _ac60_2, "AC60-3": _ac60_3},
    "AC61": {"AC61-1": _ac61_1},
    "AC82": {"AC82-1": _ac82_1, "AC82-2": _ac82_2, "AC82-3": _ac82_3, "AC82-4": _ac82_4},
}

"""A row of the export, and an item of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.oracle.values import ZERO


@dataclass(frozen=True)
class Item:
    """What explains a part of a difference; ``age`` in days where it is not counted from ``day``."""

    kind: str
    amount: Decimal
    day: date | None
    reference: str | None
    age: int | None = None

    def stated(self, as_of: date) -> tuple[str, str, str | None, str | None, int | None]:
        """Say it as the export does."""
        age = self.age if self.age is not None or self.day is None else (as_of - self.day).days
        return self.kind, text(self.amount), self.day and self.day.isoformat(), self.reference, age


@dataclass(frozen=True)
class Row:
    """One row of the export, every column as text, items as a sorted tuple of their values."""

    check: str
    division: str
    scheme: str
    subject: str
    for_month: str
    account_no: str
    party_a: str
    party_b: str
    amount_a: str
    amount_b: str
    difference: str
    status: str
    items: tuple[tuple[object, ...], ...]


def text(amount: Decimal | None) -> str:
    """Write an amount with two decimals, nothing as nothing."""
    return "" if amount is None else str((amount + ZERO).quantize(Decimal("0.01")) + ZERO)


def row(
    check: str,
    parties: tuple[str, str],
    amounts: tuple[Decimal | None, Decimal | None],
    status: str,
    *,
    as_of: date,
    division: str | None = None,
    scheme: str | None = None,
    subject: str | None = None,
    for_month: str | None = None,
    account_no: str | None = None,
    items: list[Item] | None = None,
) -> Row:
    """Make a row: the difference is a less b, or nothing where one was not heard."""
    a, b = amounts
    return Row(
        check, division or "", scheme or "", subject or "", for_month or "", account_no or "", *parties,
        text(a), text(b), "" if a is None or b is None else text(a - b), status,
        tuple(sorted((item.stated(as_of) for item in items or []), key=repr)),
    )  # fmt: skip


def exported(cells: dict[str, str]) -> Row:
    """Read a line of the export."""
    items = tuple(
        sorted(
            (
                (item["kind"], item["amount"], item["booked_on"], item["reference"], item["age_days"])
                for item in json.loads(cells["items"])
            ),
            key=repr,
        )
    )
    names = [name for name in Row.__dataclass_fields__ if name != "items"]
    return Row(*(cells[name] for name in names), items)

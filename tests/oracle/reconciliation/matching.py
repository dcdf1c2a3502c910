"""Which entries of bank and books belong together: every step tried in the plainest way."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.oracle.reconciliation.ground import Entry
from tests.oracle.values import ZERO

DAYS, CANDIDATES = 5, 20


def groups_of(bank: list[Entry], book: list[Entry]) -> list[list[Entry]]:
    """Give the groups of one account; what is in none stands alone."""
    left = sorted([*bank, *book], key=_order)
    groups: list[list[Entry]] = []

    def take(group: list[Entry]) -> None:
        groups.append(group)
        for entry in group:
            left.remove(entry)

    _by_reference(left, take)
    _by_amount(left, take)
    while _by_sum(left, take):
        pass
    return groups


def _order(entry: Entry) -> tuple[object, ...]:
    return entry.day, entry.side == "book", entry.place


def _by_reference(left: list[Entry], take) -> None:
    named: dict[str, list[Entry]] = defaultdict(list)
    for entry in left:
        if entry.reference:
            named[entry.reference].append(entry)
    for group in named.values():
        sides = {side: [entry for entry in group if entry.side == side] for side in ("bank", "book")}
        sums = {side: sum((entry.amount for entry in entries), ZERO) for side, entries in sides.items()}
        if sums["bank"] == sums["book"]:
            take(group)
            continue
        for side, entries in sides.items():
            if entries and sums[side] == 0:
                take(entries)


def _by_amount(left: list[Entry], take) -> None:
    pairs = sorted(
        (
            (abs((bank.day - book.day).days), bank.day, bank.place, book.day, book.place, bank, book)
            for bank in left
            if bank.side == "bank"
            for book in left
            if book.side == "book" and book.amount == bank.amount and abs((bank.day - book.day).days) <= DAYS
        ),
        key=lambda pair: pair[:5],
    )
    for *_, bank, book in pairs:
        if bank in left and book in left:
            take([bank, book])


def _by_sum(left: list[Entry], take) -> bool:
    has_taken = False
    for entry in list(left):
        if entry not in left or entry.amount == 0:
            continue
        near = [
            other
            for other in left
            if other.side != entry.side
            and (other.amount > 0) == (entry.amount > 0)
            and other.amount != 0
            and abs((other.day - entry.day).days) <= DAYS
        ]
        if len(near) > CANDIDATES:
            continue
        sets = _sets(near, entry.amount)
        if len(sets) == 1:
            take([entry, *sets[0]])
            has_taken = True
    return has_taken


def _sets(near: list[Entry], total: Decimal) -> list[tuple[Entry, ...]]:
    """Build up every set, one entry at a time; keep two of each sum, for a third adds nothing."""
    by_sum: dict[Decimal, list[tuple[Entry, ...]]] = {ZERO: [()]}
    for entry in near:
        grown = {amount: list(sets) for amount, sets in by_sum.items()}
        for amount, sets in by_sum.items():
            if abs(amount + entry.amount) <= abs(total):
                grown.setdefault(amount + entry.amount, []).extend((*parts, entry) for parts in sets)
        by_sum = {amount: sets[:2] for amount, sets in grown.items()}
    return [parts for parts in by_sum.get(total, []) if len(parts) > 1]

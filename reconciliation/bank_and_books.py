"""Matches the entries of banks and books that belong together, within one account.

The matching of a month is made anew over all entries booked up to its last day, in three steps: entries with
one reference whose sums agree; pairs of one amount at most five days apart; one entry against several whose
sum it is, where exactly one such set exists. The order of the steps, and of entries within them, is fixed, so
that the same entries always match alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

DAYS_APART: Final = 5
"""Days that two entries of one movement may lie apart, either way."""
MOST_CANDIDATES: Final = 20
"""Entries among which a sum is looked for; with more of them chance makes sums."""

BANK: Final = "bank"
BOOK: Final = "book"


class Entry(NamedTuple):
    """An entry of one side: ``day`` counts days, ``cents`` is positive into the account, ``place`` orders."""

    entry_id: str
    side: str
    day: int
    cents: int
    reference: str | None
    place: int


class Match(NamedTuple):
    """Entries that belong together, and the step that found it: reference, reversal, amount, sum."""

    step: str
    entries: tuple[Entry, ...]


def match_account(entries: Iterable[Entry]) -> list[Match]:
    """Match the entries of one account; what is in no match is outstanding."""
    ordered = sorted(entries, key=_order)
    matches = list(_by_reference(ordered))
    open_entries = _without(ordered, matches)
    by_amount = list(_by_amount(open_entries))
    by_sum = list(_by_sum(_without(open_entries, by_amount)))
    return [*matches, *by_amount, *by_sum]


def _order(entry: Entry) -> tuple[int, bool, int]:
    """By day, the bank before the books, by place in the files."""
    return entry.day, entry.side == BOOK, entry.place


def _without(entries: Sequence[Entry], matches: Sequence[Match]) -> list[Entry]:
    matched = {id(entry) for match in matches for entry in match.entries}
    return [entry for entry in entries if id(entry) not in matched]


def _by_reference(entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield the entries of each reference whose sums agree, and those of one side that cancel out."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.reference:
            groups[entry.reference].append(entry)
    for group in groups.values():
        sides = [tuple(entry for entry in group if entry.side == side) for side in (BANK, BOOK)]
        sums = [sum(entry.cents for entry in side) for side in sides]
        if sums[0] == sums[1]:
            yield Match("reference", tuple(group))
        else:
            for side, cents in zip(sides, sums, strict=True):
                if side and cents == 0:
                    yield Match("reversal", side)


def _by_amount(entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield pairs of one amount: the nearest first, then by the bank's day and place, then the book's."""
    amounts: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        amounts[entry.cents].append(entry)
    for group in amounts.values():
        banks = [entry for entry in group if entry.side == BANK]
        if len(banks) in (0, len(group)):
            continue
        books: dict[int, list[Entry]] = defaultdict(list)
        for entry in reversed(group):
            if entry.side == BOOK:
                books[entry.day].append(entry)
        for apart in range(DAYS_APART + 1):
            unmatched = []
            for bank in banks:
                days = (bank.day,) if apart == 0 else (bank.day - apart, bank.day + apart)
                book = next((books[day].pop() for day in days if books.get(day)), None)
                if book is None:
                    unmatched.append(bank)
                else:
                    yield Match("amount", (bank, book))
            banks = unmatched


def _by_sum(entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield one entry with those of the other side whose sum it is; passes repeat until none fits."""
    days: dict[tuple[str, bool, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.cents:
            days[entry.side, entry.cents > 0, entry.day].append(entry)
    remaining = [entry for entry in entries if entry.cents]
    gone: set[int] = set()
    has_changed = True
    while has_changed:
        has_changed = False
        for entry in remaining:
            if id(entry) in gone:
                continue
            parts = _parts_of(entry, days)
            if parts:
                has_changed = True
                for part in (entry, *parts):
                    gone.add(id(part))
                    days[part.side, part.cents > 0, part.day].remove(part)
                yield Match("sum", (entry, *parts))
        remaining = [entry for entry in remaining if id(entry) not in gone]


def _parts_of(entry: Entry, days: dict[tuple[str, bool, int], list[Entry]]) -> tuple[Entry, ...]:
    """Return the entries of the other side whose sum an entry is, when exactly one such set exists."""
    other = BOOK if entry.side == BANK else BANK
    near = [
        days.get((other, entry.cents > 0, day), ())
        for day in range(entry.day - DAYS_APART, entry.day + DAYS_APART + 1)
    ]
    if not 1 < sum(map(len, near)) <= MOST_CANDIDATES:
        return ()
    candidates = [part for part in chain.from_iterable(near) if abs(part.cents) < abs(entry.cents)]
    sets = _sets_with_sum([abs(part.cents) for part in candidates], abs(entry.cents))
    return tuple(candidates[place] for place in sets[0]) if len(sets) == 1 else ()


def _sets_with_sum(amounts: Sequence[int], total: int) -> list[tuple[int, ...]]:
    """Return at most two sets of places whose amounts, all positive, add up to ``total``.

    The sums of one half are looked up for each sum of the other (Horowitz and Sahni 1974).
    """
    if sum(amounts) < total:
        return []
    middle = len(amounts) // 2
    below: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for cents, places in _sums(amounts[:middle], offset=0):
        if len(below[cents]) < 2:  # noqa: PLR2004 - a second set makes it ambiguous, a third adds nothing
            below[cents].append(places)
    sets: list[tuple[int, ...]] = []
    for cents, places in _sums(amounts[middle:], offset=middle):
        for lower in below.get(total - cents, ()):
            sets.append((*lower, *places))
            if len(sets) > 1:
                return sets
    return sets


def _sums(amounts: Sequence[int], *, offset: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield every set of places with its sum, the empty one included."""
    sums: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for place, cents in enumerate(amounts, start=offset):
        sums += [(total + cents, (*places, place)) for total, places in sums]
    yield from sums

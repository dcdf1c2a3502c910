"""Which entries of bank and books belong together, step by step."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from reconciliation.bank_and_books import Entry, match_account


def entries(*written: tuple) -> list[Entry]:
    """Each as (name, day, cents) or (name, day, cents, reference); b… of the bank, k… of the books."""
    return [
        Entry(
            name, "bank" if name[0] == "b" else "book", day, cents, reference[0] if reference else None, place
        )
        for place, (name, day, cents, *reference) in enumerate(written)
    ]


def matches(*written: tuple) -> list[tuple[str, set[str]]]:
    matched = match_account(entries(*written))
    return [(match.step, {entry.entry_id for entry in match.entries}) for match in matched]


def test_entries_of_one_reference_match_however_many_and_whenever_booked():
    assert matches(("b1", 1, 300, "R"), ("k1", 90, 100, "R"), ("k2", 2, 200, "R")) == [
        ("reference", {"b1", "k1", "k2"})
    ]


def test_reference_whose_sums_differ_says_nothing():
    assert matches(("b1", 1, 300, "R"), ("k1", 30, 301, "R")) == []
    assert matches(("b1", 1, 300, "R"), ("k1", 1, 301, "R"), ("k2", 2, 300)) == [("amount", {"b1", "k2"})]


def test_entries_of_one_side_that_cancel_out_are_outstanding_nowhere():
    assert matches(("k1", 1, 300, "R"), ("k2", 9, -300, "R")) == [("reference", {"k1", "k2"})]
    assert matches(("k1", 1, 300, "R"), ("k2", 9, -300, "R"), ("b1", 30, 5, "R")) == [
        ("reversal", {"k1", "k2"})
    ]


@pytest.mark.parametrize(("day", "is_matched"), [(4, False), (5, True), (15, True), (16, False)])
def test_one_amount_matches_at_most_five_days_apart_either_way(day, is_matched):
    assert bool(matches(("b1", 10, 300), ("k1", day, 300))) == is_matched


def test_amount_matches_with_its_sign():
    assert matches(("b1", 1, 300), ("k1", 1, -300)) == []


def test_nearest_pair_goes_first_then_the_earlier_bank_entry_then_the_earlier_book_entry():
    assert matches(("b1", 1, 5), ("b2", 3, 5), ("k1", 3, 5)) == [("amount", {"b2", "k1"})]
    assert matches(("b1", 2, 5), ("b2", 4, 5), ("k1", 3, 5)) == [("amount", {"b1", "k1"})]
    assert matches(("b1", 3, 5), ("k1", 4, 5), ("k2", 2, 5)) == [("amount", {"b1", "k2"})]
    assert matches(("b2", 3, 5), ("b1", 3, 5), ("k1", 3, 5)) == [("amount", {"b2", "k1"})]
    assert matches(("b1", 3, 5), ("k2", 3, 5), ("k1", 3, 5)) == [("amount", {"b1", "k2"})]


def test_one_entry_matches_several_of_the_other_side_whose_sum_it_is():
    assert matches(("b1", 1, 600), ("k1", 1, 100), ("k2", 6, 500)) == [("sum", {"b1", "k1", "k2"})]
    assert matches(("k1", 1, -600), ("b1", 1, -100), ("b2", 6, -500)) == [("sum", {"b1", "b2", "k1"})]
    assert matches(("b1", 1, 600), ("k1", 1, 100), ("k2", 7, 500)) == []
    assert matches(("b1", 1, 600), ("k1", 1, 700), ("k2", 1, -100)) == []


def test_sum_that_can_be_made_in_two_ways_stays_open():
    assert matches(("b1", 1, 600), ("k1", 1, 100), ("k2", 1, 500), ("k3", 2, 500)) == []


def test_sum_is_not_looked_for_among_more_than_twenty():
    small = [(f"k{number}", 1, 10**6 + number) for number in range(18)]
    pair = [("k90", 1, 100), ("k91", 1, 500)]
    assert matches(("b1", 1, 600), *small, *pair) == [("sum", {"b1", "k90", "k91"})]
    assert matches(("b1", 1, 600), *small, *pair, ("k92", 1, 10**7)) == []


def test_passes_repeat_until_none_fits():
    # 600 can be made in two ways until 700 has taken one of the two 500s.
    written = [("b1", 1, 600), ("k1", 1, 100), ("k2", 0, 500), ("k3", 2, 500), ("k4", 5, 200), ("b3", 6, 700)]
    assert matches(*written) == [("sum", {"b3", "k3", "k4"}), ("sum", {"b1", "k1", "k2"})]


def test_hundred_random_accounts_match_as_the_page_says():
    """Against every pair and every subset, tried one by one."""
    for seed in range(100):
        chance = random.Random(seed)  # noqa: S311 - rows of a test
        written = [
            (f"{chance.choice('bk')}{number}", chance.randrange(12), chance.choice((1, 2, 3, 5, 8, -1, -3)))
            for number in range(14)
        ]
        groups = sorted(sorted(names) for _, names in matches(*written))
        assert groups == sorted(map(sorted, _by_hand(entries(*written)))), f"seed {seed}"


def _by_hand(open_entries: list[Entry]) -> list[set[str]]:
    by_reference = []
    pairs = sorted(
        (
            (abs(bank.day - book.day), bank.day, bank.place, book.day, book.place, bank, book)
            for bank in open_entries
            for book in open_entries
            if (bank.side, book.side) == ("bank", "book") and bank.cents == book.cents
        ),
        key=lambda pair: pair[:5],
    )
    for apart, *_, bank, book in pairs:
        if apart <= 5 and bank in open_entries and book in open_entries:
            by_reference.append({bank.entry_id, book.entry_id})
            open_entries = [entry for entry in open_entries if entry not in (bank, book)]
    sums = []
    fits = True
    while fits:
        fits = False
        for entry in sorted(
            open_entries, key=lambda candidate: (candidate.day, candidate.side == "book", candidate.place)
        ):
            near = [
                other
                for other in open_entries
                if other.side != entry.side
                and abs(other.day - entry.day) <= 5
                and other.cents * entry.cents > 0
            ]
            sets = [
                subset
                for size in range(2, len(near) + 1)
                for subset in combinations(near, size)
                if sum(part.cents for part in subset) == entry.cents
            ]
            if entry in open_entries and len(sets) == 1:
                fits = True
                sums.append({entry.entry_id, *(part.entry_id for part in sets[0])})
                open_entries = [
                    candidate
                    for candidate in open_entries
                    if candidate is not entry and candidate not in sets[0]
                ]
    return [*by_reference, *sums]

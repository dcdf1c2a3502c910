"""Who is who: pairs of person ids that are one human, and chains of the registry that are theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from tests.oracle.crosschecks.facts import Facts
from tests.oracle.names import match_class
from tests.oracle.values import identity18, valid_identity


class People:
    """The humans of a batch: each person id with itself, and pairs of class A or B."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.pairs: dict[tuple[str, str], str] = dict(_pairs(facts))
        self._others: dict[str, dict[str, str]] = defaultdict(dict)
        for (person, other), grade in self.pairs.items():
            self._others[person][other] = grade
            self._others[other][person] = grade

    def grade(self, person: str, other: str) -> str:
        """Give the class of two ids of one human; A of one id."""
        return "A" if person == other else self.pairs[person, other]

    def others(self, person: str) -> Iterable[str]:
        """List the other ids of a human."""
        return self._others.get(person, {})

    def meetings(self, persons: Iterable[str], others: Iterable[str]) -> list[tuple[str, str]]:
        """List (one, other) that are one human, the same id among them."""
        wanted = set(others)
        return [
            (person, other)
            for person in sorted(set(persons))
            for other in (person, *self.others(person))
            if other in wanted
        ]


def _pairs(facts: Facts) -> Iterable[tuple[tuple[str, str], str]]:
    by_number: dict[str, list[str]] = defaultdict(list)
    for person, row in facts.persons.items():
        if valid_identity(row.AAC002):
            by_number[identity18(row.AAC002)].append(person)
    for several in by_number.values():
        for person, other in combinations(sorted(several), 2):
            left, right = facts.persons[person], facts.persons[other]
            grade = match_class(left.AAC002, left.AAC003, right.AAC002, right.AAC003)
            if grade:
                yield (person, other), grade


def ordered(person: str, other: str) -> tuple[str, str]:
    """Order two ids as text."""
    return (person, other) if person <= other else (other, person)


@lru_cache(maxsize=2)
def people_of(facts: Facts) -> People:
    """Pair the humans of a batch once."""
    return People(facts)

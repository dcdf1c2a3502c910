"""Decides which scored pairs are linked (class D), which are for review, which nobody can tell (class E)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crosschecks.linkage.settings import (
    ANOTHER,
    BIRTH_EQUAL,
    BIRTH_SLIP,
    MISSING,
    NAME_CLOSE,
    NAME_EQUAL,
    NAME_SOUND,
    NUMBER_EQUAL,
    NUMBER_SLIP,
    SEX_EQUAL,
)
from crosschecks.linkage.thresholds import LINK, MOST_NUMBERS, TWIN_POSITION

_NAME: Final = {
    NAME_EQUAL: ("姓名相同", "same name"),
    NAME_SOUND: ("姓名同音", "name sounds alike"),
    NAME_CLOSE: ("姓名相近", "name is close"),
}
_BIRTH: Final = {
    BIRTH_EQUAL: ("出生日期相同", "same date of birth"),
    BIRTH_SLIP: ("出生日期疑似笔误", "date of birth slipped"),
    ANOTHER: ("出生日期不同", "another date of birth"),
    MISSING: ("出生日期缺失", "date of birth missing"),
}
_SEX: Final = {
    SEX_EQUAL: ("性别相同", "same sex"),
    ANOTHER: ("性别不同", "another sex"),
    MISSING: ("性别缺失", "sex missing"),
}
_NUMBER: Final = {
    NUMBER_EQUAL: ("证件号码相同但无效", "same number, not valid"),
    NUMBER_SLIP: ("证件号码疑似笔误", "number differs by a slip"),
    ANOTHER: ("一方证件号码无效", "one number is not valid"),
    MISSING: ("一方无证件号码", "one has no number"),
}
_BETWEEN: Final = ("概率低于认定线", "probability below the line of linking")
_TWINS: Final = ("可能为双胞胎", "may be twins")
_OF_TWO_SEXES: Final = ("性别不符", "of two sexes")


@dataclass(frozen=True)
class ScoredPair:
    """A pair of probability REVIEW or more, with the level of each comparison and both valid numbers."""

    person_id: str
    other_person_id: str
    probability: float
    name_level: int
    birth_level: int
    sex_level: int
    number_level: int
    valid_number: str | None
    other_valid_number: str | None
    number: str | None
    other_number: str | None

    @property
    def is_by_number(self) -> bool:
        """Whether the numbers say it: they are equal or slipped."""
        return self.number_level >= NUMBER_SLIP

    @property
    def may_be_twins(self) -> bool:
        """Whether two siblings would look the same.

        Their names are not equal, and their numbers differ where those of twins do, or by more than a slip.
        """
        ends = TWIN_POSITION - 1
        is_neighbour = (self.number or "")[:ends] == (self.other_number or "")[:ends]
        if self.name_level == NAME_CLOSE:
            return is_neighbour
        return self.name_level == NAME_SOUND and self.number_level == ANOTHER


@dataclass(frozen=True)
class Decision:
    """A pair of class D, linked or for review, with the reasons in words."""

    person_id: str
    other_person_id: str
    is_linked: bool
    probability: float
    reason_zh: str
    reason_en: str


def decide(pairs: Iterable[ScoredPair]) -> Iterator[Decision]:
    """Yield the pairs of class D; those of class E are left out.

    Class E: the name is unknown or another; without help of the numbers a close name, too, and whatever two
    valid numbers claim: the name and date of birth are then common to several people.
    """
    agreeing = [pair for pair in pairs if _agrees(pair)]
    by_any, by_number = _claims(agreeing), _claims(pair for pair in agreeing if pair.is_by_number)
    for pair in agreeing:
        claims = by_number if pair.is_by_number else by_any
        sides = (pair.person_id, pair.other_person_id)
        if all(len(claims[side]) <= MOST_NUMBERS for side in sides):
            yield _decision(pair)


def _agrees(pair: ScoredPair) -> bool:
    least = NAME_CLOSE if pair.is_by_number else NAME_SOUND
    return pair.name_level >= least


def _claims(pairs: Iterable[ScoredPair]) -> dict[str, set[str]]:
    """Return the valid numbers that each record without one may be linked to."""
    claims: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        for record, own, others in (
            (pair.person_id, pair.valid_number, pair.other_valid_number),
            (pair.other_person_id, pair.other_valid_number, pair.valid_number),
        ):
            if own is None and others is not None:
                claims[record].add(others)
    return claims


def _decision(pair: ScoredPair) -> Decision:
    doubts = [
        text
        for text, holds in (
            (_BETWEEN, pair.probability < LINK),
            (_TWINS, pair.may_be_twins),
            (_OF_TWO_SEXES, pair.sex_level == ANOTHER),
        )
        if holds
    ]
    reasons = [
        _NAME[pair.name_level],
        _BIRTH[pair.birth_level],
        _SEX[pair.sex_level],
        _NUMBER[pair.number_level],
        *doubts,
    ]
    return Decision(
        person_id=pair.person_id,
        other_person_id=pair.other_person_id,
        is_linked=not doubts,
        probability=pair.probability,
        reason_zh="；".join(zh for zh, _ in reasons),
        reason_en="; ".join(en for _, en in reasons),
    )

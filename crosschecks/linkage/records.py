"""What of a person the linkage compares, from what AC01 says of him."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from crosschecks.names import UNKNOWN, fold, is_no_name, pinyin

_DISTINCT_NAMES = 2**18
_SHORTEST_NUMBER = 8
_OLD_LENGTH = 15
_OLD = re.compile(r"\d{15}")
_SHORTEST_WITH_TYPOS = 3
_UNKNOWN_AS_MASK = str.maketrans(dict.fromkeys(UNKNOWN, "_"))
_NO_BIRTH = frozenset(("19000101", "99991231"))


@dataclass(frozen=True)
class Compared:
    """The values of a person that are compared; None is not known.

    ``number`` is the identity number in 18 characters when valid, else as cleaned; ``birth`` is YYYYMMDD.
    """

    name: str | None
    number: str | None
    birth: str | None
    sex: str | None


@lru_cache(maxsize=_DISTINCT_NAMES)
def compared_name(name: str | None) -> str | None:
    """Return the folded name, or None where nothing of it is known (missing, a placeholder)."""
    folded = fold(name)
    return None if is_no_name(folded) else folded


def compared_number(number: str | None, valid_number: str | None) -> str | None:
    """Return the number that is compared; None for a missing one, a placeholder or a stub.

    Fifteen digits that are no valid number get their century and no check character.
    """
    if valid_number:
        return valid_number
    if not number or len(number) < _SHORTEST_NUMBER or len(set(number)) == 1:
        return None
    if len(number) == _OLD_LENGTH and _OLD.fullmatch(number):
        return f"{number[:6]}19{number[6:]}"
    return number


def compared(
    name: str | None, number: str | None, valid_number: str | None, birth: date | None, sex: str | None
) -> Compared:
    """Return what is compared of one person."""
    day = f"{birth:%Y%m%d}" if birth else None
    return Compared(
        name=compared_name(name),
        number=compared_number(number, valid_number),
        birth=None if day in _NO_BIRTH else day,
        sex=sex if sex in ("1", "2") else None,
    )


@lru_cache(maxsize=_DISTINCT_NAMES)
def sound(name: str) -> str:
    """Return the syllables of a folded name without tones, character by character, the surname as a surname.

    A character sounds alike in every name: what typists mix up is the character, not the word.
    """
    surname = _surname_sound(name[:2]) if name[:2] else ()
    rest = name[len(surname) :]
    return " ".join((*surname, *map(_character_sound, rest)))


def masks(name: str) -> Sequence[str]:
    """Return the name with each character masked in turn: names that differ in one character share a mask.

    A sign that stands for an unknown character is a mask already. Short names have none: there one character
    makes another person.
    """
    if len(name) < _SHORTEST_WITH_TYPOS:
        return ()
    signs = name.translate(_UNKNOWN_AS_MASK)
    if "_" in signs:
        return (signs,)
    return tuple(f"{signs[:place]}_{signs[place + 1 :]}" for place in range(len(signs)))


def cuts(name: str) -> Sequence[str]:
    """Return the name with each character left out in turn, as far as three characters stay."""
    if len(name) <= _SHORTEST_WITH_TYPOS:
        return ()
    return tuple(name[:place] + name[place + 1 :] for place in range(len(name)))


@cache
def _surname_sound(beginning: str) -> tuple[str, ...]:
    """Return the sound of the surname that ``beginning`` (two characters) begins with."""
    syllables = pinyin(beginning)
    single = pinyin(beginning[:1])
    is_double = len(syllables) > 1 and syllables != (*single, _character_sound(beginning[1]))
    return syllables if is_double else single


@cache
def _character_sound(character: str) -> str:
    """Return how a character sounds when it is no surname."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(character))

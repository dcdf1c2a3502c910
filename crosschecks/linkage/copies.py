"""Copies of a register's persons, as a second registration without a valid number writes them down.

A register does not say which of its persons are one human; copies of which it is known are what the model
learns from, and what its training report measures. How often each thing goes wrong is stated here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from crosschecks.linkage.records import sound

COPIED: Final = 0.1
"""Share of the persons that are copied."""
# How a second registration differs from the first. The shares of a group add up to less than one: in the rest
# of the cases nothing differs.
NUMBER_MISSING, NUMBER_SLIPPED = 0.5, 0.42
NAME_SOUNDING, NAME_CLOSE, NAME_ANOTHER = 0.06, 0.03, 0.01
BIRTH_SLIPPED, BIRTH_ANOTHER, BIRTH_MISSING = 0.03, 0.01, 0.005
SEX_ANOTHER, SEX_MISSING = 0.005, 0.005
WRITTEN_TWICE: Final = 0.05
"""Share of the copies that are registered once more under the same invalid number."""

_DIGITS = "0123456789"


@dataclass(frozen=True)
class Person:
    """A person of the training register; ``human`` is the same for all records of one human."""

    person_id: str
    human: str
    name: str
    number: str | None
    birth: str | None
    sex: str | None
    is_valid: bool


def copies_of(persons: Sequence[Person], *, seed: int) -> list[Person]:
    """Return copies of some persons, none with a valid number; the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, and nothing secret
    characters = sorted({character for person in persons for character in person.name})
    alike: dict[str, list[str]] = {}
    for character in characters:
        alike.setdefault(sound(character), []).append(character)
    copied = chance.sample(list(persons), round(len(persons) * COPIED))
    made: list[Person] = []
    for person in copied:
        copy = Person(
            person_id=f"{person.person_id}/2",
            human=person.human,
            name=_name(chance, person.name, characters, alike),
            number=_number(chance, person.number or ""),
            birth=_birth(chance, person.birth),
            sex=_sex(chance, person.sex),
            is_valid=False,
        )
        made.append(copy)
        if copy.number and chance.random() < WRITTEN_TWICE:
            made.append(replace(copy, person_id=f"{person.person_id}/3"))
    return made


def _number(chance: random.Random, number: str) -> str | None:
    draw = chance.random()
    if draw < NUMBER_MISSING:
        return None
    if draw < NUMBER_MISSING + NUMBER_SLIPPED:
        return _slipped(chance, number)
    return "".join(chance.choice(_DIGITS) for _ in number)


def _slipped(chance: random.Random, digits: str) -> str:
    """Replace one digit, or swap two neighbours that differ."""
    places = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1]]
    if places and chance.random() < 0.3:  # noqa: PLR2004 - about every third slip swaps
        place = chance.choice(places)
        return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    place = chance.randrange(len(digits) - 1)
    digit = chance.choice([sign for sign in _DIGITS if sign != digits[place]])
    return digits[:place] + digit + digits[place + 1 :]


def _name(chance: random.Random, name: str, characters: Sequence[str], alike: dict[str, list[str]]) -> str:
    draw, place = chance.random(), chance.randrange(1, max(len(name), 2))
    if draw < NAME_SOUNDING:
        others = [sign for sign in alike.get(sound(name[place:][:1]), []) if sign != name[place]]
        return name[:place] + chance.choice(others) + name[place + 1 :] if others else name
    if draw < NAME_SOUNDING + NAME_CLOSE:
        return name[:place] + chance.choice(characters) + name[place + 1 :]
    if draw < NAME_SOUNDING + NAME_CLOSE + NAME_ANOTHER:
        return name[:1] + "".join(chance.sample(characters, 2))
    return name


def _birth(chance: random.Random, birth: str | None) -> str | None:
    draw = chance.random()
    if birth is None or draw < BIRTH_MISSING:
        return None
    if draw < BIRTH_MISSING + BIRTH_SLIPPED:
        return (
            birth[:6] + f"{chance.randrange(1, 29):02d}"
            if draw < BIRTH_MISSING + BIRTH_SLIPPED / 2
            else (birth[:3] + chance.choice(_DIGITS) + birth[4:])
        )
    if draw < BIRTH_MISSING + BIRTH_SLIPPED + BIRTH_ANOTHER:
        return f"{chance.randrange(1940, 2005)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    return birth


def _sex(chance: random.Random, sex: str | None) -> str | None:
    draw = chance.random()
    if draw < SEX_MISSING:
        return None
    if draw < SEX_MISSING + SEX_ANOTHER and sex:
        return "2" if sex == "1" else "1"
    return sex

"""A synthetic register with planted second ids, twins and common names, and what is true of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from fundwatch.numbers.identity import check_character

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = (
    "伟芳娜敏静磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰红梅春燕云飞文斌波宇浩凯健"
    "俊帆雪丹蕾倩婷宁瑞晨曦宏志建国海东升"
)
SOUNDING = {"伟": "玮", "明": "鸣", "芳": "方", "静": "敬", "红": "宏", "英": "瑛", "燕": "艳", "华": "桦"}
BORN = date(1961, 7, 4)


@dataclass(frozen=True)
class Person:
    person_id: str
    name: str | None
    number: str | None
    birth: date | None
    sex: str | None
    is_valid: bool = True

    @property
    def row(self) -> tuple:
        return (
            self.person_id, self.name, self.number, self.number if self.is_valid else None,
            self.birth, self.sex,
        )  # fmt: skip


@dataclass
class Register:
    """Persons by id, and the pairs of ids that are one human."""

    persons: dict[str, Person] = field(default_factory=dict)
    truth: set[tuple[str, str]] = field(default_factory=set)
    decoys: set[tuple[str, str]] = field(default_factory=set)

    def add(self, *people: Person) -> None:
        self.persons.update((person.person_id, person) for person in people)

    def plant(self, person: Person, copy: Person) -> None:
        self.add(copy)
        self.truth.add(pair(person.person_id, copy.person_id))

    def decoy(self, person: Person, other: Person) -> None:
        self.add(other)
        self.decoys.add(pair(person.person_id, other.person_id))


def pair(person: str, other: str) -> tuple[str, str]:
    return min(person, other), max(person, other)


def numbered(birth: date, order: int, sex: str, place: str = "640301") -> str:
    body = f"{place}{birth:%Y%m%d}{order:02d}{1 if sex == '1' else 2}"
    return body + check_character(body)


def draw(chance: random.Random, person_id: str) -> Person:
    sex = chance.choice("12")
    birth = date(1940, 1, 1) + timedelta(days=chance.randrange(23_000))
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2, 2))))
    place = f"64030{chance.randrange(1, 6)}"
    return Person(person_id, name, numbered(birth, chance.randrange(100), sex, place), birth, sex)


def mistyped(chance: random.Random, number: str) -> str:
    """One digit replaced, or two neighbours swapped; never valid again."""
    places = [place for place in range(17) if number[place] != number[place + 1]]
    if chance.random() < 0.4:
        place = chance.choice(places)
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    place = chance.randrange(17)
    digit = chance.choice([sign for sign in "0123456789" if sign != number[place]])
    return number[:place] + digit + number[place + 1 :]


def retyped(chance: random.Random, name: str) -> str:
    """A character of the same sound where the name has one that has another."""
    places = [place for place, sign in enumerate(name) if place and sign in SOUNDING]
    if not places or chance.random() > 0.2:
        return name
    place = chance.choice(places)
    return name[:place] + SOUNDING[name[place]] + name[place + 1 :]


def changed(chance: random.Random, person: Person) -> Person:
    """The person with one of his values written differently, or lost."""
    return chance.choice(
        (
            replace(person, name=draw(chance, "").name),
            replace(person, birth=date(1950, 5, 5)),
            replace(person, sex="9"),
            replace(person, number=None, is_valid=False),
            replace(person, number=numbered(person.birth or BORN, 5, "2"), is_valid=True),
            replace(person, number=mistyped(chance, person.number or numbered(BORN, 1, "1")), is_valid=False),
        )
    )


def planted_register(size: int, *, seed: int) -> Register:
    """A register of ``size`` persons; every fifteenth has a second id, every fortieth a twin."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, and nothing secret
    register = Register()
    for serial in range(size):
        person = draw(chance, f"P{serial:06d}")
        register.add(person)
        copy = replace(person, person_id=f"Q{serial:06d}", name=retyped(chance, person.name), is_valid=False)
        if serial % 15 == 0:
            register.plant(person, replace(copy, number=None))
        elif serial % 15 == 1:
            register.plant(person, replace(copy, number=mistyped(chance, person.number)))
        elif serial % 40 == 2:
            _plant_twin(chance, register, person)
    return register


def _plant_twin(chance: random.Random, register: Register, person: Person) -> None:
    """A twin: same surname and birth date, the next number but one, or none that is valid."""
    given = chance.choice([sign for sign in GIVEN if sign not in person.name])
    name = person.name[:-1] + given if len(person.name) > 2 else person.name[0] + given
    order = int(person.number[14:16])
    number = numbered(person.birth, (order + 1) % 100, person.sex, person.number[:6])
    twin = replace(person, person_id=f"T{person.person_id[1:]}", name=name, number=number)
    if chance.random() < 0.5:
        twin = replace(twin, number=chance.choice((None, mistyped(chance, number))), is_valid=False)
    register.decoy(person, twin)

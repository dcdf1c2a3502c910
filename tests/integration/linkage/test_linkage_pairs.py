"""Linkage of persons: what is linked, what is left to somebody, what nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.integration.linkage.planted import Person, numbered, pair, planted_register

BORN = date(1956, 3, 8)
WANG = Person("P1", "王喆祺", numbered(BORN, 31, "1"), BORN, "1")
NUMBER = WANG.number
SWAPPED = NUMBER[:9] + NUMBER[10] + NUMBER[9] + NUMBER[11:]
WITHOUT = replace(WANG, person_id="P2", number=None, is_valid=False)
MISTYPED = replace(WITHOUT, number=NUMBER[:15] + "9" + NUMBER[16:])
OTHERS = [
    Person(f"X{order}", f"赵{given}", numbered(date(1960, 1, 1 + order), order, "2"), None, "2")
    for order, given in enumerate("甲乙丙丁戊己庚辛壬癸")
]

LINKED = {
    "no number": WITHOUT,
    "one digit": MISTYPED,
    "two neighbours swapped": replace(WITHOUT, number=SWAPPED),
    "one digit too few": replace(WITHOUT, number=NUMBER[:11] + NUMBER[12:]),
    "check character alone": replace(WITHOUT, number=NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2")),
    "fifteen digits of no real day": replace(
        WITHOUT, number=NUMBER[:6] + NUMBER[8:10] + "13" + NUMBER[12:17]
    ),
    "a traditional spelling": replace(WITHOUT, name="王 喆祺"),
    "the same sound, one digit": replace(MISTYPED, name="王哲琦"),
    "a number of another kind": replace(WITHOUT, number="G12345678"),
    "sex unknown": replace(WITHOUT, sex="9"),
    "born another day, one digit": replace(MISTYPED, birth=date(1956, 3, 9)),
}
NOT_LINKED = {
    "another name": replace(WITHOUT, name="李建国"),
    "a twin without a number": replace(WITHOUT, name="王喆明"),
    "a twin with a neighbouring number": replace(WITHOUT, name="王喆明", number=MISTYPED.number),
    "another birthday": replace(WITHOUT, birth=date(1971, 11, 23)),
    "no name": replace(MISTYPED, name=None),
    "a placeholder for a name": replace(MISTYPED, name="不详"),
    "another valid number": replace(WANG, person_id="P2", number=numbered(BORN, 32, "1")),
    "another sex": replace(MISTYPED, sex="2"),
}


@pytest.mark.parametrize("what", LINKED)
def test_link_finds_the_second_id_of_one_human(desk, what):
    desk.link([WANG, LINKED[what], *OTHERS])
    assert desk.pairs() == {("P1", "P2")}


@pytest.mark.parametrize("what", NOT_LINKED)
def test_link_leaves_two_humans_apart(desk, what):
    desk.link([WANG, NOT_LINKED[what], *OTHERS])
    assert desk.pairs() == set()


def test_link_lists_for_review_whose_sexes_differ_and_who_may_be_twins(desk):
    for what in ("another sex", "a twin with a neighbouring number"):
        desk.link([WANG, NOT_LINKED[what]])
        assert desk.pairs(linked=False) == {("P1", "P2")}


def test_link_emits_nothing_of_a_record_that_two_numbers_claim(desk):
    namesake = replace(WANG, person_id="P3", number=numbered(BORN, 77, "1", place="640302"))
    desk.link([WANG, WITHOUT, namesake, *OTHERS])
    assert desk.pairs() == desk.pairs(linked=False) == set()


def test_link_lets_a_slip_of_one_of_two_numbers_decide(desk):
    namesake = replace(WANG, person_id="P3", number=numbered(BORN, 77, "1", place="640302"))
    desk.link([WANG, MISTYPED, namesake, *OTHERS])
    assert desk.pairs() == {("P1", "P2")}
    assert desk.pairs(linked=False) == set()


def test_link_says_why_in_both_languages(desk):
    desk.link([WANG, MISTYPED, *OTHERS])
    ((_, _, is_linked, score, chinese, english),) = desk.stored("linked_pairs")
    assert is_linked
    assert 0.99 <= score <= 1
    assert chinese == "姓名相同；出生日期相同；性别相同；证件号码疑似笔误"
    assert english == "same name; same date of birth; same sex; number differs by a slip"


def test_link_takes_an_empty_batch_and_persons_without_anything(desk):
    assert desk.link([]).linked == 0
    assert (
        desk.link([Person(f"N{place}", None, None, None, None, is_valid=False) for place in range(5)]).linked
        == 0
    )


def test_link_keeps_common_names_apart_where_no_number_helps(desk):
    chance_names = [
        Person(f"C{order:04d}", "王伟", numbered(date(1940 + order % 60, 1, 1), order % 100, "1"), None, "1")
        for order in range(3000)
    ]
    born = [
        replace(person, birth=date(1940 + place % 60, 1 + place % 12, 1 + place % 28))
        for place, person in enumerate(chance_names)
    ]
    lonely = replace(born[5], person_id="C9999", number=None, is_valid=False)
    desk.link([*born[:6], *born[800:], lonely])
    assert desk.pairs() == set()


def test_link_finds_planted_second_ids_with_few_mistakes(desk):
    register = planted_register(3000, seed=11)
    assert len(register.truth) > 300
    assert len(register.decoys) > 50
    desk.link(register.persons.values())
    linked = desk.pairs()
    assert len(linked & register.truth) / len(register.truth) >= 0.9
    assert len(linked & register.truth) / len(linked) >= 0.97
    assert linked & register.decoys == set()


def test_pairs_of_one_record_are_each_judged_by_their_own_two(desk):
    third = replace(WITHOUT, person_id="P4")
    desk.link([WANG, WITHOUT, third, *OTHERS])
    assert desk.pairs() == {pair("P1", "P2"), pair("P1", "P4"), pair("P2", "P4")}

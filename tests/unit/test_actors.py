"""Names of people: what cannot be seen does not make another person, and a name has a letter."""

from __future__ import annotations

import pytest

from fundwatch.actors import is_same_person, name_of_signer, plain_name
from fundwatch.errors import SignOffRefused

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200d\u200f\u202e\u2060\u206f\u2800\u3164"
    "\ufe00\ufe0f\ufeff\uffa0\ufff0\U0001bca0\U0001d173\U000e0001\U000e0100\U000e01ef\U000e0fff"
)


@pytest.mark.parametrize("letter", INVISIBLE, ids=lambda letter: f"U+{ord(letter):04X}")
def test_one_person_is_one_whatever_invisible_letters_the_name_has(letter: str):
    assert plain_name(f"王{letter}小明{letter}") == "王小明"
    assert is_same_person(f"{letter}王小明", "王小明")
    with pytest.raises(SignOffRefused, match="no letter"):
        name_of_signer(letter, act="a signature")


@pytest.mark.parametrize("name", ["", " ", "\u202e\u202c", "···", "123", "—", "\u0301", "？"])
def test_name_without_a_letter_is_refused(name: str):
    with pytest.raises(SignOffRefused, match="no letter"):
        name_of_signer(name, act="a signature")


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("  李  复核 ", "李 复核"),
        ("Ａｎｎａ", "Anna"),
        ("买买提·艾力", "买买提·艾力"),
        ("e\ufe0f\u0301", "é"),
    ],
)
def test_name_is_stored_as_it_is_compared(name: str, stored: str):
    assert name_of_signer(name, act="a signature") == stored
    assert is_same_person(name, stored.upper())


def test_name_that_is_stored_is_stored_the_same_again():
    names = {plain_name(f"王{chr(code)}") for code in range(0x10000) if not 0xD800 <= code < 0xE000}
    assert len(names) > 20_000
    assert [name for name in names if plain_name(name) != name] == []

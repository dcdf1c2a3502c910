"""Which passwords are taken, and what a stored one costs to compare."""

from __future__ import annotations

import pytest

from fundwatch.access import passwords
from fundwatch.errors import UsageWrong


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("elevenchars", "length"),
        ("twelve chars", ""),
        ("密码可以是任何文字十二个", ""),
        ("ab cd ef gh ij " * 8 + "abcdefgh", ""),
        ("ab cd ef gh ij " * 8 + "abcdefghi", "length"),
        ("password1234", "common"),
        ("Password!!!!!", "common"),
        ("abababababab", "common"),
        ("i am wang.fang ok", "name"),
        ("I AM WANG.FANG OK", "name"),
    ],
)
def test_password_is_taken_or_its_fault_named(password: str, fault: str) -> None:
    assert passwords.fault_of(password, user="wang.fang") == fault
    if fault:
        with pytest.raises(UsageWrong) as refused:
            passwords.require_usable(password, user="wang.fang")
        assert password not in str(refused.value)


def test_short_name_may_stand_in_a_password() -> None:
    assert passwords.fault_of("the quick brown fox", user="o") == ""


def test_one_time_passwords_are_long_random_and_taken() -> None:
    made = {passwords.one_time() for _ in range(50)}
    assert len(made) == 50
    assert {passwords.fault_of(password, user="wang") for password in made} == {""}


def test_hash_is_argon2id_and_nothing_matches_no_hash() -> None:
    stored = passwords.hash_of("twelve chars")
    assert stored.startswith("$argon2id$")
    assert passwords.is_right("twelve chars", stored)
    assert not passwords.is_right("twelve chart", stored)
    assert not passwords.is_right("twelve chars", None)
    assert not passwords.is_right("twelve chars", "no hash at all")

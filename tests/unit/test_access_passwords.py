"""Which passwords are taken."""

from __future__ import annotations

import pytest

from fundwatch.access.passwords import LONGEST, SHORTEST, fault_of


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("k" * (SHORTEST - 1), "length"),
        ("ab cd ef " * (LONGEST // 9 + 1), "length"),
        ("password2024!!", "common"),
        ("P@ssw0rd2024!!", "common"),
        ("ｐａｓｓｗｏｒｄ１２３４", "common"),
        ("aaaabbbbaaaabbbb", "common"),
        ("123456789012", "common"),
        ("567890123456", "common"),
        ("098765432109", "common"),
        ("by Wang.Wei himself", "name"),
        ("ｗａｎｇ．ｗｅｉ at home", "name"),
        ("193847561029", ""),
        ("correct horse battery staple", ""),
        ("城门失火殃及池鱼亡羊补牢", ""),
    ],
)
def test_password_is_taken_unless_short_long_common_or_the_users_name(password: str, fault: str) -> None:
    assert fault_of(password, user="wang.wei") == fault

"""Names and numbers on lists that leave the office: the surname, the ends of a number."""

from __future__ import annotations

import pytest

from reporting.masking import masked_name, masked_number


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"), ("欧阳娜", "欧阳*"), ("欧阳", "欧*"), ("诸葛孔明", "诸葛**"),
        ("艾山·买买提", "艾**"),
        ("李", "李"), ("测试", "测试"), ("曾3", "曾3"), ("王小3", "王*3"), (" 王五 ", "王*"), ("", ""),
    ],
)  # fmt: skip
def test_masked_name_shows_the_surname_and_what_is_wrong_with_it(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("23060219800229001X", "230602********001X"), ("2306021980022900", "230602******2900"),
        ("12345678", "12****78"), ("12", "**"), ("", ""),
    ],
)  # fmt: skip
def test_masked_number_keeps_its_length_and_hides_its_middle(number: str, shown: str) -> None:
    assert masked_number(number) == shown

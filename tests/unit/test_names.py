"""Names: what folds away, what is close, what is another person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosschecks.names import classify, fold, pinyin

FOLDED_ALIKE = [
    ("张 伟", "张伟"),
    ("张\u3000伟\u200b", "张伟"),
    ("買買提·阿不都", "买买提•阿不都"),
    ("买买提‧阿不都", "买买提・阿不都"),
    ("劉國強", "刘国强"),
    ("ＬＩ Ｍｉｎｇ", "LI MING"),
    ("王喆", "王哲"),
    ("吕㛃", "吕洁"),
    ("髙峯", "高峰"),
]


@pytest.mark.parametrize(("one", "other"), FOLDED_ALIKE)
def test_fold_makes_spellings_of_one_name_equal(one, other):
    assert fold(one) == fold(other)
    assert classify(one, other) == "A"


@given(st.text(max_size=8))
def test_fold_changes_nothing_the_second_time(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("surname", ["仇", "单", "解", "曾", "区", "查"])
def test_pinyin_reads_a_surname_as_a_surname(surname):
    expected = {"仇": "qiu", "单": "shan", "解": "xie", "曾": "zeng", "区": "ou", "查": "zha"}
    assert pinyin(surname + "伟") == (expected[surname], "wei")


def test_pinyin_keeps_a_surname_of_two_characters_together():
    assert pinyin("单于伟")[:2] == ("chan", "yu")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王玮", "王伟"),  # same sound
        ("仇明", "邱明"),  # same sound, read as a surname
        ("王伟", "王伟明"),  # one contains the other
        ("王小明", "王晓明"),  # both: same sound and one edit
        ("王大明", "王小明"),  # one edit in three characters
        ("王大明", "王大国明"),  # one insertion
    ],
)
def test_classify_is_close_in_either_order(one, other):
    assert classify(one, other) == classify(other, one) == "B"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王伟", "李伟"),  # one edit, but only two characters
        ("王伟", "王大伟"),  # one insertion from two characters
        ("王大明", "李小明"),  # two edits
        ("张国强", "欧阳娜"),
    ],
)
def test_classify_is_unrelated_in_either_order(one, other):
    assert classify(one, other) == classify(other, one) == "C"


@pytest.mark.parametrize("missing", [None, "", " ", "·"])
def test_classify_is_unrelated_when_a_name_is_missing(missing):
    assert classify(missing, missing) == classify("王伟", missing) == "C"

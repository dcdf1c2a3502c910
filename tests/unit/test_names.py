"""Names: what folds away, what is close, what is another person."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosschecks.names import classify, fold, is_written_alike, pinyin

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
    ("\u2ee9明", "黄明"),  # a radical of the supplement
    ("\u2f12伟", "力伟"),  # a Kangxi radical
    ("张\ue81e", "张龴"),  # GBK's 0xFE59, private in GB 18030-2000
    ("张\ue863", "张\u4dae"),  # GBK's 0xFE9F
    ("王\ufe00伟", "王伟"),  # a variation selector
    ("葛\U000e0100明", "葛明"),
    ("买买提˙阿不都", "买买提。阿不都"),
    ("买买提．阿不都", "买买提·阿不都"),
    ("买买提｡阿不都", "买买提･阿不都"),
]


@pytest.mark.parametrize(("name", "other"), FOLDED_ALIKE)
def test_fold_makes_spellings_of_one_name_equal(name, other):
    assert fold(name) == fold(other)
    assert classify(name, other) == "A"
    assert is_written_alike(name, other)


def test_name_with_an_unknown_sign_is_written_like_itself_and_close_to_another_of_the_kind():
    assert (classify("王?", "王？"), is_written_alike("王?", "王？")) == ("B", True)
    assert not is_written_alike("王?", "王伟")


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
    ("name", "other"),
    [
        ("王玮", "王伟"),  # same sound
        ("仇明", "邱明"),  # same sound, read as a surname
        ("王伟", "王伟明"),  # one contains the other
        ("王小明", "王晓明"),  # both: same sound and one edit
        ("王大明", "王小明"),  # one edit in three characters
        ("王大明", "王大国明"),  # one insertion
        ("王?", "王喆"),  # a character the sender could not write
        ("王□", "王喆"),
        ("王\ufffd明", "王大明"),
        ("王？", "王?"),
    ],
)
def test_classify_is_close_in_either_order(name, other):
    assert classify(name, other) == classify(other, name) == "B"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("王伟", "李伟"),  # one edit, but only two characters
        ("王伟", "王大伟"),  # one insertion from two characters
        ("王大明", "李小明"),  # two edits
        ("张国强", "欧阳娜"),
        ("王", "王伟"),  # contained, but one character alone
        ("王?", "李伟"),
        ("王?", "王大明"),  # an unknown sign is one character
        ("??", "王伟"),
        ("不详", "不详"),
        ("11", "11"),
    ],
)
def test_classify_is_unrelated_in_either_order(name, other):
    assert classify(name, other) == classify(other, name) == "C"


@pytest.mark.parametrize("missing", [None, "", " ", "·"])
def test_classify_is_unrelated_when_a_name_is_missing(missing):
    assert classify(missing, missing) == classify("王伟", missing) == "C"


def test_fold_knows_every_private_code_point_of_gbk():
    pairs = [bytes((0xFE, low)) for low in (*range(0x50, 0x7F), *range(0x80, 0xA1))]
    private = [chr(0xE815 + place) for place in range(len(pairs))]
    assert len(private) == 80
    assert [sign for sign in private if unicodedata.category(fold(sign)) == "Co"] == []
    written = [pair.decode("gb18030") for pair in pairs]
    assert [fold(sign) for sign in private] == [fold(sign) for sign in written]


def test_fold_takes_every_placeholder_for_no_name():
    seed = Path(__file__).parents[2] / "dbt_project" / "seeds" / "placeholders.csv"
    placeholders = [row["placeholder"] for row in csv.DictReader(seed.read_text("utf-8").splitlines())]
    assert len(placeholders) > 5
    assert {text for text in placeholders if classify(text, text) != "C"} == set()

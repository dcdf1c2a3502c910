"""Names the simulator writes differently fold, or sound, as it claims."""

from __future__ import annotations

import numpy as np
import pytest
from opencc import OpenCC
from pypinyin import lazy_pinyin

from simulator import names


@pytest.mark.parametrize(("character", "other"), sorted(names.HOMOPHONES.items()))
def test_homophones_share_their_pinyin_and_no_character(character, other):
    assert lazy_pinyin(character) == lazy_pinyin(other)
    assert character != other


@pytest.mark.parametrize(("simplified", "traditional"), sorted(names.TRADITIONAL.items()))
def test_traditional_characters_fold_to_the_simplified_ones(simplified, traditional):
    assert OpenCC("t2s").convert(traditional) == simplified


@pytest.mark.parametrize("way", range(3))
@pytest.mark.parametrize("name", ["张丽华", "买买提·艾力", "王伟"])
def test_rewritten_folds_back_to_the_same_name(name, way):
    folded = OpenCC("t2s").convert(names.rewritten(name, way))
    assert folded.replace(" ", "").replace("\u3000", "").replace("·", "") == name.replace("·", "")


@pytest.mark.parametrize("name", ["张建伟", "李海宝", "王春红"])
def test_misheard_changes_the_last_of_three_characters_only(name):
    other = names.misheard(name)
    assert other[:2] == name[:2]
    assert other[2] != name[2]


def test_unrelated_name_shares_no_character():
    rng = np.random.default_rng(1)
    others = [names.unrelated_name(rng, "王建军", male=True) for _ in range(20)]
    assert all(len(other) == 3 and not set(other) & set("王建军") for other in others)


def test_draw_names_follows_surname_frequency():
    drawn = names.draw_names(np.random.default_rng(1), np.ones(5000, dtype=bool))
    assert sum(name[0] == "王" for name in drawn) > 3 * sum(name[0] == "贺" for name in drawn)

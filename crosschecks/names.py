"""Names of persons: what makes two spellings the same, close, or unrelated.

Folding removes what systems disagree on without meaning a difference: width, spaces, the middle dot in
its many encodings, traditional characters, and variants of one character.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from opencc import OpenCC

NameClass = Literal["A", "B", "C"]

EQUAL: Final = "A"
CLOSE: Final = "B"
UNRELATED: Final = "C"
SHORTEST_WITH_TYPOS = 3
"""Characters a name must have before one edit makes it close: in a shorter one it makes another person."""

_MIDDLE_DOTS = "·•‧・∙⋅."
# Old glyphs and variants that neither NFKC nor the traditional-to-simplified table folds.
_VARIANTS = str.maketrans(
    {
        "喆": "哲", "堃": "坤", "甯": "宁", "㛃": "洁", "濬": "浚", "珎": "珍", "囯": "国", "囶": "国",
        "圀": "国", "徳": "德", "惪": "德", "恵": "惠", "髙": "高", "黒": "黑", "靑": "青", "淸": "清",
        "徃": "往", "戸": "户", "沢": "泽", "浜": "滨", "斉": "齐", "斎": "斋", "辺": "边", "邉": "边",
        "広": "广", "桜": "樱", "栄": "荣", "歩": "步", "𠮷": "吉", "畧": "略", "勲": "勋", "暁": "晓",
        "焔": "焰", "鉄": "铁",
    }
)  # fmt: skip
# Surnames read otherwise than the same character elsewhere.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "缪": "miao",
    "朴": "piao", "盖": "ge", "乐": "yue", "种": "chong", "召": "shao", "员": "yun", "贠": "yun",
    "秘": "bi", "繁": "po", "折": "she", "黑": "he", "翟": "zhai", "能": "nai", "覃": "qin",
    "薄": "bo", "佴": "nai", "洗": "xian", "祭": "zhai", "郇": "xun", "单于": "chan yu",
}  # fmt: skip


def fold(name: str | None) -> str:
    """Return ``name`` without what systems write differently; empty when nothing of it is left.

    NFKC, no spaces or invisible characters, no middle dots, simplified characters, one glyph per
    character, lower case. Folding twice changes nothing more.
    """
    folded, text = _fold_once(name or ""), name
    while folded != text:
        folded, text = _fold_once(folded), folded
    return folded


def _fold_once(name: str) -> str:
    """Fold ``name``; what is left may fold once more where a removed sign stood between two others."""
    text = unicodedata.normalize("NFKC", name)
    letters = "".join(sign for sign in text if not _is_space(sign) and sign not in _MIDDLE_DOTS)
    return _simplified(letters.translate(_VARIANTS)).translate(_VARIANTS).casefold()


def pinyin(name: str | None) -> tuple[str, ...]:
    """Return the syllables of the folded name without tones, its surname read as a surname."""
    from pypinyin import lazy_pinyin

    folded = fold(name)
    syllables = lazy_pinyin(
        folded,
        errors=list,  # type: ignore[arg-type] # its types know no list, which makes each letter a syllable
    )
    for length in (2, 1):
        reading = _SURNAMES.get(folded[:length])
        if reading:
            return (*reading.split(), *syllables[length:])
    return tuple(syllables)


def classify(name: str | None, other: str | None) -> NameClass:
    """Return how two names of one identity number agree: A equal, B close, C unrelated.

    Close is the same pinyin, one containing the other, or one edit apart when both have three characters
    or more. A missing name is unrelated to every name.
    """
    left, right = fold(name), fold(other)
    if not left or not right:
        return UNRELATED
    if left == right:
        return EQUAL
    if left in right or right in left or pinyin(left) == pinyin(right):
        return CLOSE
    return CLOSE if _is_one_edit(left, right) else UNRELATED


def _is_one_edit(left: str, right: str) -> bool:
    from rapidfuzz.distance import Levenshtein

    if min(len(left), len(right)) < SHORTEST_WITH_TYPOS:
        return False
    return Levenshtein.distance(left, right, score_cutoff=1) == 1


def _is_space(sign: str) -> bool:
    """Whether ``sign`` is a space of any width, or an invisible format or control character."""
    return sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc")


def _simplified(text: str) -> str:
    return text if text.isascii() else _converter().convert(text)


@cache
def _converter() -> OpenCC:
    """Load the traditional-to-simplified table once."""
    from opencc import OpenCC

    return OpenCC("t2s")

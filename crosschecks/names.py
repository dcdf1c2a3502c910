"""Names of persons: what makes two spellings the same, close, or unrelated.

Folding removes what systems disagree on without meaning a difference: width, spaces, the middle dot in
its many encodings, traditional characters, radicals, private code points of GBK, and variants of one
character (``folded_characters.csv``).
"""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from opencc import OpenCC

NameClass = Literal["A", "B", "C"]

EQUAL: Final = "A"
CLOSE: Final = "B"
UNRELATED: Final = "C"
SHORTEST_WITH_TYPOS = 3
"""Characters a name must have before one edit makes it close: in a shorter one it makes another person."""
SHORTEST_CONTAINED = 2
"""Characters a name must have to be close to one that contains it."""

UNKNOWN: Final = frozenset("?\u25a1\ufffd")
"""Signs that stand for a character the sender could not write: question mark, white square, U+FFFD."""

# Dots of every kind, in the middle or at the foot of a line.
_DOTS = "·•‧・∙⋅.˙。․⸱⸳●･｡．"
# Signs that cannot be seen, of no category of invisible ones: fillers, joiners, Mongolian selectors.
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
_VARIATION_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_REMOVED = dict.fromkeys((*map(ord, _DOTS + _FILLERS), *_VARIATION_SELECTORS))
# Code points and what they fold to, each with its source.
_FOLDED_CHARACTERS = "folded_characters.csv"
_PLACEHOLDERS = frozenset(("无", "不详", "测试", "—", "0", "1900-01-01", "19000101"))
# Surnames read otherwise than the same character elsewhere.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "缪": "miao",
    "朴": "piao", "盖": "ge", "乐": "yue", "种": "chong", "召": "shao", "员": "yun", "贠": "yun",
    "秘": "bi", "繁": "po", "折": "she", "黑": "he", "翟": "zhai", "能": "nai", "覃": "qin",
    "薄": "bo", "佴": "nai", "洗": "xian", "祭": "zhai", "郇": "xun", "单于": "chan yu",
}  # fmt: skip


def fold(name: str | None) -> str:
    """Return ``name`` without what systems write differently; empty when nothing of it is left.

    NFKC, no spaces or invisible characters, no dots, simplified characters, one glyph per character, lower
    case. Folding twice changes nothing more.
    """
    folded, text = _fold_once(name or ""), name
    while folded != text:
        folded, text = _fold_once(folded), folded
    return folded


def _fold_once(name: str) -> str:
    """Fold ``name``; what is left may fold once more where a removed sign stood between two others."""
    variants = _variants()
    text = unicodedata.normalize("NFKC", name.translate(_REMOVED).translate(variants))
    letters = "".join(sign for sign in text.translate(_REMOVED) if not _is_space(sign))
    return _simplified(letters.translate(variants)).translate(variants).casefold()


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

    Close is the same pinyin, one containing the other (of two characters or more), one edit apart when both
    have three characters or more, or equal but for characters a sender could not write (``UNKNOWN``). A
    missing name and a placeholder are unrelated to every name.
    """
    left, right = fold(name), fold(other)
    if is_no_name(left) or is_no_name(right):
        return UNRELATED
    if UNKNOWN & {*left, *right}:
        return CLOSE if _is_equal_where_known(left, right) or _is_close(left, right) else UNRELATED
    if left == right:
        return EQUAL
    return CLOSE if _is_close(left, right) else UNRELATED


def is_written_alike(name: str | None, other: str | None) -> bool:
    """Whether two names are the same text once folded, an unknown sign being the same as itself.

    Of two people such names are only close; of one record a name has not changed.
    """
    return fold(name) == fold(other)


def is_no_name(folded: str) -> bool:
    """Whether nothing of a name is known: it is missing, a placeholder, or unknown signs alone."""
    is_digit_repeated = folded[:1].isdigit() and folded == folded[0] * len(folded)
    return folded in _PLACEHOLDERS or is_digit_repeated or UNKNOWN.issuperset(folded)


def _is_equal_where_known(left: str, right: str) -> bool:
    """Whether each unknown sign of one name stands for one character of the other."""
    pairs = list(zip(left, right, strict=False))
    known = [sign == written for sign, written in pairs if not UNKNOWN & {sign, written}]
    return len(left) == len(right) and bool(known) and all(known)


def _is_close(left: str, right: str) -> bool:
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= SHORTEST_CONTAINED and shorter in longer:
        return True
    return pinyin(left) == pinyin(right) or _is_one_edit(left, right)


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
def _variants() -> dict[int, int]:
    """Load the committed table of characters that are another one's variant."""
    text = files("crosschecks").joinpath(_FOLDED_CHARACTERS).read_text(encoding="utf-8")
    return {
        int(row["code_point"], 16): int(row["folded_code_point"], 16)
        for row in csv.DictReader(text.splitlines())
    }


@cache
def _converter() -> OpenCC:
    """Load the traditional-to-simplified table once."""
    from opencc import OpenCC

    return OpenCC("t2s")

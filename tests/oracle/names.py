"""Two records of one human: name folding and the match classes A and B."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import opencc
import pypinyin

from tests.oracle.values import identity18, is_placeholder, valid_identity

_DOTS = frozenset("·•‧・．.˙。⸱∙⋅․⸳●ㆍ･｡")
_UNKNOWN = frozenset("?□\ufffd")
_FIRST_OF_GBK = 0xE815
_BYTES_OF_GBK = [bytes((0xFE, low)) for low in (*range(0x50, 0x7F), *range(0x80, 0xA1))]
# Surnames that are read otherwise than the same character elsewhere; those of two characters first.
_SURNAMES = {
    "尉迟": "yu chi", "万俟": "mo qi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai", "宿": "su",
    "仇": "qiu", "单": "shan", "解": "xie", "查": "zha", "曾": "zeng", "区": "ou", "盖": "ge", "朴": "piao",
    "乐": "yue", "员": "yun", "缪": "miao", "翟": "zhai", "折": "she", "黑": "he", "种": "chong", "秘": "bi",
    "繁": "po", "祭": "zhai", "能": "nai", "句": "gou", "洗": "xian", "冼": "xian", "任": "ren",
}  # fmt: skip
_SIMPLIFIED = opencc.OpenCC("t2s")


@lru_cache(maxsize=200_000)
def folded(name: str | None) -> str:
    """Normalise a name: no spaces, no dots, nothing invisible, half-width, simplified characters."""
    dotless = "".join(_of_gbk(letter) for letter in name or "" if letter not in _DOTS)
    plain = unicodedata.normalize("NFKC", dotless)
    letters = (
        letter for letter in plain if not letter.isspace() and letter not in _DOTS and not _is_unseen(letter)
    )
    return _SIMPLIFIED.convert("".join(letters))


def _of_gbk(letter: str) -> str:
    """Read a private code point of GBK (U+E815 to U+E864) as GB 18030 has its two bytes today."""
    place = ord(letter) - _FIRST_OF_GBK
    return _BYTES_OF_GBK[place].decode("gb18030") if 0 <= place < len(_BYTES_OF_GBK) else letter


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cf", "Cc") or "VARIATION SELECTOR" in unicodedata.name(
        letter, ""
    )


def match_class(number: str | None, name: str | None, other: str | None, called: str | None) -> str:
    """Give the class of two records: ``A``, ``B``, or "" for a pair that is neither.

    A: valid number equal, name equal after normalisation. B: number equal, name close: same
    pinyin, one contains the other, the shorter of two characters or more, or, for names of three
    characters and more, edit distance 1; ``?`` or ``□`` stands for one unknown character. A missing or
    placeholder name is unrelated to any.
    """
    if not valid_identity(number) or identity18(number) != identity18(other):
        return ""
    folded_name, folded_called = folded(name), folded(called)
    if any(
        not folded_text or is_placeholder(folded_text) or _UNKNOWN.issuperset(folded_text)
        for folded_text in (folded_name, folded_called)
    ):
        return ""
    if folded_name == folded_called and _UNKNOWN.isdisjoint(folded_name):
        return "A"
    return "B" if _is_close(folded_name, folded_called) else ""


def _is_close(name: str, called: str) -> bool:
    shorter, longer = sorted((name, called), key=len)
    if _alike(name, called) or _sounds(name) == _sounds(called) or (len(shorter) >= 2 and shorter in longer):
        return True
    return len(shorter) >= 3 and _one_edit_apart(shorter, longer)


def _alike(name: str, called: str) -> bool:
    """Tell names equal but for unknown characters, of which not every place has one."""
    known = [pair for pair in zip(name, called, strict=False) if _UNKNOWN.isdisjoint(pair)]
    return len(name) == len(called) and known != [] and all(left == right for left, right in known)


def _one_edit_apart(shorter: str, longer: str) -> bool:
    """Tell names one insertion, deletion or substitution apart."""
    if len(longer) - len(shorter) > 1:
        return False
    cut = len(longer) - len(shorter) == 1
    return any(
        shorter[:place] + shorter[place + (not cut) :] == longer[:place] + longer[place + 1 :]
        for place in range(len(longer))
    )


def _sounds(name: str) -> list[str]:
    """Read a name without tones, its surname as a surname."""
    for surname, sound in _SURNAMES.items():
        if name.startswith(surname):
            rest = name[len(surname) :]
            return [*sound.split(), *(pypinyin.lazy_pinyin(rest) if rest else [])]
    return pypinyin.lazy_pinyin(name)

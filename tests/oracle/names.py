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
_SIMPLIFIED = opencc.OpenCC("t2s")


@lru_cache(maxsize=200_000)
def folded(name: str | None) -> str:
    """Normalise a name: no spaces, no dots, nothing invisible, half-width, simplified characters."""
    dotless = "".join(_of_gbk(one) for one in name or "" if one not in _DOTS)
    plain = unicodedata.normalize("NFKC", dotless)
    letters = (one for one in plain if not one.isspace() and one not in _DOTS and not _is_unseen(one))
    return _SIMPLIFIED.convert("".join(letters))


def _of_gbk(one: str) -> str:
    """Read a private code point of GBK (U+E815 to U+E864) as GB 18030 has its two bytes today."""
    place = ord(one) - _FIRST_OF_GBK
    return _BYTES_OF_GBK[place].decode("gb18030") if 0 <= place < len(_BYTES_OF_GBK) else one


def _is_unseen(one: str) -> bool:
    return unicodedata.category(one) in ("Cf", "Cc") or "VARIATION SELECTOR" in unicodedata.name(one, "")


def match_class(number: str | None, name: str | None, other: str | None, called: str | None) -> str:
    """Give the class of two records: ``A``, ``B``, or "" for a pair that is neither.

    A: valid number equal, name equal after normalisation. B: number equal, name close: same
    pinyin, one contains the other, the shorter of two characters or more, or, for names of three
    characters and more, edit distance 1; ``?`` or ``□`` stands for one unknown character. A missing or
    placeholder name is unrelated to any.
    """
    if not valid_identity(number) or identity18(number) != identity18(other):
        return ""
    one, two = folded(name), folded(called)
    if any(not each or is_placeholder(each) or _UNKNOWN.issuperset(each) for each in (one, two)):
        return ""
    if not _UNKNOWN.isdisjoint(one + two):
        known = [pair for pair in zip(one, two, strict=False) if _UNKNOWN.isdisjoint(pair)]
        same = len(one) == len(two) and known != [] and all(left == right for left, right in known)
        return "B" if same or _is_close(one, two) else ""
    if one == two:
        return "A"
    return "B" if _is_close(one, two) else ""


def _is_close(one: str, two: str) -> bool:
    contained = min(len(one), len(two)) >= 2 and (one in two or two in one)
    if contained or pypinyin.lazy_pinyin(one) == pypinyin.lazy_pinyin(two):
        return True
    return min(len(one), len(two)) >= 3 and _one_edit_apart(one, two)


def _one_edit_apart(one: str, two: str) -> bool:
    """Tell names one insertion, deletion or substitution apart."""
    if abs(len(one) - len(two)) > 1:
        return False
    same = 0
    while same < min(len(one), len(two)) and one[same] == two[same]:
        same += 1
    rest_one, rest_two = one[same:], two[same:]
    return rest_two[1:] in (rest_one, rest_one[1:]) or rest_one[1:] == rest_two

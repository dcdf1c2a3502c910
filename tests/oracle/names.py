"""Two records of one human: name folding and the match classes A and B."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import opencc
import pypinyin

from tests.oracle.values import identity18, valid_identity

_DOTS = frozenset("·•‧・．.")
_SIMPLIFIED = opencc.OpenCC("t2s")


@lru_cache(maxsize=200_000)
def folded(name: str | None) -> str:
    """Normalise a name: no spaces, no ``·``, half-width, simplified characters."""
    plain = unicodedata.normalize("NFKC", name or "")
    letters = (one for one in plain if not one.isspace() and one not in _DOTS)
    return _SIMPLIFIED.convert("".join(letters))


def match_class(number: str | None, name: str | None, other: str | None, called: str | None) -> str:
    """Give the class of two records: ``A``, ``B``, or "" for a pair that is neither.

    A: valid number equal, name equal after normalisation. B: number equal, name close: same
    pinyin, one contains the other, or, for names of three characters and more, edit distance 1.
    """
    if not valid_identity(number) or identity18(number) != identity18(other):
        return ""
    one, two = folded(name), folded(called)
    if not one or not two:
        return ""
    if one == two:
        return "A"
    return "B" if _is_close(one, two) else ""


def _is_close(one: str, two: str) -> bool:
    if one in two or two in one or pypinyin.lazy_pinyin(one) == pypinyin.lazy_pinyin(two):
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

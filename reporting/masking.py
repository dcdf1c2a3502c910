"""Masking of names and numbers in files of reports: the surname stays, and the ends of a number.

Publications in the portal are masked in the database (``portal.masked``); who may read which column is in
fundwatch/access/rights.py.
"""

from __future__ import annotations

import re

_COMPOUND = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|司空|夏侯|独孤|南宫|西门|东郭|端木|百里|呼延|轩辕|闻人"
    "|赫连|澹台|公冶|宗政|濮阳|淳于|单于|太叔|申屠|钟离|鲜于|闾丘|司寇|仲孙|第五|拓跋|完颜|东门|公羊|谷梁|歐陽|諸葛|司馬"
)
_PLACEHOLDERS = frozenset(("无", "不详", "测试", "—", "0"))
_STARS = 2
# An identity number shows its division and its last four characters.
_HEAD, _TAIL, _LONG = 6, 4, 15


def masked_name(name: str) -> str:
    """Return the surname with a star for each further character, at most two.

    What makes a name wrong stays legible: a placeholder, and digits.
    """
    name = name.strip()
    if name in _PLACEHOLDERS or len(name) <= 1:
        return name
    compound = _COMPOUND.match(name)
    surname = compound.end() if compound and len(name) > compound.end() else 1
    if re.search("[0-9]", name):
        return name[:surname] + re.sub("[^0-9]", "*", name[surname:])
    return name[:surname] + "*" * min(len(name) - surname, _STARS)


def masked_number(number: str) -> str:
    """Return a number of which the middle is masked; its length can be counted."""
    number = number.strip()
    head, tail = (_HEAD, _TAIL) if len(number) >= _LONG else (len(number) // 3, len(number) // 4)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]

"""Personal names: surname frequencies, given names, minority names, and ways to write one differently."""

from __future__ import annotations

import numpy as np

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_MALE = "伟强磊军洋勇杰涛明超刚辉鹏建国志文斌波宇浩俊峰健平东海亮成龙飞林永福山"
_FEMALE = "芳娜敏静丽艳娟霞秀英玲桂兰红梅燕萍雪琳慧莹婷洁凤云珍淑华玉香月春晶"
_MIDDLE = "志建国文玉春晓海明永德景世家子思雨欣佳振宏庆立新光永福天成学金秀淑桂"
MINORITY = (
    "巴特尔", "乌云其木格", "阿布都·热合曼", "买买提·艾力", "古丽·阿依夏木", "额尔敦·朝克图",
    "其其格", "哈斯·巴根", "苏日娜", "阿依古丽·吐尔逊", "敖日格乐", "呼和·那钦",
)  # fmt: skip
HOMOPHONES = {
    "伟": "玮", "军": "君", "明": "鸣", "杰": "洁", "丽": "莉", "芳": "方", "娟": "涓", "静": "敬",
    "玲": "铃", "英": "瑛", "梅": "玫", "燕": "艳", "红": "虹", "辉": "晖", "强": "墙", "波": "玻",
}  # fmt: skip
TRADITIONAL = {
    "张": "張", "刘": "劉", "陈": "陳", "杨": "楊", "赵": "趙", "吴": "吳", "孙": "孫", "马": "馬",
    "罗": "羅", "郑": "鄭", "谢": "謝", "韩": "韓", "冯": "馮", "邓": "鄧", "许": "許", "叶": "葉",
    "丽": "麗", "华": "華", "国": "國", "军": "軍", "伟": "偉", "兰": "蘭", "凤": "鳳", "云": "雲",
    "龙": "龍", "东": "東", "飞": "飛", "强": "強", "红": "紅", "静": "靜", "杰": "傑",
}  # fmt: skip
_TWO_CHARACTER_SHARE = 0.82
_MINORITY_SHARE = 0.012
_USUAL_LENGTH = 3
_TRADITIONAL_SHARE = 0.004
_WEIGHTS = 1 / (np.arange(len(SURNAMES)) + 4.0)


def draw_names(rng: np.random.Generator, male: np.ndarray) -> np.ndarray:
    """Return one name per person (texts), frequent surnames first as in life."""
    count = len(male)
    surname = _pick(rng, SURNAMES, count, _WEIGHTS)
    middle = _pick(rng, _MIDDLE, count)
    last = np.where(male, _pick(rng, _MALE, count), _pick(rng, _FEMALE, count))
    middle[rng.random(count) > _TWO_CHARACTER_SHARE] = ""
    names = surname + middle + last
    minority = np.flatnonzero(rng.random(count) < _MINORITY_SHARE)
    names[minority] = _pick(rng, MINORITY, len(minority))
    for place in np.flatnonzero(rng.random(count) < _TRADITIONAL_SHARE):
        names[place] = traditional(names[place])
    return names


def draw_sibling_names(rng: np.random.Generator, name: str, *, male: bool) -> str:
    """Return another name with the same surname (a twin's)."""
    pool = [f"{first}{last}" for first in "志文玉晓" for last in (_MALE if male else _FEMALE)[:12]]
    others = [given for given in pool if not set(given) & set(name[1:])]
    return name[0] + others[rng.integers(len(others))]


def unrelated_name(rng: np.random.Generator, name: str, *, male: bool) -> str:
    """Return a name that shares no character, hence neither pinyin nor length matter, with ``name``."""
    while True:
        other = draw_names(rng, np.array([male]))[0]
        if not set(other) & set(name) and len(other) == _USUAL_LENGTH and other[0] in SURNAMES:
            return other


def homophone_name(rng: np.random.Generator) -> tuple[str, str]:
    """Return two three-character names that differ in one character and sound alike."""
    surname = SURNAMES[rng.integers(20)]
    middle = "志建文春晓永德"[rng.integers(7)]
    last = list(HOMOPHONES)[rng.integers(len(HOMOPHONES))]
    return f"{surname}{middle}{last}", f"{surname}{middle}{HOMOPHONES[last]}"


def misheard(name: str) -> str:
    """Return a three-character name with another last character; other names as they are."""
    if len(name) != _USUAL_LENGTH or "·" in name:
        return name
    return name[:-1] + HOMOPHONES.get(name[-1], "宝" if name[-1] != "宝" else "保")


def traditional(name: str) -> str:
    """Return the name in traditional characters where we know one."""
    return "".join(TRADITIONAL.get(character, character) for character in name)


def rewritten(name: str, way: int) -> str:
    """Return the same name as another office writes it (folds back to the same name)."""
    if way % 3 == 0:
        return traditional(name)
    if way % 3 == 1:
        return name[0] + "\u3000" + name[1:]
    return name.replace("·", "") if "·" in name else f" {name} "


def _pick(
    rng: np.random.Generator, pool: str | tuple[str, ...], count: int, weights: np.ndarray | None = None
) -> np.ndarray:
    chances = None if weights is None else weights / weights.sum()
    places = rng.choice(len(pool), size=count, p=chances)
    return np.array(list(pool), dtype=object)[places]

"""The employers: names, tax numbers, counties, base methods, and who is in arrears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import numbers, parameters
from simulator.chance import happens
from simulator.span import Span

FIRST_EMPLOYER = 2306_9000_0001
_PERSONS_PER_EMPLOYER = 45
_ORDINARY = 9
_ALWAYS_LATE = 5
_BRANDS = "华龙鑫源宏达恒通北方兴业瑞祥天成久安万隆康泰金桥东升盛世方圆百川铁成同创凯达"
_LINES = (
    ("石油工程有限公司", "B11", 6), ("机械制造有限公司", "C34", 4), ("建筑安装工程有限公司", "E49", 7),
    ("商贸有限公司", "F51", 1), ("餐饮管理有限公司", "H62", 2), ("物业服务有限公司", "K70", 2),
    ("运输有限公司", "G54", 5), ("化工有限责任公司", "C26", 6), ("信息技术有限公司", "I65", 1),
    ("煤矿安全技术有限公司", "B06", 8), ("食品有限公司", "C14", 3),
)  # fmt: skip
_OFFICES = ("第{}中学", "第{}小学", "第{}人民医院", "街道办事处（{}）", "水务管理站（{}）", "文化馆（{}）")
COUNTY_NAMES = ("萨尔图区", "龙凤区", "让胡路区", "红岗区", "大同区")
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Employers:
    """One entry per employer. Arrears run over month indexes ``[arrears_from, arrears_until)``.

    ``cleared_in`` is the month index in which arrears are paid, -1 when never. In every county some
    employers are never in arrears.
    """

    ids: np.ndarray
    name: np.ndarray
    tax_number: np.ndarray
    county: np.ndarray
    is_government: np.ndarray
    is_dual: np.ndarray
    industry: np.ndarray
    risk_class: np.ndarray
    weight: np.ndarray
    arrears_from: np.ndarray
    arrears_until: np.ndarray
    cleared_in: np.ndarray

    @property
    def count(self) -> int:
        """How many employers."""
        return len(self.ids)

    def in_good_standing(self) -> np.ndarray:
        """Which employers never miss a payment."""
        return self.arrears_from < 0


def draw_employers(span: Span, persons: int) -> Employers:
    """Return the employers of the city: in every county at least four enterprises and one office."""
    rng = span.stream("employers")
    counties = len(parameters.COUNTIES)
    count = max(persons // _PERSONS_PER_EMPLOYER, counties * 6)
    county = np.concatenate(
        [
            np.repeat(np.arange(counties), 6),
            rng.choice(counties, size=count - counties * 6, p=parameters.COUNTY_SHARES),
        ]
    )
    place = np.concatenate([np.tile(np.arange(6), counties), np.full(count - counties * 6, _ORDINARY)])
    government = (place == 0) | ((place == _ORDINARY) & happens(rng, count, 0.1))
    dual = (place == 1) | ((place == _ORDINARY) & happens(rng, count, 0.3))
    line = rng.integers(len(_LINES), size=count)
    codes, taken = [], set()
    for division, office in zip(county, government, strict=True):
        while (
            code := numbers.draw_credit_code(rng, int(parameters.COUNTIES[division]), government=bool(office))
        ) in taken:
            continue
        taken.add(code)
        codes.append(code)
    start, until, cleared = _arrears(rng, span, ~government & (place == _ORDINARY))
    return Employers(
        ids=(FIRST_EMPLOYER + np.arange(count)).astype(str).astype(object),
        name=np.array(_names(rng, county, government, line), dtype=object),
        tax_number=np.array(codes, dtype=object),
        county=county,
        is_government=government,
        is_dual=dual,
        industry=np.array([_LINES[i][1] for i in line], dtype=object),
        risk_class=np.where(government, 1, np.array([_LINES[i][2] for i in line])),
        weight=1 / (1.0 + rng.permutation(count)) ** 0.6,
        arrears_from=start,
        arrears_until=until,
        cleared_in=cleared,
    )


def _arrears(
    rng: np.random.Generator, span: Span, may_be_late: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return from when, until when and in which month it is made good; one is always late at first."""
    count = len(may_be_late)
    late = may_be_late & happens(rng, count, 0.08)
    late[_ALWAYS_LATE] = True
    start = np.where(late, rng.integers(0, max(span.count - 1, 1), size=count), -1)
    start[_ALWAYS_LATE] = 0
    until = np.where(late, start + rng.integers(1, 4, size=count), -1)
    cleared = until + rng.integers(0, 3, size=count)
    cleared = np.where(late & (cleared < span.count) & happens(rng, count, 0.7), cleared, -1)
    until[_ALWAYS_LATE] = 1
    cleared[_ALWAYS_LATE] = 1 if span.count > 1 else -1
    return start, until, cleared


def _names(
    rng: np.random.Generator, county: np.ndarray, government: np.ndarray, line: np.ndarray
) -> list[str]:
    drawn, taken = [], set()
    for place, (division, office, kind) in enumerate(zip(county, government, line, strict=True)):
        brand = "".join(rng.choice(list(_BRANDS), size=2))
        numeral = _NUMERALS[rng.integers(10)]
        if office:
            name = "大庆市" + COUNTY_NAMES[division] + _OFFICES[place % len(_OFFICES)].format(numeral)
        else:
            name = "大庆" + brand + _LINES[kind][0]
        if name in taken:
            name = f"大庆市{COUNTY_NAMES[division]}{brand}{numeral}{place}号{name[2:]}"
        taken.add(name)
        drawn.append(name)
    return drawn

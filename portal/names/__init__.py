"""What codes are called on pages, in Chinese and in English; a code without a name is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fundwatch.labels import bases
from fundwatch.labels.quality import METRICS, TABLE_NAMES
from portal.names import arrivals, log, money, people, work

Language = Literal["zh", "en"]
Names = Mapping[str, tuple[str, str]]

_SEVERITIES: Names = {
    "critical": ("严重", "critical"),
    "warning": ("警告", "warning"),
    "info": ("提示", "info"),
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "low": ("低", "low"),
}
_RESULTS: Names = {
    "pass": ("达标", "meets the target"),
    "within": ("在允许范围内", "within bounds"),
    "grace": ("宽限期内", "in grace"),
    "fail": ("未达标", "fails"),
    "unset": ("未设标准", "no threshold"),
    "unknown": ("未监测（无数据）", "not measured"),
}

KINDS: Mapping[str, Names] = {
    "metric": METRICS,
    "table": TABLE_NAMES,
    "severity": _SEVERITIES,
    "result": _RESULTS,
    **work.KINDS,
    **money.KINDS,
    **arrivals.KINDS,
    **people.KINDS,
    **log.KINDS,
    **{f"bases_{column}": names for column, names in bases.NAMES.items() if column != "scheme"},
}


def named(code: object, kind: str, language: Language) -> str:
    """Return what a code of a kind is called in a language; the code itself where it has no name."""
    text = str(code)
    pair = KINDS[kind].get(text)
    return text if pair is None else pair[0 if language == "zh" else 1]


def options(kind: str, language: Language) -> list[tuple[str, str]]:
    """Return the codes of a kind with their names, in the order they are declared."""
    return [(code, pair[0 if language == "zh" else 1]) for code, pair in KINDS[kind].items()]

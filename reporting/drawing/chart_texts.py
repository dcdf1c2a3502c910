"""The words on charts and above their tables, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.texts import TEXTS


@dataclass(frozen=True)
class ChartTexts:
    """All words on charts in one language; texts with braces are templates."""

    trend: str
    counties: str
    month: str
    not_built: str
    joint: str
    units: dict[str, str]

    def list_of(self, words: Sequence[str]) -> str:
        """Return words joined by the list separator of the language."""
        return self.joint.join(words)


CHART_TEXTS = {
    "zh": ChartTexts(
        trend="{area}近十二个月{what}",
        counties="各区县比较：{what}",
        month="月份",
        not_built="未编制",
        joint="、",
        units=TEXTS["zh"].units,
    ),
    "en": ChartTexts(
        trend="{area}, last twelve months: {what}",
        counties="Counties side by side: {what}",
        month="Month",
        not_built="not built",
        joint=", ",
        units=TEXTS["en"].units,
    ),
}

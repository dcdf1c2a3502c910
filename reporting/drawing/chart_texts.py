"""The words on charts and above their tables, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.snapshot.history import TREND_MONTHS
from reporting.texts import TEXTS


@dataclass(frozen=True)
class ChartTexts:
    """All words on charts in one language; texts with braces are templates."""

    trend: str
    shorter_trend: str
    counties: str
    month: str
    not_built: str
    joint: str
    units: dict[str, str]

    def trend_title(self, *, area: str, what: str, months: Sequence[str]) -> str:
        """Return the title of a trend over the months it shows."""
        if len(months) == TREND_MONTHS:
            return self.trend.format(area=area, what=what)
        return self.shorter_trend.format(area=area, what=what, first=months[0], last=months[-1])

    def list_of(self, words: Sequence[str]) -> str:
        """Return words joined by the list separator of the language."""
        return self.joint.join(words)


CHART_TEXTS = {
    "zh": ChartTexts(
        trend="{area}近十二个月{what}",
        shorter_trend="{area}{what}（{first}至{last}）",
        counties="各区县比较：{what}",
        month="月份",
        not_built="未编制",
        joint="、",
        units=TEXTS["zh"].units,
    ),
    "en": ChartTexts(
        trend="{area}, last twelve months: {what}",
        shorter_trend="{area}, {first} to {last}: {what}",
        counties="Counties side by side: {what}",
        month="Month",
        not_built="not built",
        joint=", ",
        units=TEXTS["en"].units,
    ),
}

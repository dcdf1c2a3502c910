"""Sentences computed from figures: rose, fell or unchanged, by how much, and who contributed most.

Without its figures a sentence says so or is left out; nothing is guessed.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from decimal import Decimal

from reporting.analysis.comparison import Contribution, PeriodChange
from reporting.analysis.texts import ANALYSIS_TEXTS, AnalysisTexts
from reporting.drawing.chart_texts import CHART_TEXTS
from reporting.formatting import figure
from reporting.texts import TEXTS

_WORDS = {"zh": ("增长", "下降"), "en": ("a rise", "a fall")}
_PART_WORDS = {"zh": ("增加", "减少"), "en": ("up", "down")}


class Writer:
    """Writes the sentences about one area in one language."""

    def __init__(self, language: str, area: str) -> None:
        """Take the language, ``zh`` or ``en``, and the name of the area written about."""
        self.language = language
        self.area = area
        self.words: AnalysisTexts = ANALYSIS_TEXTS[language]
        self._units = TEXTS[language].units

    def level(self, what: str, when: str, value: Decimal | None, unit: str) -> str:
        """Return the sentence with a figure, or that the months it needs were not built."""
        if value is None:
            text = self.words.no_level.format(when=when, what=self.words.names[what])
            return self._capital(text)
        text = self.words.level.format(
            when=when, area=self.area, what=self.words.names[what], value=self.amount(value, unit)
        )
        return self._capital(text)

    def change(
        self, change: PeriodChange, base: str, when: str, unit: str, *, is_quarter: bool = False
    ) -> str:
        """Return the sentence on a figure's change since its base, or that there is no base."""
        words = self.words
        if change.amount is None:
            missing = words.quarter_not_built if is_quarter else words.not_built
            return self._capital(missing.format(when=when))
        if change.amount == 0:
            return words.unchanged.format(base=base)
        is_rise = change.amount > 0
        if unit == "%":
            template = words.rate_rose if is_rise else words.rate_fell
            return template.format(base=base, amount=figure(abs(change.amount), unit))
        percent = ""
        if change.percent is not None:
            word = _WORDS[self.language][0 if is_rise else 1]
            percent = words.percent_part.format(word=word, percent=figure(abs(change.percent), "%"))
        template = words.rose if is_rise else words.fell
        return template.format(base=base, amount=self.amount(abs(change.amount), unit), percent=percent)

    def leader(self, leaders: Sequence[Contribution], names: Mapping[str, str], unit: str) -> list[str]:
        """Return the sentence on who contributed most to a change; none without contributions."""
        if not leaders or leaders[0].points is None:
            return []
        first = leaders[0].amount
        who = CHART_TEXTS[self.language].list_of([names[leader.division] for leader in leaders])
        text = self.words.leader.format(
            who=who,
            word=_PART_WORDS[self.language][0 if first > 0 else 1],
            amount=self.amount(abs(first), unit),
            points=f"{leaders[0].points:+,.2f}",
        )
        return [text]

    def compared(
        self, what: str, values: Mapping[str, Decimal], names: Mapping[str, str], unit: str
    ) -> list[str]:
        """Return the sentence on where a figure is highest and lowest; none for fewer than two counties."""
        if len(values) <= 1:
            return []
        name = self.words.names[what]
        high, low = max(values.values()), min(values.values())
        if high == low:
            return [self.words.all_equal.format(what=name, high=self.amount(high, unit))]
        ends = {
            end: CHART_TEXTS[self.language].list_of(
                [names[division] for division, other in values.items() if other == value]
            )
            for end, value in (("highest", high), ("lowest", low))
        }
        return [
            self.words.highest_lowest.format(
                what=name, high=self.amount(high, unit), low=self.amount(low, unit), **ends
            )
        ]

    def course(self, what: str, values: Mapping[str, Decimal | None], unit: str) -> list[str]:
        """Return sentences on the highest and lowest of the last months, and on months not built."""
        built = {month: value for month, value in values.items() if value is not None}
        sentences = []
        if len(built) > 1 and len(set(built.values())) > 1:
            high = max(built, key=lambda month: (built[month], month))
            low = min(built, key=lambda month: (built[month], month))
            sentences.append(
                self.words.range_of_year.format(
                    what=self.words.names[what],
                    high=self.amount(built[high], unit), high_month=high,
                    low=self.amount(built[low], unit), low_month=low,
                )
            )  # fmt: skip
        missing = len(values) - len(built)
        if missing == 1:
            sentences.append(self.words.one_month_missing)
        elif missing:
            sentences.append(self.words.months_missing.format(count=missing))
        return sentences

    def when(self, month: str, *, is_quarter: bool) -> str:
        """Return a quarter, or the end of a month, in words."""
        return _dated(self.words.in_quarter if is_quarter else self.words.at_end, month)

    def in_month(self, month: str) -> str:
        """Return a month in words."""
        return _dated(self.words.in_month, month)

    def amount(self, value: Decimal, unit: str) -> str:
        """Return a figure with its unit."""
        if unit == "%":
            return f"{figure(value, unit)}%"
        joint = "" if self.language == "zh" else " "
        return f"{figure(value, unit)}{joint}{self._units[unit]}"

    def _capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]


def _dated(template: str, month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return template.format(
        year=year, month=number, month_name=calendar.month_name[number], quarter=(number + 2) // 3
    )

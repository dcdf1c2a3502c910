"""The figures of a bulletin, looked up by division and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from fundwatch.catalogue import TABLES
from fundwatch.months import add_months
from reporting.bulletin.checklist import Answered, answered
from reporting.bulletin.ranking import Place, places, rate_of
from reporting.bulletin.texts import BulletinTexts
from reporting.quality_labels import METRICS as METRIC_NAMES
from reporting.quality_labels import TABLE_NAMES
from reporting.snapshot.bulletin_inputs import CORRECTION, METRICS, MONTH, QUARTER, YEAR
from reporting.snapshot.content import Content
from reporting.snapshot.history import last_months
from reporting.texts import LANGUAGES

_WORST_RULES = 10


@dataclass(frozen=True)
class Base:
    """A month compared with, and what it is called: ``last_month``, ``last_quarter``, ``last_year``."""

    month: str
    name: str
    is_measured: bool


@dataclass(frozen=True)
class Issues:
    """Issues of a division in a period, and of the errors that have fallen due, those corrected in time."""

    issued: int
    corrected: int
    open: int
    overdue: int
    waived: int
    due: int
    corrected_in_time: int


@dataclass(frozen=True)
class WorstRule:
    """A rule with its failing rows in the whole city, its change, and where its share is largest."""

    table: str
    rule_id: str
    text: str
    checked: int
    failed: int
    change: Fraction | None
    worst: str | None


class Figures:
    """What a bulletin says of a period, from the content of its publication alone."""

    def __init__(self, content: Content, words: BulletinTexts, *, is_quarter: bool) -> None:
        """Take the content, the words of one language, and whether it is the quarter's bulletin."""
        self.content, self.inputs, self.words, self.is_quarter = (
            content, content.bulletin, words, is_quarter,
        )  # fmt: skip
        at = LANGUAGES.index(words.language)
        self.metric_names = {metric: names[at] for metric, names in METRIC_NAMES.items()}
        self.table_names = {table: names[at] for table, names in TABLE_NAMES.items()}
        self._tallies = {
            (one.month, one.division, one.metric): rate_of(one.numerator, one.denominator)
            for one in self.inputs.tallies
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """The divisions' names, the counties by code, then the city."""
        rows = sorted(self.content.scorecard, key=lambda row: (row.level != "county", row.division))
        is_zh = self.words.language == "zh"
        return {row.division: row.name_zh if is_zh else row.name_en for row in rows}

    @property
    def counties(self) -> list[str]:
        """The counties, by code."""
        return [division for division in self.names if division != self.city]

    @cached_property
    def city(self) -> str:
        """The city the bulletin is of."""
        cities = {row.division for row in self.content.scorecard if row.level == "city"}
        return min(cities, default=next(iter(row.division for row in self.content.scorecard)))

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the period."""
        return last_months(self.content.month, QUARTER if self.is_quarter else 1)

    @cached_property
    def bases(self) -> tuple[Base, Base]:
        """The last period and the same period of last year."""
        back, name = (QUARTER, "last_quarter") if self.is_quarter else (MONTH, "last_month")
        return self._base(back, name), self._base(YEAR, "last_year")

    def rate(self, division: str, metric: str, month: str | None = None) -> Fraction | None:
        """Return a rate over all production tables; None without a denominator, or not measured."""
        return self._tallies.get((month or self.content.month, division, metric))

    def change(self, division: str, metric: str, base: Base) -> Fraction | None:
        """Return a rate less that of a base; None where either is none."""
        now, then = self.rate(division, metric), self.rate(division, metric, base.month)
        return None if now is None or then is None else now - then

    @cached_property
    def places(self) -> dict[str, dict[str, Place]]:
        """Metric -> county -> its place."""
        return {
            metric: places({one: self.rate(one, metric) for one in self.counties}, metric=metric)
            for metric in METRICS
        }

    def issues(self, division: str) -> Issues:
        """Return a division's issues; the city's are those of all divisions, itself included."""
        rows = [one for one in self.inputs.issues if division in (self.city, one.division)]
        flows = [one for one in rows if one.month in self.months]
        stock = [one for one in rows if one.month == self.content.month]
        corrected_in_time, due = self._due(division)
        return Issues(
            issued=sum(one.issued for one in flows),
            corrected=sum(one.corrected for one in flows),
            open=sum(one.open for one in stock),
            overdue=sum(one.overdue for one in stock),
            waived=sum(one.waived for one in stock),
            due=due,
            corrected_in_time=corrected_in_time,
        )

    @cached_property
    def worst_rules(self) -> Sequence[WorstRule]:
        """The rules with most failing rows in the city, at most ten."""
        month = self.content.month
        found = [one for one in self.inputs.rules if one.month == month and one.division == self.city]
        failed = sorted((one for one in found if one.failed), key=lambda one: (-one.failed, one.rule_id))
        return [
            WorstRule(
                one.table, one.rule_id, one.text_zh if self.words.language == "zh" else one.text_en,
                one.checked, one.failed, self._rule_change(one.rule_id), self._worst_division(one.rule_id),
            )
            for one in failed[:_WORST_RULES]
        ]  # fmt: skip

    @property
    def failures(self) -> int:
        """Failing rows of the city over all rules; a row counts once for each rule it breaks."""
        month = self.content.month
        return sum(
            one.failed for one in self.inputs.rules if one.month == month and one.division == self.city
        )

    @cached_property
    def grades(self) -> dict[tuple[str, str], str]:
        """(division, table) -> grade, for the production tables."""
        return {
            (row.division, row.table): row.grade
            for row in self.content.scorecard
            if row.grade and row.table in TABLES
        }

    @cached_property
    def checklist(self) -> tuple[Answered, ...]:
        """The checklist, answered."""
        return answered(self.content, city=self.city, texts=self.words)

    def _base(self, back: int, name: str) -> Base:
        month = add_months(self.content.month, -back)
        return Base(month, name, month in self.inputs.measured)

    def _due(self, division: str) -> tuple[int, int]:
        for one in self.inputs.tallies:
            if (one.month, one.division, one.metric) == (self.content.month, division, CORRECTION):
                return int(one.numerator), int(one.denominator)
        return 0, 0

    def _rule_rate(self, rule_id: str, division: str, month: str) -> Fraction | None:
        for one in self.inputs.rules:
            if (one.month, one.division, one.rule_id) == (month, division, rule_id):
                return Fraction(one.failed, one.checked) if one.checked else None
        return None

    def _rule_change(self, rule_id: str) -> Fraction | None:
        now = self._rule_rate(rule_id, self.city, self.content.month)
        then = self._rule_rate(rule_id, self.city, self.bases[0].month)
        return None if now is None or then is None else now - then

    def _worst_division(self, rule_id: str) -> str | None:
        rates = {one: self._rule_rate(rule_id, one, self.content.month) for one in self.counties}
        known = {division: rate for division, rate in rates.items() if rate}
        return max(known, key=lambda one: (known[one], one)) if known else None

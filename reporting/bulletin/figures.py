"""The figures of a bulletin, looked up by division and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from fundwatch.labels.quality import METRICS as METRIC_NAMES
from fundwatch.labels.quality import TABLE_NAMES
from fundwatch.months import add_months
from reporting.bulletin.checklist import AnsweredItem, Evidence, answer_checklist
from reporting.bulletin.ranking import Place, places, rate_of
from reporting.bulletin.texts import BulletinTexts
from reporting.formatting import difference, in_percent, places_of
from reporting.headline import Headline, by_gravity, total
from reporting.snapshot.bulletin_inputs import (
    CORRECTION,
    METRICS,
    MONTH,
    QUARTER,
    YEAR,
    BulletinInputs,
    RuleCount,
)
from reporting.snapshot.content import Content
from reporting.snapshot.history import last_months
from reporting.texts import LANGUAGES

_WORST_RULES = 10


@dataclass(frozen=True)
class Base:
    """A month to compare with; ``name`` is ``last_month``, ``last_quarter`` or ``last_year``."""

    month: str
    name: str
    is_measured: bool


@dataclass(frozen=True)
class Issues:
    """Issues of a division in a period; of errors that have fallen due, how many were corrected in time."""

    issued: int
    corrected: int
    open: int
    overdue: int
    waived: int
    due: int
    corrected_in_time: int
    due_on: date | None
    overdue_since: date | None


@dataclass(frozen=True)
class WorstRule:
    """A rule with its failing rows in the whole city, its change, and where its share is largest."""

    table: str
    rule_id: str
    text: str
    checked: int
    failed: int
    change: Decimal | None
    worst: tuple[str, ...]


class BulletinFigures:
    """The figures of a bulletin, computed from the content of its publication alone."""

    def __init__(
        self, content: Content, inputs: BulletinInputs, words: BulletinTexts, *, is_quarter: bool
    ) -> None:
        """Take the content with its bulletin inputs, the words of one language, and the kind of period."""
        self.content, self.inputs, self.words, self.is_quarter = content, inputs, words, is_quarter
        at = LANGUAGES.index(words.language)
        self.metric_names = {metric: names[at] for metric, names in METRIC_NAMES.items()}
        self.table_names = {table: names[at] for table, names in TABLE_NAMES.items()}
        self._rates = {
            (rate.month, rate.division, rate.metric): rate_of(rate.numerator, rate.denominator)
            for rate in inputs.tallies
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """The divisions' names, the counties from the worst, then the city."""
        order = {division: place for place, division in enumerate(by_gravity(self.content.scorecard))}
        rows = sorted(
            self.content.scorecard, key=lambda row: (order.get(row.division, len(order)), row.division)
        )
        is_zh = self.words.language == "zh"
        return {row.division: row.name_zh if is_zh else row.name_en for row in rows}

    @property
    def counties(self) -> list[str]:
        """The counties, the worst first."""
        return [division for division in self.names if division != self.city]

    @cached_property
    def city(self) -> str:
        """The city of the bulletin."""
        cities = {row.division for row in self.content.scorecard if row.level == "city"}
        return min(cities, default=next(iter(row.division for row in self.content.scorecard)))

    @cached_property
    def headline(self) -> Headline:
        """What comes first."""
        return Headline(self.content, self.names, self.words.language)

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the period."""
        return last_months(self.content.month, QUARTER if self.is_quarter else 1)

    @cached_property
    def bases(self) -> tuple[Base, Base]:
        """The previous period and the same period of last year."""
        back, name = (QUARTER, "last_quarter") if self.is_quarter else (MONTH, "last_month")
        return self._base(back, name), self._base(YEAR, "last_year")

    def rate(self, division: str, metric: str, month: str | None = None) -> Fraction | None:
        """Return a rate over all production tables; None without a denominator, or not measured."""
        return self._rates.get((month or self.content.month, division, metric))

    @cached_property
    def decimals(self) -> dict[str, int]:
        """Metric -> the decimals that tell the divisions' rates apart."""
        return {
            metric: places_of(self.rate(division, metric) for division in self.names) for metric in METRICS
        }

    def change(self, division: str, metric: str, base: Base) -> Decimal | None:
        """Return the change of a rate since a base in points, as both are written; None without either."""
        now, then = self.rate(division, metric), self.rate(division, metric, base.month)
        return difference(now, then, self.decimals[metric])

    @cached_property
    def places(self) -> dict[str, dict[str, Place]]:
        """Metric -> county -> place."""
        return {
            metric: places({county: self.rate(county, metric) for county in self.counties}, metric=metric)
            for metric in METRICS
        }

    def issues(self, division: str | None) -> Issues:
        """Return a division's issues: of the city those of no county; None: of all together."""
        counts = [count for count in self.inputs.issues if division in (None, count.division)]
        flows = [count for count in counts if count.month in self.months]
        stocks = [count for count in counts if count.month == self.content.month]
        corrected_in_time, due = self._due(division)
        whole = total(self.content.month, self.city, stocks)
        return Issues(
            issued=sum(count.issued for count in flows),
            corrected=sum(count.corrected for count in flows),
            open=sum(count.open for count in stocks),
            overdue=sum(count.overdue for count in stocks),
            waived=sum(count.waived for count in stocks),
            due=due,
            corrected_in_time=corrected_in_time,
            due_on=whole.due_on,
            overdue_since=whole.overdue_since,
        )

    @cached_property
    def worst_rules(self) -> Sequence[WorstRule]:
        """The rules with most failing rows in the city, at most ten."""
        failed = sorted(
            (rule for rule in self._city_rules if rule.failed), key=lambda rule: (-rule.failed, rule.rule_id)
        )
        return [
            WorstRule(
                rule.table, rule.rule_id, rule.text_zh if self.words.language == "zh" else rule.text_en,
                rule.checked, rule.failed, self._rule_change(rule.rule_id),
                self._worst_divisions(rule.rule_id),
            )
            for rule in failed[:_WORST_RULES]
        ]  # fmt: skip

    @property
    def failures(self) -> int:
        """Failing rows of the city over all rules; a row counts once for each rule it breaks."""
        return sum(rule.failed for rule in self._city_rules)

    @cached_property
    def grades(self) -> dict[tuple[str, str], str]:
        """(division, table) -> grade."""
        return {(row.division, row.table): row.grade for row in self.content.scorecard if row.grade}

    @cached_property
    def checklist(self) -> tuple[AnsweredItem, ...]:
        """The checklist with its answers."""
        return answer_checklist(Evidence(self.content, self.inputs, self.city, self.words, self.decimals))

    @property
    def _city_rules(self) -> list[RuleCount]:
        month = self.content.month
        return [rule for rule in self.inputs.rules if rule.month == month and rule.division == self.city]

    def _base(self, back: int, name: str) -> Base:
        month = add_months(self.content.month, -back)
        return Base(month, name, month in self.inputs.measured)

    def _due(self, division: str | None) -> tuple[int, int]:
        """Return the errors corrected in time and those fallen due: of the city those of no county."""
        parts = {
            rate.division: (int(rate.numerator), int(rate.denominator))
            for rate in self.inputs.tallies
            if (rate.month, rate.metric) == (self.content.month, CORRECTION)
        }
        if division != self.city:
            return parts.get(division or self.city, (0, 0))
        corrected, due = parts.get(self.city, (0, 0))
        placed = [parts[county] for county in self.counties if county in parts]
        return corrected - sum(count for count, _ in placed), due - sum(count for _, count in placed)

    def _rule_rate(self, rule_id: str, division: str, month: str) -> Fraction | None:
        for rule in self.inputs.rules:
            if (rule.month, rule.division, rule.rule_id) == (month, division, rule_id):
                return Fraction(rule.failed, rule.checked) if rule.checked else None
        return None

    def _rule_change(self, rule_id: str) -> Decimal | None:
        now = self._rule_rate(rule_id, self.city, self.content.month)
        return difference(now, self._rule_rate(rule_id, self.city, self.bases[0].month))

    def _worst_divisions(self, rule_id: str) -> tuple[str, ...]:
        """Return the counties with the largest share of failing rows, as it is written; none without any."""
        rates = {county: self._rule_rate(rule_id, county, self.content.month) for county in self.counties}
        failing = {county: rate for county, rate in rates.items() if rate}
        places = places_of(failing.values())
        shown = {county: in_percent(rate, places) for county, rate in failing.items()}
        return tuple(county for county in shown if shown[county] == max(shown.values()))

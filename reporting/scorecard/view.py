"""The data of the scorecard page, ordered and formatted for its template."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from markupsafe import Markup

from fundwatch.labels.quality import in_order, place_of
from reporting.drawing import sparkline
from reporting.formatting import NOTHING, PLACES, counted, difference, percent, places_of
from reporting.headline import (
    Headline,
    by_gravity,
    distance,
    gravest_first,
    issues_of,
    meets_target,
    places_beside,
    total,
)
from reporting.scorecard.texts import GRADES, MAIN_METRICS, SCORECARD_TEXTS
from reporting.scorecard.trends import Trend, Trends
from reporting.snapshot.bulletin_inputs import IssueCount
from reporting.snapshot.content import Content
from reporting.snapshot.quality import FailingRow, RuleResult, ScorecardRow

_LEVELS = {"province": 0, "city": 1, "county": 2}


class View:
    """A month's quality in one language.

    ``names``: division -> name, the whole first; ``groups``: group -> tables; ``grades``: (division, table)
    -> grade; ``cards``: division -> table -> rates; ``failing``: the rates that failed, the gravest first.
    Counties stand in the order of their gravity.
    """

    def __init__(self, content: Content, language: str) -> None:
        """Order and index the content of a publication."""
        self.words = SCORECARD_TEXTS[language]
        self._is_chinese = language == "zh"
        self._content = content
        self._trends = Trends(content.month, content.scorecard, content.earlier_rates)
        order = {division: place for place, division in enumerate(by_gravity(content.scorecard))}
        rows = sorted(
            content.scorecard,
            key=lambda row: (
                _LEVELS.get(row.level, len(_LEVELS)), order.get(row.division, 0), row.division,
            ),
        )  # fmt: skip
        self.names = {row.division: row.name_zh if self._is_chinese else row.name_en for row in rows}
        self.top = next(iter(self.names))
        self.groups = in_order({row.table for row in rows})
        self.tables = [table for tables in self.groups.values() for table in tables]
        self.grades = {(row.division, row.table): row.grade for row in rows if row.grade}
        self.cards = self._cards(rows)
        self.failing = gravest_first(row for row in self.every if row.status == "fail")
        self.headline = Headline(content, self.names, language)

    @property
    def every(self) -> Iterable[ScorecardRow]:
        """Every rate in the order it is shown."""
        return (row for tables in self.cards.values() for rows in tables.values() for row in rows)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Grade -> number of divisions x tables that have it."""
        return Counter(self.grades.values())

    @property
    def judged(self) -> int:
        """Number of rates with a threshold."""
        return sum(row.status != "na" for row in self.every)

    def columns(self, group: str) -> list[str]:
        """Return the tables of a group in the order of a map of grades: those graded worst first."""
        graded: dict[str, list[str]] = defaultdict(list)
        for (_, table), grade in self.grades.items():
            graded[table].append(grade)
        return sorted(
            self.groups[group], key=lambda table: [-graded[table].count(grade) for grade in GRADES[:0:-1]]
        )

    @cached_property
    def results(self) -> Mapping[str, int]:
        """Kind of result -> number of rates that have it."""
        return Counter(self.result(row) for row in self.every)

    def result(self, row: ScorecardRow) -> str:
        """Return how a rate is judged: pass (the target is met), within, grace, fail, unset or unknown."""
        if row.status == "fail":
            return row.status
        if row.status == "na":
            has_line = row.low is not None or row.high is not None
            return "unknown" if row.rate is None and (has_line or row.target is not None) else "unset"
        if row.months_outside:
            return "grace"
        return "pass" if meets_target(row) else "within"

    def result_text(self, row: ScorecardRow) -> str:
        """Return how a rate is judged, in words."""
        return self.words.results[self.result(row)].format(month=row.months_outside, months=row.grace_months)

    def gap(self, row: ScorecardRow) -> str:
        """Return by how many points a rate misses its bounds, as both are written; a dash within them."""
        if distance(row) is None:
            return NOTHING
        places = places_beside(row)
        bound = row.low if row.low is not None and row.rate is not None and row.rate < row.low else row.high
        gap = difference(row.rate, bound, places)
        return NOTHING if gap is None else f"{abs(gap):f}"

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Rate -> the decimals that tell the divisions' rates over all tables apart."""
        return {
            metric: places_of(self._trends.over_tables(division, metric).now for division in self.names)
            for metric in MAIN_METRICS
        }

    @cached_property
    def issues(self) -> list[tuple[str, IssueCount, bool]]:
        """Name, issues, and whether it is the whole: each county, issues of no county, then all of them."""
        counts = issues_of(self._content)
        counties = self.headline.counties
        others = [division for division in counts if division not in counties]
        month = self._content.month
        lines = [
            (
                self.headline.name(division),
                counts.get(division, IssueCount(month, division, 0, 0, 0, 0, 0)),
                False,
            )
            for division in (*counties, *others)
        ]
        return (
            [*lines, (self.names[self.top], total(month, self.top, counts.values()), True)] if counts else []
        )

    @property
    def used_metrics(self) -> list[str]:
        """The rates that occur, in their order."""
        return sorted({row.metric for row in self.every}, key=place_of)

    @property
    def trend_span(self) -> str:
        """The months of the trends, from the first measured to the published one."""
        months = self._trends.months
        first, last = months[0], months[-1]
        return last if first == last else self.words.months_between.format(first=first, last=last)

    @property
    def change_heading(self) -> str:
        """The heading of changes, which names their base month."""
        base = self._trends.base
        return self.words.change.format(month=base) if base else self.words.no_earlier

    def anchor(self, division: str, table: str = "") -> str:
        """Return the id of a division's details, or of one table's in them."""
        place = f"d{list(self.names).index(division)}"
        return f"{place}t{self.tables.index(table)}" if table else place

    def whole(self, division: str, metric: str) -> Trend:
        """Return a division's rate over all production tables."""
        return self._trends.over_tables(division, metric, self.places[metric])

    def trend(self, row: ScorecardRow) -> Trend:
        """Return the trend of a rate."""
        return self._trends.of(row.division, row.table, row.metric, places_beside(row))

    def line(self, trend: Trend, places: int = PLACES) -> Markup:
        """Return a trend as a sparkline with its rates as accessible name; a dash without any."""
        if all(rate is None for rate in trend.rates):
            return Markup(NOTHING)  # noqa: S704 - a dash
        return sparkline.draw(trend.rates, label=", ".join(percent(rate, places) for rate in trend.rates))

    def direction(self, trend: Trend) -> str:
        """Return the word for better, worse or same; empty without a change."""
        return getattr(self.words, trend.direction) if trend.direction else ""

    def grade_counts(self, division: str) -> list[tuple[str, int]]:
        """Return each grade with the number of a division's tables that have it, the best first."""
        return sorted(
            Counter(grade for (owner, _), grade in self.grades.items() if owner == division).items()
        )

    def rules(self, division: str) -> dict[str, list[RuleResult]]:
        """Return the results of the rules in a division, by table."""
        results = self._rules.get(division, [])
        return {table: list(rows) for table, rows in groupby(results, key=lambda row: row.table)}

    def says(self, rule: RuleResult) -> str:
        """Return a rule's text; a dash where the measurement did not store it."""
        return (rule.text_zh if self._is_chinese else rule.text_en) or NOTHING

    def share(self, rule: RuleResult) -> str:
        """Return the share of the checked rows that failed."""
        return percent(Decimal(rule.failed) / rule.checked if rule.checked else None)

    def rows(self, rule: RuleResult) -> list[tuple[str, list[FailingRow]]]:
        """Return the listed rows that failed a rule in its division, by landed file."""
        failing = self._failing_rows.get((rule.division, rule.rule_id), [])
        return [(file, list(rows)) for file, rows in groupby(failing, key=lambda row: row.source_file_id)]

    def rows_text(self, rule: RuleResult, listed: int) -> str:
        """Return how many of a division's failing rows are listed, and where the others are, in words."""
        texts = []
        if rule.own_failed:
            words = self.words.rows_all if listed == rule.own_failed else self.words.rows_first
            texts.append(words.format(rule=rule.rule_id, shown=listed, count=counted(rule.own_failed)))
        if rule.failed > rule.own_failed:
            elsewhere = counted(rule.failed - rule.own_failed)
            texts.append(self.words.rows_elsewhere.format(rule=rule.rule_id, count=elsewhere))
        return ("；" if self._is_chinese else "; ").join(texts)

    def _cards(self, rows: list[ScorecardRow]) -> dict[str, dict[str, list[ScorecardRow]]]:
        cards: dict[str, dict[str, list[ScorecardRow]]] = {
            division: {table: [] for table in self.tables} for division in self.names
        }
        for row in rows:
            cards[row.division][row.table].append(row)
        for tables in cards.values():
            for rates in tables.values():
                rates.sort(key=lambda row: place_of(row.metric))
        return {
            division: {table: rates for table, rates in tables.items() if rates}
            for division, tables in cards.items()
        }

    @cached_property
    def _rules(self) -> dict[str, list[RuleResult]]:
        by_division = defaultdict(list)
        for row in self._content.rule_results:
            by_division[row.division].append(row)
        return by_division

    @cached_property
    def _failing_rows(self) -> dict[tuple[str, str], list[FailingRow]]:
        by_rule = defaultdict(list)
        for row in self._content.failing_rows:
            by_rule[row.division, row.rule_id].append(row)
        return by_rule

"""What a supervisor has to know first: the worst county, its table and rule, what is overdue and until when.

The scorecard and the bulletin begin with it, and list counties in its order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fundwatch.catalogue import TABLES
from fundwatch.labels.quality import RATES_OF_ERROR, Labels
from reporting.formatting import NOTHING, counted, percent, places_of
from reporting.headline_texts import HEADLINE_TEXTS, HeadlineTexts
from reporting.snapshot.bulletin_inputs import IssueCount
from reporting.snapshot.content import Content
from reporting.snapshot.quality import RuleResult, ScorecardRow

# Grades from the gravest; severities likewise.
_GRAVEST = ("F", "D", "C", "B", "A")
_SEVERITIES = ("critical", "warning", "info")
_BAD = ("D", "F")
_NAMED, _RATES = 6, 3


@dataclass(frozen=True)
class Line:
    """One line of the headline: what it is about, and what is so."""

    about: str
    said: str


def by_gravity(scorecard: Iterable[ScorecardRow]) -> list[str]:
    """Return the counties, the worst first.

    More tables of the gravest grade are worse, then of the next; then more anomalous rows, then by code.
    """
    grades: dict[str, dict[str, str]] = {}
    anomalies: dict[str, tuple[Decimal, Decimal]] = {}
    for row in scorecard:
        if row.level != "county":
            continue
        grades.setdefault(row.division, {})[row.table] = row.grade or ""
        if row.metric == "anomaly_rate" and row.denominator:
            failed, rows = anomalies.get(row.division, (Decimal(0), Decimal(0)))
            anomalies[row.division] = (failed + (row.numerator or 0), rows + row.denominator)

    def gravity(division: str) -> tuple[object, ...]:
        counts = Counter(grades[division].values())
        failed, rows = anomalies.get(division, (Decimal(0), Decimal(1)))
        return (*(-counts[grade] for grade in _GRAVEST[:-1]), -failed / rows, division)

    return sorted(grades, key=gravity)


def distance(row: ScorecardRow) -> Decimal | None:
    """Return by how much a rate is outside its bounds, None where it has none or is within."""
    if row.rate is None:
        return None
    beyond = [
        gap
        for gap in (
            None if row.low is None else row.low - row.rate,
            None if row.high is None else row.rate - row.high,
        )
        if gap is not None and gap > 0
    ]
    return max(beyond, default=None)


def gravest_first(rows: Iterable[ScorecardRow]) -> list[ScorecardRow]:
    """Return rates by the severity of their threshold, then by how far they are outside it."""
    return sorted(
        rows,
        key=lambda row: (
            _SEVERITIES.index(row.severity) if row.severity in _SEVERITIES else len(_SEVERITIES),
            -(distance(row) or Decimal(0)),
            row.division, row.table, row.metric,
        ),
    )  # fmt: skip


def pass_line(row: ScorecardRow) -> str:
    """Return the bounds of a rate as ``≥ 98.00%``, a dash for none."""
    places = places_beside(row)
    bounds = (("≥", row.low), ("≤", row.high))
    return (
        " ".join(f"{sign} {percent(bound, places)}" for sign, bound in bounds if bound is not None) or NOTHING
    )


def places_beside(row: ScorecardRow) -> int:
    """Return the decimals at which a rate, its target and its bounds are told apart."""
    return places_of((row.rate, row.target, row.low, row.high))


def meets_target(row: ScorecardRow) -> bool:
    """Return whether a rate is as good as its target; a rate without a target has met it."""
    if row.rate is None or row.target is None:
        return True
    return row.rate <= row.target if row.metric in RATES_OF_ERROR else row.rate >= row.target


def issues_of(content: Content) -> dict[str, IssueCount]:
    """Return the issues of the month's error list by division; the city's are those of no county."""
    issues = content.bulletin.issues if content.bulletin else ()
    return {count.division: count for count in issues if count.month == content.month}


def total(month: str, division: str, counts: Iterable[IssueCount]) -> IssueCount:
    """Return the issues of several divisions together."""
    every = list(counts)
    return IssueCount(
        month,
        division,
        issued=sum(count.issued for count in every),
        corrected=sum(count.corrected for count in every),
        open=sum(count.open for count in every),
        overdue=sum(count.overdue for count in every),
        waived=sum(count.waived for count in every),
        due_on=_earliest(count.due_on for count in every),
        overdue_since=_earliest(count.overdue_since for count in every),
    )


class Headline:
    """The headline of a month in one language; ``names`` are the names of its divisions."""

    def __init__(self, content: Content, names: Mapping[str, str], language: str) -> None:
        """Take the content of a publication."""
        self.words: HeadlineTexts = HEADLINE_TEXTS[language]
        self._content, self._names, self._labels = content, names, Labels(language)
        self._issues = issues_of(content)
        self._all = total(content.month, "", self._issues.values())
        self._is_chinese = language == "zh"
        self.counties = by_gravity(content.scorecard)

    def name(self, division: str) -> str:
        """Return the name under which issues of a division are listed: the city's are those of no county."""
        return self._names.get(division, division) if division in self.counties else self.words.no_county

    def lines(self) -> tuple[Line, ...]:
        """Return the headline: county, table, rule, overdue, due day, and what is asked of whom."""
        words = self.words
        worst = self.counties[0] if self.counties else None
        table = self._worst_table(worst)
        return (
            Line(words.county, self._county(worst)),
            Line(words.table, self._table(worst, table)),
            Line(words.rule, self._rule(worst, table)),
            Line(words.overdue, self._overdue(worst)),
            Line(words.due, self._due()),
            Line(words.asked, self._asked()),
        )

    def _county(self, worst: str | None) -> str:
        if worst is None:
            return self.words.none
        grades = Counter(row.grade for row in self._tables(worst))
        bad = [
            self.words.tables_graded.format(grade=grade, count=grades[grade])
            for grade in _GRAVEST[:-1]
            if grades[grade]
        ]
        which = self.words.comma.join(bad) or self.words.all_well
        return self.words.named.format(name=self._names[worst], which=which)

    def _tables(self, division: str) -> Sequence[ScorecardRow]:
        rows = {row.table: row for row in self._content.scorecard if row.division == division and row.grade}
        return tuple(rows.values())

    def _worst_table(self, division: str | None) -> str | None:
        """Return the table of a division with the gravest grade, a production one if possible."""
        failing = gravest_first(
            row for row in self._content.scorecard if row.division == division and row.status == "fail"
        )
        if not failing:
            return None
        return min(failing, key=lambda row: (_GRAVEST.index(row.grade or "A"), row.table not in TABLES)).table

    def _table(self, division: str | None, table: str | None) -> str:
        if table is None:
            return self.words.no_table
        failing = gravest_first(
            row
            for row in self._content.scorecard
            if (row.division, row.table, row.status) == (division, table, "fail")
        )
        rates = self.words.semicolon.join(
            self.words.rate.format(
                metric=self._labels.metric(row.metric),
                rate=percent(row.rate, places_beside(row)),
                line=pass_line(row),
            )
            for row in failing[:_RATES]
        )
        return self.words.table_graded.format(
            table=self._labels.titled(table), grade=failing[0].grade, rates=rates
        )

    def _rule(self, division: str | None, table: str | None) -> str:
        """Name the rule most rows of the table fail, or where its rules fail none the division's."""
        failing = [rule for rule in self._content.rule_results if rule.division == division and rule.failed]
        of_table = [rule for rule in failing if rule.table == table]
        if not failing:
            return self.words.no_rule
        rule = min(of_table or failing, key=lambda rule: (-rule.failed, rule.rule_id))
        return self.words.rule_failed.format(
            rule=rule.rule_id, text=self._text(rule), failed=counted(rule.failed),
            checked=counted(rule.checked),
            share=percent(Decimal(rule.failed) / rule.checked if rule.checked else None),
            table=self._labels.titled(rule.table),
        )  # fmt: skip

    def _text(self, rule: RuleResult) -> str:
        return ((rule.text_zh if self._is_chinese else rule.text_en) or NOTHING).rstrip("。.")

    def _overdue(self, worst: str | None) -> str:
        if not self._all.overdue:
            return self.words.none_overdue
        own = self._issues.get(worst or "")
        return self.words.count_overdue.format(
            count=counted(self._all.overdue), since=self._day(self._all.overdue_since),
            name=self._names.get(worst or "", NOTHING), own=counted(own.overdue if own else 0),
        )  # fmt: skip

    def _due(self) -> str:
        if not self._all.open:
            return self.words.none_open
        return self.words.count_open.format(count=counted(self._all.open), day=self._day(self._all.due_on))

    def _asked(self) -> str:
        """Say what each division has to do: what is overdue at once, the rest by its day, bad tables."""
        words, sentences = self.words, []
        overdue = sorted(
            (issues for issues in self._issues.values() if issues.overdue),
            key=lambda issues: (-issues.overdue, issues.division),
        )
        if overdue:
            sentences.append(
                words.ask_overdue.format(
                    who=self._listed(
                        words.named_count.format(
                            name=self.name(issues.division), count=counted(issues.overdue)
                        )
                        for issues in overdue
                    )
                )
            )
        if self._all.open:
            sentences.append(words.ask_open.format(day=self._day(self._all.due_on)))
        bad = [
            division for division in self.counties if any(row.grade in _BAD for row in self._tables(division))
        ]
        if bad:
            sentences.append(
                words.ask_bad.format(who=self._listed(self._names[division] for division in bad))
            )
        return words.between.join(sentences) or words.ask_nothing

    def _listed(self, texts: Iterable[str]) -> str:
        every = list(texts)
        more = self.words.more if len(every) > _NAMED else ""
        return self.words.comma.join(every[:_NAMED]) + more

    def _day(self, day: date | None) -> str:
        return self.words.no_day if day is None else day.isoformat()


def _earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)

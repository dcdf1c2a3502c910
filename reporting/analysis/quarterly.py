"""The quarterly analysis (专题分析): how participation, collection and benefits changed, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundwatch.months import add_months
from reporting.analysis.comparison import (
    Contribution,
    PeriodChange,
    contributions,
    is_sum_of_months,
    leaders,
    per_cent,
    quarter_change,
    stock_change,
)
from reporting.analysis.composition import composition
from reporting.analysis.sentences import Writer
from reporting.cell_labels import names_of
from reporting.drawing.axes import scale, step_of
from reporting.drawing.chart_texts import CHART_TEXTS
from reporting.drawing.charts import NARROW, Chart, Curve, over_time, ranked
from reporting.formatting import NOTHING, figure
from reporting.snapshot.content import Content
from reporting.snapshot.history import QUARTER_ENDS, TREND_MONTHS, Series, last_months, since_first
from reporting.texts import TEXTS, Texts

_YEAR, _QUARTER = 12, 3


@dataclass(frozen=True)
class Section:
    """One topic: its sentences, then charts with their tables."""

    title: str
    sentences: tuple[str, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Analysis:
    """The analysis of one quarter in one language."""

    title: str
    period: str
    area: str
    month: str
    texts: Texts
    not_usable: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class _Topic:
    name: str
    indicator: str
    unit: str
    is_flow: bool
    rate: str
    rate_unit: str


_TOPICS = (
    _Topic("participation", "insured_persons", "persons", is_flow=False, rate="", rate_unit=""),
    _Topic(
        "collection", "contributions_received", "yuan", is_flow=True, rate="collection_rate", rate_unit="%"
    ),
    _Topic("benefits", "benefits_paid", "yuan", is_flow=True, rate="average_benefit", rate_unit="yuan"),
)


def analyse(content: Content, *, language: str) -> Analysis | None:
    """Return the analysis of the quarter that ends with a month; None for other months.

    Source: the months up to it (``content.history``); names from the forms' cells.
    Units:  persons and yuan; changes in per cent of the base, contributions in percentage points of it.
    """
    cells = [cell for cell in content.cells if cell.form == "R1"]
    if content.month[5:] not in QUARTER_ENDS or not cells:
        return None
    names = names_of(cells, language)
    top, *counties = names
    series = Series(content.history)
    writer = Writer(language, names[top])
    year, quarter = content.month[:4], int(content.month[5:]) // _QUARTER
    section_writer = _SectionWriter(series, content.month, top, tuple(counties), names, writer)
    sections = [section_writer.section(topic) for topic in _TOPICS]
    sentences, charts = composition(series, month=content.month, division=top, writer=writer)
    sections.append(Section(writer.words.topics["composition"], sentences, charts))
    return Analysis(
        title=writer.words.title,
        period=writer.words.period.format(year=year, quarter=quarter),
        area=names[top],
        month=content.month,
        texts=TEXTS[language],
        not_usable=content.not_usable,
        sections=tuple(sections),
    )


@dataclass(frozen=True)
class _SectionWriter:
    """Writes the sentences, tables and charts of each topic."""

    series: Series
    month: str
    top: str
    counties: tuple[str, ...]
    names: Mapping[str, str]
    writer: Writer

    def section(self, topic: _Topic) -> Section:
        changes = {back: self._change(topic, self.top, back) for back in (_QUARTER, _YEAR)}
        # Counties are compared over a year; over a quarter where the year before is not built.
        back = _QUARTER if changes[_YEAR].amount is None else _YEAR
        parts = contributions(
            changes[back], {county: self._change(topic, county, back) for county in self.counties}
        )
        course = {
            past: self.series.value(topic.indicator, month=past, division=self.top)
            for past in last_months(self.month, TREND_MONTHS)
        }
        sentences = [self.writer.level(topic.indicator, self._when(topic), changes[_YEAR].now, topic.unit)]
        if topic.is_flow and is_sum_of_months(
            self.series, topic.indicator, month=self.month, division=self.top
        ):
            sentences.append(self.writer.words.sum_of_months)
        for months_back, change in changes.items():
            sentences += self._against(topic, change, months_back)
            if months_back == back:
                sentences += self.writer.leader(leaders(change, parts), self.names, topic.unit)
        sentences += self.writer.course(topic.indicator, course, topic.unit)
        if topic.rate:
            sentences += self._rate(topic)
        charts = [self._trend(topic, course), self._contributions(topic, changes[back], parts, back)]
        if topic.rate:
            charts.append(self._rates(topic))
        return Section(
            self.writer.words.topics[topic.name], tuple(sentences), tuple(chart for chart in charts if chart)
        )

    def _when(self, topic: _Topic, back: int = 0) -> str:
        return self.writer.when(add_months(self.month, -back), is_quarter=topic.is_flow)

    def _change(self, topic: _Topic, division: str, back: int) -> PeriodChange:
        change = quarter_change if topic.is_flow else stock_change
        return change(self.series, topic.indicator, month=self.month, back=back, division=division)

    def _against(self, topic: _Topic, change: PeriodChange, back: int) -> list[str]:
        """Compare with the quarter or the year before; no sentence where the figure itself is missing."""
        if change.now is None:
            return []
        words = self.writer.words
        when = self._when(topic, back)
        base = (words.year_before if back == _YEAR else words.quarter_before).format(when=when)
        return [self.writer.change(change, base, when, topic.unit, is_quarter=topic.is_flow)]

    def _rate(self, topic: _Topic) -> list[str]:
        change = stock_change(self.series, topic.rate, month=self.month, back=_YEAR, division=self.top)
        if change.now is None:
            return []
        now, before = (self.writer.in_month(month) for month in (self.month, add_months(self.month, -_YEAR)))
        base = self.writer.words.year_before.format(when=before)
        return [
            self.writer.level(topic.rate, now, change.now, topic.rate_unit),
            self.writer.change(change, base, before, topic.rate_unit),
            *self.writer.compared(topic.rate, self._county_rates(topic), self.names, topic.rate_unit),
        ]

    def _county_rates(self, topic: _Topic) -> dict[str, Decimal]:
        rates = {
            county: self.series.value(topic.rate, month=self.month, division=county)
            for county in self.counties
        }
        return {county: rate for county, rate in rates.items() if rate is not None}

    def _trend(self, topic: _Topic, course: Mapping[str, Decimal | None]) -> Chart | None:
        months = since_first(tuple(course), tuple(course.values()))
        if len(months) <= 1:
            return None
        course = {past: course[past] for past in months}
        charts = CHART_TEXTS[self.writer.language]
        divisor, axis = scale(list(course.values()), topic.unit, charts)
        name = self.writer.words.names[topic.indicator]
        title = charts.trend_title(area=self.names[self.top], what=name, months=months)
        curve = Curve(
            name, tuple(None if value is None else float(value / divisor) for value in course.values())
        )
        rows = tuple(
            (past, charts.not_built if value is None else figure(value, topic.unit))
            for past, value in course.items()
        )
        return Chart(
            title,
            over_time(
                [curve], times=list(course), axis=axis, summary=title, step=step_of(topic.unit), width=NARROW
            ),
            (charts.month, f"{name} ({charts.units[topic.unit]})"),
            rows,
        )

    def _rates(self, topic: _Topic) -> Chart | None:
        rates = self._county_rates(topic)
        if not rates:
            return None
        charts = CHART_TEXTS[self.writer.language]
        name, unit = self.writer.words.names[topic.rate], charts.units[topic.rate_unit]
        title = charts.counties.format(what=name)
        bars = [
            (self.names[county], float(rate), figure(rate, topic.rate_unit))
            for county, rate in sorted(rates.items(), key=lambda item: (-item[1], item[0]))
        ]
        rows = tuple((county, text) for county, _, text in bars)
        return Chart(
            title,
            ranked(bars, axis=unit, summary=title, width=NARROW),
            (TEXTS[self.writer.language].division, f"{name} ({unit})"),
            rows,
        )

    def _contributions(
        self, topic: _Topic, whole: PeriodChange, parts: Sequence[Contribution], back: int
    ) -> Chart | None:
        """Return the contributions of the counties to the change, as bars and as a table."""
        if not parts or whole.now is None or whole.base is None:
            return None
        words, unit = self.writer.words, CHART_TEXTS[self.writer.language].units[topic.unit]
        title = words.change_table.format(what=words.names[topic.indicator], unit=unit)
        bars = [
            (self.names[part.division], float(part.points or 0), _signed(part.points, "%")) for part in parts
        ]
        rest = PeriodChange(
            whole.now - sum(part.now for part in parts), whole.base - sum(part.base for part in parts)
        )
        rows = [self._row(self.names[part.division], part.change, part.points, topic) for part in parts]
        if rest.now or rest.base:
            rows.append(self._row(words.several, rest, _points_of(rest, whole.base), topic))
        rows.append(self._row(words.whole, whole, whole.percent, topic))
        now, base = self._when(topic), self._when(topic, back)
        headings = tuple(text.format(now=now, base=base) for text in words.change_headings)
        axis = TEXTS[self.writer.language].units["points"]
        return Chart(title, ranked(bars, axis=axis, summary=title), headings, tuple(rows))

    @staticmethod
    def _row(name: str, change: PeriodChange, points: Decimal | None, topic: _Topic) -> tuple[str, ...]:
        return (
            name,
            figure(change.now, topic.unit),
            figure(change.base, topic.unit),
            _signed(change.amount, topic.unit),
            _signed(change.percent, "%"),
            _signed(points, "%"),
        )


def _points_of(change: PeriodChange, base: Decimal) -> Decimal | None:
    return None if change.amount is None else per_cent(change.amount, base)


def _signed(value: Decimal | None, unit: str) -> str:
    return NOTHING if value is None else ("+" if value > 0 else "") + figure(value, unit)

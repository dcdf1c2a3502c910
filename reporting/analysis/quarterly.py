"""The quarterly analysis (专题分析): how participation, collection and benefits changed, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundwatch.months import add_months
from reporting.analysis.comparison import (
    Change,
    Contribution,
    contributions,
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
from reporting.snapshot.history import QUARTER_ENDS, TREND_MONTHS, Series, last_months
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

    Source: the months up to it as they are built (``content.history``); names from the forms' cells.
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
    reader = _Reader(series, content.month, top, tuple(counties), names, writer)
    sections = [reader.section(topic) for topic in _TOPICS]
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
class _Reader:
    """Puts one topic after the other into words, tables and charts."""

    series: Series
    month: str
    top: str
    counties: tuple[str, ...]
    names: Mapping[str, str]
    writer: Writer

    def section(self, topic: _Topic) -> Section:
        changes = {back: self._change(topic, self.top, back) for back in (_QUARTER, _YEAR)}
        # Counties are compared over the year; over the quarter where the year before is not built.
        back = _QUARTER if changes[_YEAR].amount is None else _YEAR
        parts = contributions(changes[back], {one: self._change(topic, one, back) for one in self.counties})
        course = {
            past: self.series.value(topic.indicator, month=past, division=self.top)
            for past in last_months(self.month, TREND_MONTHS)
        }
        said = [self.writer.level(topic.indicator, self._when(topic), changes[_YEAR].now, topic.unit)]
        for one, change in changes.items():
            said += self._against(topic, change, one)
            if one == back:
                said += self.writer.leader(leaders(change, parts), self.names, topic.unit)
        said += self.writer.course(topic.indicator, course, topic.unit)
        if topic.rate:
            said += self._rate(topic)
        charts = [self._trend(topic, course), self._contributions(topic, changes[back], parts, back)]
        if topic.rate:
            charts.append(self._rates(topic))
        return Section(
            self.writer.words.topics[topic.name], tuple(said), tuple(chart for chart in charts if chart)
        )

    def _when(self, topic: _Topic, back: int = 0) -> str:
        return self.writer.when(add_months(self.month, -back), is_quarter=topic.is_flow)

    def _change(self, topic: _Topic, division: str, back: int) -> Change:
        compare = quarter_change if topic.is_flow else stock_change
        return compare(self.series, topic.indicator, month=self.month, back=back, division=division)

    def _against(self, topic: _Topic, change: Change, back: int) -> list[str]:
        """Compare with the quarter or the year before; say nothing of what is not there itself."""
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
        now, before = (self.writer.in_month(m) for m in (self.month, add_months(self.month, -_YEAR)))
        base = self.writer.words.year_before.format(when=before)
        return [
            self.writer.level(topic.rate, now, change.now, topic.rate_unit),
            self.writer.change(change, base, before, topic.rate_unit),
            *self.writer.compared(topic.rate, self._county_rates(topic), self.names, topic.rate_unit),
        ]

    def _county_rates(self, topic: _Topic) -> dict[str, Decimal]:
        found = {one: self.series.value(topic.rate, month=self.month, division=one) for one in self.counties}
        return {one: value for one, value in found.items() if value is not None}

    def _trend(self, topic: _Topic, course: Mapping[str, Decimal | None]) -> Chart | None:
        if all(value is None for value in course.values()):
            return None
        charts = CHART_TEXTS[self.writer.language]
        divisor, axis = scale(list(course.values()), topic.unit, charts)
        name = self.writer.words.names[topic.indicator]
        title = charts.trend.format(area=self.names[self.top], what=name)
        curve = Curve(name, tuple(None if v is None else float(v / divisor) for v in course.values()))
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
        found = self._county_rates(topic)
        if not found:
            return None
        charts = CHART_TEXTS[self.writer.language]
        name, unit = self.writer.words.names[topic.rate], charts.units[topic.rate_unit]
        title = charts.counties.format(what=name)
        bars = [
            (self.names[one], float(value), figure(value, topic.rate_unit))
            for one, value in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        ]
        rows = tuple((county, text) for county, _, text in bars)
        return Chart(
            title,
            ranked(bars, axis=unit, summary=title, width=NARROW),
            (TEXTS[self.writer.language].division, f"{name} ({unit})"),
            rows,
        )

    def _contributions(
        self, topic: _Topic, whole: Change, parts: Sequence[Contribution], back: int
    ) -> Chart | None:
        """Return who contributed what to the change, as bars and as a table."""
        if not parts:
            return None
        words, unit = self.writer.words, CHART_TEXTS[self.writer.language].units[topic.unit]
        title = words.change_table.format(what=words.names[topic.indicator], unit=unit)
        bars = [(self.names[one.division], float(one.points or 0), _signed(one.points, "%")) for one in parts]
        rest = Change(
            whole.now - sum(one.change.now for one in parts),
            whole.base - sum(one.change.base for one in parts),
        )
        rows = [self._row(self.names[one.division], one.change, one.points, topic) for one in parts]
        if rest.now or rest.base:
            rows.append(self._row(words.several, rest, per_cent(rest.amount, whole.base), topic))
        rows.append(self._row(words.whole, whole, whole.percent, topic))
        now, base = self._when(topic), self._when(topic, back)
        headings = tuple(text.format(now=now, base=base) for text in words.change_headings)
        axis = TEXTS[self.writer.language].units["points"]
        return Chart(title, ranked(bars, axis=axis, summary=title), headings, tuple(rows))

    @staticmethod
    def _row(name: str, change: Change, points: Decimal | None, topic: _Topic) -> tuple[str, ...]:
        return (
            name,
            figure(change.now, topic.unit),
            figure(change.base, topic.unit),
            _signed(change.amount, topic.unit),
            _signed(change.percent, "%"),
            _signed(points, "%"),
        )


def _signed(value: Decimal | None, unit: str) -> str:
    return NOTHING if value is None else ("+" if value > 0 else "") + figure(value, unit)

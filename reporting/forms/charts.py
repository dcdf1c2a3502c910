"""The charts of a form, each with its table: the city's last months, and a comparison of the counties.

A trend reaches back twelve months, to the first of them that was built; one month alone is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reporting.cell_labels import labels_of, names_of
from reporting.drawing.axes import scale, step_of
from reporting.drawing.chart_texts import CHART_TEXTS, ChartTexts
from reporting.drawing.charts import Chart, Curve, over_time, ranked
from reporting.formatting import NOTHING, figure, written
from reporting.snapshot.content import Cell
from reporting.snapshot.history import TREND_MONTHS, Series, last_months, since_first
from reporting.texts import TEXTS

# Form -> indicators of the trend, indicator that compares the counties.
_SHOWN: dict[str, tuple[tuple[str, ...], str]] = {
    "R1": (("insured_persons",), "insured_persons"),
    "R2": (("contributions_due", "contributions_received"), "collection_rate"),
    "R3": (("benefits_paid",), "average_benefit"),
}
_WITHOUT_CHARTS = "B1"
_COMPLETION, _ACTUAL_RATE = 3, 5


@dataclass(frozen=True)
class _Trend:
    """One indicator over the months of a trend."""

    label: str
    unit: str
    values: tuple[Decimal | None, ...]


def charts_of(
    code: str, cells: Sequence[Cell], series: Series, *, month: str, language: str
) -> tuple[Chart, ...]:
    """Return the charts of one form; of targets, those of the target that most divisions have.

    Contribution bases, which are no statistics, have none.
    """
    if code == _WITHOUT_CHARTS:
        return ()
    names = names_of(cells, language)
    top = next(iter(names))
    if code == "R4":
        scheme, indicator = _most_common_target(cells)
        places = {cell.place[0] for cell in cells if (cell.scheme, cell.indicator) == (scheme, indicator)}
        columns = (_COMPLETION, _ACTUAL_RATE)
        compared = [cell for cell in cells if cell.place[0] in places and cell.place[1] in columns]
        indicators: tuple[str, ...] = (indicator,)
    else:
        scheme = "ALL"
        indicators, of_counties = _SHOWN[code]
        key = ("ALL", of_counties, "")
        compared = [cell for cell in cells if (cell.scheme, cell.indicator, cell.breakdown) == key]
    labels, units = _labels(code, cells, language)
    trends = [
        _Trend(
            labels.get(indicator, indicator),
            units.get(indicator, ""),
            tuple(
                series.value(indicator, month=past, division=top, scheme=scheme)
                for past in last_months(month, TREND_MONTHS)
            ),
        )
        for indicator in indicators
    ]
    charts = (
        _over_months(trends, name=names[top], month=month, words=CHART_TEXTS[language]),
        _by_county([cell for cell in compared if cell.division != top], names, language),
    )
    return tuple(chart for chart in charts if chart)


def _labels(code: str, cells: Sequence[Cell], language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return indicator -> its label, and indicator -> its unit."""
    shown = [cell for cell in cells if cell.indicator]
    at = slice(2, 3) if code == "R4" else slice(-1, None)
    labels = {cell.indicator: " ".join(labels_of(cell, language)[at]) for cell in shown}
    return labels, {cell.indicator: cell.unit for cell in shown}


def _most_common_target(cells: Sequence[Cell]) -> tuple[str, str]:
    """Return scheme and indicator of the target that most divisions have, the first of them."""
    targets = Counter(
        (cell.scheme, cell.indicator) for cell in sorted(cells, key=lambda cell: cell.place) if cell.indicator
    )
    return targets.most_common(1)[0][0] if targets else ("ALL", "")


def _over_months(trends: Sequence[_Trend], *, name: str, month: str, words: ChartTexts) -> Chart | None:
    values = [value for trend in trends for value in trend.values]
    asked = last_months(month, TREND_MONTHS)
    months = since_first(asked, *(trend.values for trend in trends))
    if len(months) <= 1:
        return None
    unit = trends[0].unit
    divisor, axis = scale(values, unit, words)
    title = words.trend_title(area=name, what=words.list_of([trend.label for trend in trends]), months=months)
    unshown = len(asked) - len(months)
    curves = [
        Curve(
            trend.label,
            tuple(None if value is None else float(value / divisor) for value in trend.values[unshown:]),
        )
        for trend in trends
    ]
    rows = tuple(
        (
            past,
            *(
                words.not_built if trend.values[at] is None else figure(trend.values[at], unit)
                for trend in trends
            ),
        )
        for at, past in enumerate(months, unshown)
    )
    headings = (f"{trend.label} ({words.units.get(trend.unit, trend.unit)})" for trend in trends)
    return Chart(
        title=title,
        svg=over_time(curves, times=months, axis=axis, summary=title, step=step_of(unit)),
        headings=(words.month, *headings),
        rows=rows,
    )


def _by_county(compared: Sequence[Cell], names: dict[str, str], language: str) -> Chart | None:
    words, texts = CHART_TEXTS[language], TEXTS[language]
    values = [(cell, cell.value) for cell in compared if cell.value is not None]
    if not values:
        return None
    first = values[0][0]
    label = labels_of(first, language)
    title = words.counties.format(what=words.list_of(label[1:]) if first.form == "R4" else label[-1])
    _, axis = scale([Decimal(1)], first.unit, words)
    bars = [
        (names[cell.division], float(value), written(cell, texts))
        for cell, value in sorted(values, key=lambda item: (-item[1], item[0].division))
    ]
    missing = [(names[cell.division], NOTHING) for cell in compared if cell.value is None]
    return Chart(
        title=title,
        svg=ranked(bars, axis=axis, summary=title),
        headings=(texts.division, f"{label[-1]} ({words.units.get(first.unit, first.unit)})"),
        rows=(*((name, text) for name, _, text in bars), *missing),
    )

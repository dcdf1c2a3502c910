"""The charts of a form, each with its table: twelve months of the city, and the counties side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from reporting.cell_labels import labels_of, names_of
from reporting.drawing.axes import scale, step_of
from reporting.drawing.chart_texts import CHART_TEXTS, ChartTexts
from reporting.drawing.charts import Chart, Curve, over_time, ranked
from reporting.formatting import NOTHING, figure, written
from reporting.snapshot.content import Cell
from reporting.snapshot.history import TREND_MONTHS, Series, last_months
from reporting.texts import TEXTS

# Form -> indicators of the trend, indicator that compares the counties.
_SHOWN = {
    "R1": (("insured_persons",), "insured_persons"),
    "R2": (("contributions_due", "contributions_received"), "collection_rate"),
    "R3": (("benefits_paid",), "average_benefit"),
}
_COMPLETION, _ACTUAL_RATE = 3, 5


def charts_of(
    code: str, cells: Sequence[Cell], series: Series, *, month: str, language: str
) -> tuple[Chart, ...]:
    """Return the charts of one form; of targets, those of the one most divisions have."""
    names = names_of(cells, language)
    top = next(iter(names))
    if code == "R4":
        scheme, indicator = _lead(cells)
        places = {cell.place[0] for cell in cells if (cell.scheme, cell.indicator) == (scheme, indicator)}
        columns = (_COMPLETION, _ACTUAL_RATE)
        compared = [cell for cell in cells if cell.place[0] in places and cell.place[1] in columns]
        shown = (indicator,)
    else:
        scheme = "ALL"
        shown, beside = _SHOWN[code]
        compared = [
            cell for cell in cells if (cell.scheme, cell.indicator, cell.breakdown) == ("ALL", beside, "")
        ]
    heads = {
        cell.indicator: " ".join(
            labels_of(cell, language)[2:3] if code == "R4" else labels_of(cell, language)[-1:]
        )
        for cell in cells
        if cell.indicator
    }
    units = {cell.indicator: cell.unit for cell in cells if cell.indicator}
    months = last_months(month, TREND_MONTHS)
    trend = _trend(
        [(heads.get(one, one), units.get(one, ""), [
            series.value(one, month=past, division=top, scheme=scheme) for past in months
        ]) for one in shown],
        name=names[top], month=month, words=CHART_TEXTS[language],
    )  # fmt: skip
    counties = _counties([cell for cell in compared if cell.division != top], names, language)
    return tuple(chart for chart in (trend, counties) if chart)


def _lead(cells: Sequence[Cell]) -> tuple[str, str]:
    """Return scheme and indicator of the target that most divisions have, the first of them."""
    found = Counter(
        (cell.scheme, cell.indicator) for cell in sorted(cells, key=lambda one: one.place) if cell.indicator
    )
    return found.most_common(1)[0][0] if found else ("ALL", "")


def _trend(
    shown: Sequence[tuple[str, str, Sequence[Decimal | None]]], *, name: str, month: str, words: ChartTexts
) -> Chart | None:
    if all(value is None for _, _, values in shown for value in values):
        return None
    months = last_months(month, TREND_MONTHS)
    unit = shown[0][1]
    divisor, axis = scale([value for _, _, values in shown for value in values], unit, words)
    title = words.trend.format(area=name, what=words.list_of([label for label, _, _ in shown]))
    curves = [
        Curve(label, tuple(None if value is None else float(value / divisor) for value in values))
        for label, _, values in shown
    ]
    rows = tuple(
        (
            past,
            *(words.not_built if values[at] is None else figure(values[at], unit) for _, _, values in shown),
        )
        for at, past in enumerate(months)
    )
    return Chart(
        title=title,
        svg=over_time(curves, times=months, axis=axis, summary=title, step=step_of(unit)),
        headings=(words.month, *(f"{label} ({words.units.get(unit, unit)})" for label, unit, _ in shown)),
        rows=rows,
    )


def _counties(compared: Sequence[Cell], names: dict[str, str], language: str) -> Chart | None:
    words, texts = CHART_TEXTS[language], TEXTS[language]
    valued = [cell for cell in compared if cell.value is not None]
    if not valued:
        return None
    head = labels_of(valued[0], language)
    what = words.list_of(head[1:]) if valued[0].form == "R4" else head[-1]
    unit = valued[0].unit
    bars = [
        (names[cell.division], float(cell.value), written(cell, texts))
        for cell in sorted(valued, key=lambda cell: (-cell.value, cell.division))
    ]
    title = words.counties.format(what=what)
    _, axis = scale([Decimal(1)], unit, words)
    missing = [(names[cell.division], NOTHING) for cell in compared if cell.value is None]
    return Chart(
        title=title,
        svg=ranked(bars, axis=axis, summary=title),
        headings=(texts.division, f"{head[-1]} ({words.units.get(unit, unit)})"),
        rows=(*((name, text) for name, _, text in bars), *missing),
    )

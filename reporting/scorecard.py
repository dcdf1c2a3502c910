"""The scorecard of a month as one self-contained HTML page with a chart, its table, grades and details."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from markupsafe import Markup

from fundwatch.catalogue import TABLES
from reporting.chart import Bars, side_by_side
from reporting.content import Content, Measured
from reporting.forms import NOTHING, Imprint
from reporting.page import template
from reporting.scorecard_texts import MAIN_METRICS, RATES_OF_ERROR, SCORECARD_TEXTS, ScorecardTexts
from reporting.texts import TEXTS, month_in_words

_SMALLEST_SCALE = 0.01
_LEVELS = {"province": 0, "city": 1, "county": 2}


def draw(content: Content, imprint: Imprint, *, language: str) -> bytes:
    """Return the page's bytes, UTF-8; every figure of the chart stands in the table below it."""
    words = SCORECARD_TEXTS[language]
    order = list(words.metrics)
    rows = sorted(
        content.scorecard,
        key=lambda row: (
            _LEVELS.get(row.level, len(_LEVELS)),
            row.division,
            row.table,
            order.index(row.metric) if row.metric in order else len(order),
        ),
    )
    names = {row.division: row.name_zh if language == "zh" else row.name_en for row in rows}
    rates = {
        (division, metric): _rate_over_tables(rows, division=division, metric=metric)
        for division in names
        for metric in MAIN_METRICS
    }
    top = next(iter(names))
    return (
        template("scorecard.html")
        .render(
            words=words,
            texts=TEXTS[language],
            period=month_in_words(content.month, language),
            imprint=imprint,
            names=names,
            rates=rates,
            metrics=MAIN_METRICS,
            chart=Markup(_chart(rates, names, words)),  # noqa: S704 - drawn by us; its texts are escaped by Vega
            tables=sorted({row.table for row in rows}),
            grades={(row.division, row.table): row.grade or NOTHING for row in rows},
            top=top,
            failing=[row for row in rows if row.status == "fail"],
            details=[row for row in rows if row.division == top],
            percent=percent,
            counted=counted,
        )
        .encode()
    )


def percent(rate: Decimal | None) -> str:
    """Return a rate from 0 to 1 as per cent with two decimals, a dash for none."""
    return NOTHING if rate is None else f"{rate * 100:,.2f}%"


def counted(number: Decimal | None) -> str:
    """Return a count with its thousands separated, a dash for none."""
    return NOTHING if number is None else f"{number:,.0f}"


def _rate_over_tables(rows: Iterable[Measured], *, division: str, metric: str) -> Decimal | None:
    """Return a division's rate over all production tables, rows over rows; None when all are empty.

    Fund data are counted in files and stand in the details alone.
    """
    found = [
        row
        for row in rows
        if row.division == division and row.metric == metric and row.denominator and row.table in TABLES
    ]
    whole = sum((row.denominator for row in found), Decimal(0))
    return sum((row.numerator for row in found), Decimal(0)) / whole if whole else None


def _chart(rates: dict[tuple[str, str], Decimal | None], names: dict[str, str], words: ScorecardTexts) -> str:
    charts = []
    for metric in MAIN_METRICS:
        found = {name: rates[division, metric] for division, name in names.items()}
        bars = tuple((name, float(rate), percent(rate)) for name, rate in found.items() if rate is not None)
        charts.append(Bars(title=words.metrics[metric], full=_full(metric, bars), bars=bars))
    return side_by_side(charts, names=list(names.values()), summary=words.chart_summary)


def _full(metric: str, bars: Sequence[tuple[str, float, str]]) -> float:
    """Return the rate at a chart's right edge: the whole, or what shows the largest of small rates."""
    if metric not in RATES_OF_ERROR:
        return 1.0
    return max([_SMALLEST_SCALE, *(length for _, length, _ in bars)])

"""The scorecard of a month as one self-contained HTML page: grades, rates with trends, rules, failing rows.

All content is in the markup: the page can be read, printed and searched without its script, which only
filters, moves the focus within a grade map, and opens the target of a link.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources

from markupsafe import Markup

from fundwatch.labels.quality import RATES_OF_ERROR, Labels
from reporting.drawing.charts import Bars, bars
from reporting.drawing.html import safe, template
from reporting.formatting import NOTHING, counted, percent, signed
from reporting.headline import pass_line, places_beside
from reporting.imprint import Imprint
from reporting.scorecard.texts import GRADES, MAIN_METRICS, SCORECARD_TEXTS
from reporting.scorecard.view import View
from reporting.snapshot.content import Content
from reporting.snapshot.quality import ROWS_PER_RULE
from reporting.texts import TEXTS, month_in_words

_SMALLEST_SCALE = 0.01


def draw(content: Content, imprint: Imprint, *, language: str) -> bytes:
    """Return the page's bytes, UTF-8; the table below the chart has all its figures."""
    words = SCORECARD_TEXTS[language]
    view, labels = View(content, language), Labels(language)
    script = _packaged("scorecard.js")
    return (
        template("scorecard.html")
        .render(
            words=words,
            texts=TEXTS[language],
            period=month_in_words(content.month, language),
            imprint=imprint,
            not_usable=content.not_usable,
            view=view,
            labels=labels,
            grades=GRADES,
            metrics=MAIN_METRICS,
            charts=_charts(view, labels),
            style=_packaged("scorecard.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            percent=percent,
            pass_line=pass_line,
            places_beside=places_beside,
            nothing=NOTHING,
            counted=counted,
            signed=signed,
            cap=ROWS_PER_RULE,
        )
        .encode()
    )


def _packaged(name: str) -> Markup:
    """Return a file of this package, included in the page unescaped."""
    text = resources.files("reporting.drawing").joinpath("templates", name).read_text("utf-8")
    return Markup(text)  # noqa: S704 - a file of this package


def _charts(view: View, labels: Labels) -> list[Markup]:
    """Return a chart for each rate, so that a narrow screen has them one below the other."""
    names = list(view.names.values())
    charts = []
    for metric in MAIN_METRICS:
        rates = {name: view.whole(division, metric).now for division, name in view.names.items()}
        rows = tuple(
            (name, float(rate), percent(rate, view.places[metric]))
            for name, rate in rates.items()
            if rate is not None
        )
        chart = Bars(title=labels.metric(metric), full=_full(metric, rows), bars=rows)
        summary = view.words.chart_summary.format(metric=chart.title)
        charts.append(safe(bars(chart, names=names, summary=summary)))
    return charts


def _full(metric: str, rows: Sequence[tuple[str, float, str]]) -> float:
    """Return the rate at a chart's right edge: 1, or for error rates the largest one shown."""
    if metric not in RATES_OF_ERROR:
        return 1.0
    return max([_SMALLEST_SCALE, *(length for _, length, _ in rows)])

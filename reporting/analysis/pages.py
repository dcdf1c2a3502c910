"""The quarterly analysis as a typeset PDF and as one self-contained HTML page."""

from __future__ import annotations

from reporting.analysis.quarterly import Analysis
from reporting.drawing.html import safe, template
from reporting.drawing.typesetting import chart_data, common_data, typeset
from reporting.imprint import Imprint


def draw_pdf(analysis: Analysis, imprint: Imprint) -> bytes:
    """Return the PDF's bytes: A4 upright, pages numbered, no page break between a chart and its table."""
    texts = analysis.texts
    data = {
        **common_data(texts, imprint),
        "title": analysis.title,
        "period": analysis.period,
        "head": _head(analysis),
        "warning": f"{texts.not_usable}: {', '.join(analysis.not_usable)}" if analysis.not_usable else "",
        "sections": [
            {
                "title": section.title,
                "sentences": section.sentences,
                "charts": [chart_data(chart) for chart in section.charts],
            }
            for section in analysis.sections
        ],
    }
    return typeset("analysis.typ", data, imprint)


def draw_html(analysis: Analysis, imprint: Imprint) -> bytes:
    """Return the page's bytes, UTF-8."""
    return (
        template("analysis.html")
        .render(
            document=analysis,
            head=[*_head(analysis), (analysis.texts.publication, str(imprint.number))],
            texts=analysis.texts,
            imprint=imprint,
            safe=safe,
        )
        .encode()
    )


def _head(analysis: Analysis) -> list[tuple[str, str]]:
    return [(analysis.texts.area, analysis.area), (analysis.texts.period, analysis.period)]

"""Charts as inline SVG, drawn by vl-convert without a browser."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_BAR = "#4a4a4a"  # one dark grey: the figure on each bar says what colour would
_WIDTH = 190
_STEP = 24


@dataclass(frozen=True)
class Bars:
    """One chart: a bar per name, each with its length (0 and more) and the figure written on it."""

    title: str
    full: float
    bars: tuple[tuple[str, float, str], ...]


def side_by_side(charts: Sequence[Bars], *, names: Sequence[str], summary: str) -> str:
    """Return an SVG of horizontal bar charts that share their names, which stand at the left only.

    Units:  lengths are rates from 0 to 1; ``full`` is the rate at the right edge of a chart.
    """
    import vl_convert

    _register_fonts()
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "hconcat": [_chart(chart, names, is_first=chart is charts[0]) for chart in charts],
        "spacing": 18,
        "config": {"font": _FONT, "view": {"stroke": None}, "background": "#ffffff"},
    }
    return _described(vl_convert.vegalite_to_svg(spec), summary)


def _chart(chart: Bars, names: Sequence[str], *, is_first: bool) -> dict:
    labels = {"labelLimit": 200, "ticks": False, "domain": False} if is_first else None
    place = {
        "y": {"field": "name", "type": "nominal", "sort": list(names), "title": None, "axis": labels,
              "scale": {"domain": list(names)}},
        "x": {"field": "length", "type": "quantitative", "title": None,
              "scale": {"domain": [0, chart.full]},
              "axis": {"format": ".2~%", "tickCount": 3, "grid": False}},
    }  # fmt: skip
    # White inside a bar that is long enough, dark beside a short one.
    is_long = f"datum.length > {chart.full / 2}"
    figure = {
        "mark": {"type": "text", "align": {"expr": f"{is_long} ? 'right' : 'left'"},
                 "xOffset": {"expr": f"{is_long} ? -6 : 4"}},
        "encoding": {**place, "text": {"field": "figure"},
                     "color": {"condition": {"test": is_long, "value": "#ffffff"}, "value": "#111111"}},
    }  # fmt: skip
    return {
        "title": {"text": chart.title, "fontSize": 13, "anchor": "start"},
        "width": _WIDTH,
        "height": {"step": _STEP},
        "data": {
            "values": [{"name": name, "length": length, "figure": text} for name, length, text in chart.bars]
        },
        "layer": [
            {"mark": {"type": "bar", "color": _BAR, "height": {"band": 0.7}}, "encoding": place},
            figure,
        ],
    }


@cache
def _register_fonts() -> None:
    """Let vl-convert measure Chinese texts with the font of the wheel ``manimgx-fonts-cjk``."""
    import vl_convert

    package = importlib.util.find_spec("manimgx_fonts_cjk")
    vl_convert.register_font_directory(str(Path(package.origin).parent))


def _described(svg: str, summary: str) -> str:
    """Say to those who cannot see the picture what it is; the table beside it has the figures."""
    label = summary.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{label}" ', svg, count=1)

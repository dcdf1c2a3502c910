"""Charts as inline SVG, drawn without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fundwatch.host import require_address_space
from reporting.drawing import svg_renderer

_FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_BAR = "#4a4a4a"  # one dark grey: the figure on each bar says what colour would
_WIDTH = 190
_WIDE = 760
_TICKS = 3
_HEIGHT = 180
_LEVEL = 6  # months whose names stand level below a narrow chart
# Values that spread less than this part of the highest are drawn on a cut axis.
_LEAST_SPREAD = 0.2
# Marks an axis that does not begin at zero.
BREAK = "≈"
NARROW = 500
_INK = "#111111"
# Share of the width that the figure beside a bar takes.
_FIGURE_SHARE = 0.15
_STEP = 24
_UNDRAWABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A Vega-Lite specification, or a part of one.
Spec = dict[str, object]


@dataclass(frozen=True)
class Bars:
    """A bar chart: name, length (from 0) and figure of each bar; ``full`` is the rate at the right edge."""

    title: str
    full: float
    bars: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True)
class Chart:
    """A chart as SVG with its table: headings, and rows of texts under them."""

    title: str
    svg: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Curve:
    """One line of a trend: its name, and its value at each time, None where it has none."""

    name: str
    values: tuple[float | None, ...]


def bars(chart: Bars, *, names: Sequence[str], summary: str) -> str:
    """Return an SVG of horizontal bars, one per name and in the order of the names.

    Units:  lengths are rates from 0 to 1; ``full`` is the rate at the right edge.
    """
    return _to_svg(_chart(chart, names), summary)


def over_time(
    curves: Sequence[Curve],
    *,
    times: Sequence[str],
    axis: str,
    summary: str,
    step: float = 0.0,
    width: int = _WIDE,
) -> str:
    """Return an SVG of lines over time, distinguished by dashes and marks; a missing value leaves a gap.

    The axis of the values begins at zero; where it would hide every change it is cut, and marked as broken.

    Units:  ``step`` is the least distance of two ticks: 1 where only whole numbers make sense.
    """
    scale, is_cut = _value_scale(curves, step)
    is_level = width >= _WIDE or len(times) <= _LEVEL
    values = [
        {"time": time, "value": value, "name": curve.name}
        for curve in curves
        for time, value in zip(times, curve.values, strict=True)
    ]
    names = [curve.name for curve in curves]
    legend = {"title": None, "orient": "top", "symbolSize": 80} if len(curves) > 1 else None
    encoding = {
        "x": {"field": "time", "type": "ordinal", "sort": list(times), "title": None,
              "scale": {"domain": list(times)},
              "axis": {"labelAngle": 0 if is_level else -45, "labelOverlap": False}},
        "y": {"field": "value", "type": "quantitative", "title": axis,
              "scale": scale,
              "axis": {"format": ",~f", "tickCount": 5, "tickMinStep": step, "titleAngle": 0,
                       "titleAlign": "left", "titleAnchor": "end", "titleY": -16, "titleX": -36}},
        "strokeDash": {"field": "name", "type": "nominal", "sort": names, "legend": None},
        "shape": {"field": "name", "type": "nominal", "sort": names, "legend": legend},
    }  # fmt: skip
    line = {key: encoding[key] for key in ("x", "y", "strokeDash")}
    point = {key: encoding[key] for key in ("x", "y", "shape")}
    spec = {
        "width": width,
        "height": _HEIGHT,
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "line", "color": _BAR, "strokeWidth": 1.6}, "encoding": line},
            {"mark": {"type": "point", "color": _BAR, "filled": True, "size": 46, "opacity": 1},
             "encoding": point},
            *([_break_mark(_HEIGHT)] if is_cut else []),
        ],
    }  # fmt: skip
    return _to_svg(spec, summary)


def _value_scale(curves: Sequence[Curve], step: float) -> tuple[Spec, bool]:
    """Return the scale of the values, and whether it is cut: where they change by little of what they are."""
    values = [value for curve in curves for value in curve.values if value is not None]
    low, high = min(values), max(values)
    if low <= 0 or high - low >= _LEAST_SPREAD * high:
        return {"zero": True, "nice": True}, False
    if high - low >= _TICKS * step and high > low:
        return {"zero": False, "nice": True}, True
    middle, margin = (low + high) / 2, _TICKS * (step or 1.0)
    return {"domain": [max(0.0, round(middle) - margin), round(middle) + margin], "nice": False}, True


def _break_mark(height: int) -> Spec:
    """Return the mark of a cut axis: two waves across it above its foot."""
    at = {"x": 0, "align": "center", "baseline": "middle"}
    return {
        "data": {"values": [{}]},
        "layer": [
            {"mark": {"type": "rect", "x": -5, "x2": 5, "y": height - 21, "y2": height - 11,
                      "color": "#ffffff"}},
            {"mark": {"type": "text", "text": BREAK, "y": height - 16, "fontSize": 17, **at}},
        ],
    }  # fmt: skip


def ranked(bars: Sequence[tuple[str, float, str]], *, axis: str, summary: str, width: int = _WIDE) -> str:
    """Return an SVG of horizontal bars in the given order, each with its figure beside it."""
    place = {
        "y": {"field": "name", "type": "nominal", "sort": [name for name, _, _ in bars], "title": None,
              "axis": {"labelLimit": 240, "ticks": False, "domain": False}},
        "x": {"field": "length", "type": "quantitative", "title": axis,
              "scale": _bar_scale([length for _, length, _ in bars]),
              "axis": {"format": ",~f", "tickCount": 5, "grid": True, "gridColor": "#dddddd"}},
    }  # fmt: skip
    beside = {**place, "text": {"field": "figure"}}
    spec = {
        "width": width - 120,
        "height": {"step": _STEP},
        "data": {"values": [{"name": name, "length": length, "figure": text} for name, length, text in bars]},
        "layer": [
            {"mark": {"type": "bar", "color": "#8c8c8c", "height": {"band": 0.7}}, "encoding": place},
            {"mark": {"type": "text", "align": "left", "xOffset": 4}, "encoding": beside,
             "transform": [{"filter": "datum.length >= 0"}]},
            {"mark": {"type": "text", "align": "right", "xOffset": -4}, "encoding": beside,
             "transform": [{"filter": "datum.length < 0"}]},
        ],
    }  # fmt: skip
    return _to_svg(spec, summary)


def _bar_scale(lengths: Sequence[float]) -> Spec:
    """Return the scale of bars; negative bars get room for their figures beside the names."""
    low, high = min(0.0, *lengths), max(0.0, *lengths)
    return {"domain": [low - (high - low) * _FIGURE_SHARE, high], "nice": True} if low < 0 else {"nice": True}


def pyramid(
    rows: Sequence[tuple[str, float, float]], *, sides: tuple[str, str], axis: str, summary: str
) -> str:
    """Return an SVG of two bar charts back to back, one row per age; one side is dark, the other light."""
    ages = [age for age, _, _ in rows]
    longest = max([1.0, *(max(left, right) for _, left, right in rows)])
    charts = []
    for side, title in enumerate(sides):
        charts.append({
            "title": {"text": title, "fontSize": 13, "anchor": "middle"},
            "width": 160,
            "height": {"step": 15},
            "data": {"values": [{"age": row[0], "count": row[side + 1]} for row in rows]},
            "mark": {"type": "bar", "color": _BAR if side == 0 else "#c4c4c4", "stroke": _BAR,
                     "height": {"band": 0.8}},
            "encoding": {
                "y": {"field": "age", "type": "nominal", "sort": ages[::-1], "title": None,
                      "axis": None if side == 0 else {"ticks": False, "domain": False},
                      "scale": {"domain": ages[::-1]}},
                "x": {"field": "count", "type": "quantitative", "title": axis,
                      "sort": "descending" if side == 0 else "ascending",
                      "scale": {"domain": [0, longest]},
                      "axis": {"format": ",~f", "tickCount": 4, "tickMinStep": 1, "grid": False}},
            },
        })  # fmt: skip
    return _to_svg({"hconcat": charts, "spacing": 6}, summary)


def _to_svg(spec: Spec, summary: str) -> str:
    require_address_space()
    shared = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "padding": {"left": 14, "top": 8, "right": 10, "bottom": 5},
        "config": {
            "font": _FONT, "view": {"stroke": None}, "background": "#ffffff",
            "axis": {
                "labelFontSize": 11, "titleFontSize": 11, "labelFontWeight": 500, "titleFontWeight": 500,
                "labelColor": _INK, "titleColor": _INK,
            },
            "legend": {"labelFontSize": 11, "labelColor": _INK, "labelFontWeight": 500},
            "text": {"fontSize": 11, "color": _INK, "fontWeight": 500},
        },
    }  # fmt: skip
    specification = json.dumps(_drawable(shared | spec), ensure_ascii=False)
    return _labelled(svg_renderer.draw(specification), _drawable(summary))


def _drawable(value: Any) -> Any:
    """Return a specification whose texts hold only what XML may: any other character aborts the process."""
    if isinstance(value, str):
        return _UNDRAWABLE.sub("", value)
    if isinstance(value, dict):
        return {_drawable(key): _drawable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(part) for part in value]
    return value


def _chart(chart: Bars, names: Sequence[str]) -> Spec:
    labels = {"labelLimit": 200, "ticks": False, "domain": False}
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


def _labelled(svg: str, summary: str) -> str:
    """Add an accessible name; the table beside the chart has the figures."""
    label = summary.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{label}" ', svg, count=1)

"""Charts are drawn whatever characters their texts hold."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from fundwatch.errors import ServiceFailed
from reporting.drawing import svg_renderer
from reporting.drawing.charts import Bars, bars

_BAR = json.dumps({"mark": "bar", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a"}}})


def test_chart_is_drawn_without_the_characters_that_xml_has_not():
    name = "大\x01庆\x1b\ufffe\ud83d<市>&"
    svg = bars(Bars(name, 1.0, ((name, 0.5, "50%\x00"),)), names=[name], summary=name)
    assert "大庆&lt;市&gt;&amp;" in svg
    assert not {"\x00", "\x01", "\x1b", "\ufffe", "\ud83d"} & set(svg)


def test_abort_of_the_renderer_is_an_error_and_the_next_chart_is_drawn():
    drawn = svg_renderer.draw(_BAR)
    svg_renderer._RENDERERS[os.getpid()]._process.send_signal(signal.SIGABRT)
    with pytest.raises(ServiceFailed, match=r"renderer ended with -6"):
        svg_renderer.draw(_BAR)
    assert svg_renderer.draw(_BAR) == drawn


def test_character_that_aborts_the_renderer_aborts_it_alone():
    with pytest.raises(ServiceFailed):
        svg_renderer.draw(json.dumps({"title": "\x01", "mark": "bar", "data": {"values": [{}]}}))
    assert svg_renderer.draw(_BAR).startswith("<svg")


def test_specification_that_is_none_is_an_error():
    with pytest.raises(ServiceFailed, match="could not be drawn"):
        svg_renderer.draw('{"mark": 1}')


def test_charts_asked_for_side_by_side_are_each_ones_own():
    specifications = [
        json.dumps({"title": f"chart {number}", "mark": "bar", "data": {"values": [{}]}})
        for number in range(40)
    ]
    with ThreadPoolExecutor(4) as pool:
        charts = list(pool.map(svg_renderer.draw, specifications))
    assert [f"chart {number}<" in chart for number, chart in enumerate(charts)] == [True] * 40

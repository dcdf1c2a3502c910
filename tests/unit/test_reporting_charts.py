"""Charts are drawn whatever characters their texts hold."""

from __future__ import annotations

from reporting.drawing.charts import Bars, bars


def test_chart_is_drawn_without_the_characters_that_xml_has_not():
    name = "大\x01庆\x1b\ufffe\ud83d<市>&"
    svg = bars(Bars(name, 1.0, ((name, 0.5, "50%\x00"),)), names=[name], summary=name)
    assert "大庆&lt;市&gt;&amp;" in svg
    assert not {"\x00", "\x01", "\x1b", "\ufffe", "\ud83d"} & set(svg)

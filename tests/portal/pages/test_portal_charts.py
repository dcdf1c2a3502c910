"""Trends as SVG: what is drawn of months with and without a rate, and that nothing in it can carry script."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.charts import trend


def _drawn(*rates: str | None, target: str | None = None, label: str = "") -> str:
    values = [None if rate is None else Decimal(rate) for rate in rates]
    return str(trend(values, target=None if target is None else Decimal(target), label=label))


def test_trend_breaks_at_a_month_without_a_rate() -> None:
    path = re.search(r'trend__line" d="([^"]*)"', _drawn("0.9", "0.8", None, "0.7"))
    assert path is not None
    assert path[1].count("M") == 2
    assert path[1].count("L") == 1


def test_trend_has_no_dot_when_the_last_month_has_no_rate() -> None:
    assert "circle" in _drawn("0.9", "0.8")
    assert "circle" not in _drawn("0.9", None)


def test_trend_draws_a_higher_rate_higher() -> None:
    heights = re.findall(r"[ML][0-9.]+ ([0-9.]+)", _drawn("0.2", "0.9"))
    assert float(heights[1]) < float(heights[0])


def test_trend_keeps_a_target_outside_the_rates_within_the_drawing() -> None:
    drawn = _drawn("0.91", "0.92", target="1")
    (height,) = re.findall(r'trend__target" d="M6 ([0-9.]+)H', drawn)
    assert 0 <= float(height) <= 64
    assert all(0 <= float(y) <= 64 for y in re.findall(r"[ML][0-9.]+ ([0-9.]+)", drawn))


def test_trend_without_any_rate_draws_nothing_but_its_name() -> None:
    drawn = _drawn(None, None, target="0.9", label="入库率")
    assert 'aria-label="入库率"' in drawn
    assert "trend__target" not in drawn
    assert "circle" not in drawn


def test_trend_escapes_its_label_and_has_no_style() -> None:
    drawn = _drawn("0.5", label='"><script>x</script>')
    assert "<script" not in drawn
    assert "style=" not in drawn

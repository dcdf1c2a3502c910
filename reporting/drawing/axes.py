"""The value axis of a chart: its unit, and the least distance of its ticks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reporting.drawing.chart_texts import ChartTexts

_TEN_THOUSAND = 10_000


def scale(values: Sequence[Decimal | None], unit: str, words: ChartTexts) -> tuple[int, str]:
    """Return the divisor of the values on an axis, and the axis's unit: large sums in ten thousands."""
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    if unit == "yuan" and largest >= 10 * _TEN_THOUSAND:
        return _TEN_THOUSAND, words.units["10 000 yuan"]
    return 1, words.units.get(unit, unit)


def step_of(unit: str) -> float:
    """Return the least distance of two ticks on an axis: 1 for persons, 0 for any."""
    return 1.0 if unit == "persons" else 0.0

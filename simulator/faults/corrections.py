"""When a county office corrects an error: most in the last two months, in some counties fewer."""

from __future__ import annotations

import numpy as np

from simulator import clock, parameters
from simulator.history import History, Scalar
from simulator.span import Span

_CORRECTING_MONTHS = 2
_DAY = 22


def correction_month(rng: np.random.Generator, span: Span, *, county: int, since: int) -> int:
    """Return the month index in which an error that came in month ``since`` is right; the end, when never."""
    first = max(span.count - _CORRECTING_MONTHS, since + 1)
    is_corrected = rng.random() < parameters.COUNTY_CORRECTED_SHARES[county]
    return int(rng.integers(first, span.count)) if is_corrected and first < span.count else span.count


def correct(history: History, span: Span, index: int, row: int, column: str, right: Scalar) -> None:
    """Write the right value back in a month; nothing, after the range."""
    if index < span.count:
        value = right.item() if isinstance(right, np.generic) else right
        cells: dict[str, Scalar] = {column: value, "AAE036": str(clock.day_in(span.first + index, _DAY))}
        history.update(index, [row], **cells)


def last_month(span: Span, index: int) -> str | None:
    """Return the last month in which an error stands that is right from a month index on."""
    return span.months[index - 1] if index < span.count else None

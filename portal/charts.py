"""Charts as SVG with classes alone: no style, no script, colours and widths are the page's."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

# In units of the drawing, which the page scales.
_WIDTH, _HEIGHT, _MARGIN = 240, 64, 6
# A smaller spread than a point is drawn as small as it is.
_LEAST_SPREAD = Decimal("0.01")


def trend(rates: Sequence[Decimal | None], *, target: Decimal | None, label: str) -> Markup:
    """Return a rate over months from left to right, a dot at the last, and its target as a dashed line.

    ``rates``: 0 to 1, None for a month without one, which breaks the line. ``label`` is the accessible name.
    """
    points = _points(rates, target)
    marks = [Markup('<path class="trend__line" d="{}"/>').format("".join(_path(points)))]
    if target is not None and points:
        y = _short(_y(target, *_bounds(rates, target)))
        marks.insert(
            0,
            Markup('<path class="trend__target" d="M{} {}H{}"/>').format(_MARGIN, y, _WIDTH - _MARGIN),
        )
    if points and points[-1][0] == len(rates) - 1:
        marks.append(
            Markup('<circle class="trend__now" cx="{}" cy="{}" r="4"/>').format(points[-1][1], points[-1][2])
        )
    return Markup('<svg class="trend" role="img" aria-label="{}" viewBox="0 0 {} {}">{}</svg>').format(
        label, _WIDTH, _HEIGHT, Markup("").join(marks)
    )


def _points(rates: Sequence[Decimal | None], target: Decimal | None) -> list[tuple[int, str, str]]:
    """Return index, x and y of every rate; a higher rate has a smaller y."""
    if all(rate is None for rate in rates):
        return []
    bounds = _bounds(rates, target)
    steps = max(len(rates) - 1, 1)
    return [
        (
            place,
            _short(_MARGIN + Decimal(place * (_WIDTH - 2 * _MARGIN)) / steps),
            _short(_y(rate, *bounds)),
        )
        for place, rate in enumerate(rates)
        if rate is not None
    ]


def _bounds(rates: Sequence[Decimal | None], target: Decimal | None) -> tuple[Decimal, Decimal]:
    values = [rate for rate in (*rates, target) if rate is not None]
    return min(values), max(values)


def _y(rate: Decimal, low: Decimal, high: Decimal) -> Decimal:
    spread, middle = max(high - low, _LEAST_SPREAD), (low + high) / 2
    return _HEIGHT / Decimal(2) - (rate - middle) / spread * (_HEIGHT - 2 * _MARGIN)


def _path(points: Sequence[tuple[int, str, str]]) -> list[str]:
    """Return the parts of a path; a month without a rate breaks the line, a single rate is a dot."""
    path: list[str] = []
    before: int | None = None
    for place, x, y in points:
        path.append(f"L{x} {y}" if before is not None and before == place - 1 else f"M{x} {y}h0")
        before = place
    return path


def _short(number: Decimal) -> str:
    return f"{number:.1f}".removesuffix(".0")

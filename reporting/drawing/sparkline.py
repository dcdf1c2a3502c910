"""A rate over months as a line of text height: months from left to right, a dot at the current value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

# In pixels, as the page's style has it.
_WIDTH, _HEIGHT, _MARGIN = 84, 18, 3
# A smaller spread than a point is drawn as small as it is.
_LEAST_SPREAD = Decimal("0.01")


def draw(rates: Sequence[Decimal | None], *, label: str) -> Markup:
    """Return an SVG of rates, one per month, None for a month without; ``label`` is its accessible name."""
    points = _points(rates)
    last = points[-1] if points else None
    line = "".join(_path(points))
    dot = f'<circle cx="{last[1]}" cy="{last[2]}" r="2"/>' if last and last[0] == len(rates) - 1 else ""
    return Markup(  # noqa: S704 - our own numbers and an escaped text
        f'<svg role="img" aria-label="{escape(label)}"><path d="{line}"/>{dot}</svg>'
    )


def _points(rates: Sequence[Decimal | None]) -> list[tuple[int, str, str]]:
    """Return index, x and y of every rate; a higher rate has a smaller y."""
    values = [rate for rate in rates if rate is not None]
    if not values:
        return []
    low, high = min(values), max(values)
    spread = max(high - low, _LEAST_SPREAD)
    middle, steps = (low + high) / 2, max(len(rates) - 1, 1)
    return [
        (
            place,
            _short(_MARGIN + Decimal(place * (_WIDTH - 2 * _MARGIN)) / steps),
            _short(_HEIGHT / Decimal(2) - (rate - middle) / spread * (_HEIGHT - 2 * _MARGIN)),
        )
        for place, rate in enumerate(rates)
        if rate is not None
    ]


def _path(points: Sequence[tuple[int, str, str]]) -> list[str]:
    """Return the parts of a path; a month without a rate breaks the line, a single rate is a dot."""
    path: list[str] = []
    before: int | None = None
    for place, x, y in points:
        path.append(f"L{x} {y}" if before == place - 1 and before is not None else f"M{x} {y}h0")
        before = place
    return path


def _short(number: Decimal) -> str:
    return f"{number:.1f}".removesuffix(".0")

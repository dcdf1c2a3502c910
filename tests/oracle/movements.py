"""Who entered and who left the insured persons between two months."""

from __future__ import annotations

from pathlib import Path

from tests.oracle.indicators import Key, Value, schemes_in_use, stock_tallies
from tests.oracle.ledgers import ledgers_of
from tests.oracle.production import City, city_of
from tests.oracle.tally import ALL

Insured = dict[tuple[str, str], frozenset[str]]


def movements(city: City | Path, month: str, *, before: str | None) -> dict[Key, Value]:
    """Compute ``entered`` and ``left`` since the month ``before``; None where that was never built."""
    city = city if isinstance(city, City) else city_of(Path(city))
    earlier = insured(city, before) if before else {}
    later = insured(city, month)
    figures: dict[Key, Value] = {}
    for cell in later:
        was, is_now = earlier.get(cell, frozenset()), later[cell]
        figures[month, *cell, "", "entered"] = len(is_now - was) if before else None
        figures[month, *cell, "", "left"] = len(was - is_now) if before else None
    return figures


def insured(city: City, month: str) -> Insured:
    """Name the workers and retirees of every division and scheme in use."""
    ledgers = ledgers_of(city.batch(month))
    stocks = stock_tallies(ledgers, month)
    return {
        (division, scheme): stocks["insured_workers"].of((division, scheme))
        | stocks["insured_retirees"].of((division, scheme))
        for scheme in (*schemes_in_use(ledgers), ALL)
        for division in city.site.parent
    }

"""The public figures of a month, read without a session and suppressed before anything else is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from threading import Lock
from typing import Any

from portal.database import Pools, acting
from portal.disclosure.figures import ALL, INDICATORS, City, Place
from portal.disclosure.suppression import suppressed_of

_KEPT = 60


@dataclass(frozen=True)
class OpenMonth:
    """A month that is published, and the publication it is of."""

    month: str
    publication: int
    approved_at: datetime


@dataclass(frozen=True)
class OpenFigure:
    """One public figure; ``value`` is None where it is suppressed, and for a rate of nothing."""

    month: str
    division: str
    name_zh: str
    name_en: str
    level: str
    scheme: str
    indicator: str
    value: Decimal | None
    unit: str
    suppressed: bool


@dataclass(frozen=True)
class Disclosure:
    """What the public sees of a month: figures by city and county, scheme and indicator."""

    month: OpenMonth
    figures: tuple[OpenFigure, ...]


class Disclosures:
    """The public figures by publication, kept: what is published does not change."""

    def __init__(self, pools: Pools, *, k: int) -> None:
        """Remember where to read, and from how many persons on a count is shown."""
        self._pools, self._k = pools, k
        self._kept: dict[int, Disclosure] = {}
        self._lock = Lock()

    def months(self) -> list[OpenMonth]:
        """Return the published months, the last first."""
        rows = self._rows("select * from portal.open_months() order by month desc", {})
        return [OpenMonth(row["month"], row["publication"], row["approved_at"]) for row in rows]

    def of(self, month: str) -> Disclosure | None:
        """Return the figures of a month; None where it is not published."""
        open_month = next((candidate for candidate in self.months() if candidate.month == month), None)
        if open_month is None:
            return None
        kept = self._kept.get(open_month.publication)
        if kept is None:
            rows = self._rows("select * from portal.open_figures(%(month)s)", {"month": month})
            if any(row["publication"] != open_month.publication for row in rows):
                return self.of(month)
            kept = disclosed(open_month, rows, k=self._k)
            with self._lock:
                if len(self._kept) >= _KEPT:
                    self._kept.clear()
                self._kept[open_month.publication] = kept
        return kept

    def _rows(self, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        with acting(self._pools, "", request_id="") as connection:
            return connection.execute(query, values).fetchall()


def disclosed(month: OpenMonth, rows: Iterable[Mapping[str, Any]], *, k: int) -> Disclosure:
    """Return the figures of a month with what is suppressed taken out, cities before their counties.

    Shape:  every row once, by city, division, scheme (all of them first) and indicator.
    """
    by_place = {Place(row["division"], row["scheme"], row["indicator"]): row for row in rows}
    hidden = {place for city in _cities(by_place) for place in suppressed_of(city, k=k)}
    figures = [
        OpenFigure(
            month.month, place.division, row["name_zh"] or place.division, row["name_en"] or place.division,
            row["level"], place.scheme, place.indicator, None if place in hidden else row["value"],
            row["unit"], place in hidden,
        )
        for place, row in by_place.items()
    ]  # fmt: skip
    cities = {place.division: _city_of(row) for place, row in by_place.items()}
    figures.sort(
        key=lambda figure: (
            cities[figure.division], figure.level != "city", figure.division, figure.scheme != ALL,
            figure.scheme, INDICATORS.index(figure.indicator),
        )
    )  # fmt: skip
    return Disclosure(month, tuple(figures))


def _city_of(row: Mapping[str, Any]) -> str:
    return str((row["parent"] if row["level"] == "county" else None) or row["division"])


def _cities(rows: Mapping[Place, Mapping[str, Any]]) -> list[City]:
    """Return the cities with their counties; a county without a city of the month is one of its own."""
    members: dict[str, set[str]] = {}
    for place, row in rows.items():
        members.setdefault(_city_of(row), set()).add(place.division)
    return [
        City(
            city,
            tuple(sorted(divisions - {city})),
            {place: row["value"] for place, row in rows.items() if place.division in divisions},
        )
        for city, divisions in members.items()
    ]

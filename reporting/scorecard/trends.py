"""Trends of a scorecard's rates over the months measured before it, and whether each rate improved."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from fundwatch.catalogue import TABLES
from fundwatch.labels.quality import RATES_OF_ERROR
from fundwatch.months import add_months
from reporting.formatting import PLACES, difference
from reporting.snapshot.quality import EarlierRate, ScorecardRow

_Parts = tuple[Decimal | None, Decimal | None]
_Key = tuple[str, str, str]


@dataclass(frozen=True)
class Trend:
    """A rate month by month, the published one last; None in a month without it.

    ``change`` is in percentage points since the month measured before, between the rates as they are written,
    None where either has none;
    ``direction`` is better, worse or same, empty without a change.
    """

    rates: tuple[Decimal | None, ...]
    change: Decimal | None
    direction: str

    @property
    def now(self) -> Decimal | None:
        """The rate of the published month."""
        return self.rates[-1]


class Trends:
    """The trends of a scorecard's rates."""

    def __init__(self, month: str, scorecard: Sequence[ScorecardRow], earlier: Sequence[EarlierRate]) -> None:
        """Take the published month's rates and those of the months before."""
        measured = sorted({row.month for row in earlier})
        self.base = measured[-1] if measured else None
        self.months = _between(measured[0] if measured else month, month)
        self._parts: dict[str, dict[_Key, _Parts]] = {at: {} for at in self.months}
        for past in earlier:
            key = past.division, past.table, past.metric
            self._parts[past.month][key] = past.numerator, past.denominator
        for row in scorecard:
            self._parts[month][row.division, row.table, row.metric] = row.numerator, row.denominator
        counties = {row.division for row in scorecard if row.level == "county"}
        self._whole = {at: _over_tables(parts, counties) for at, parts in self._parts.items()}

    def of(self, division: str, table: str, metric: str, places: int = PLACES) -> Trend:
        """Return the trend of one rate, written to so many decimals."""
        key = (division, table, metric)
        return self._trend(metric, lambda at: _rate(*self._parts[at].get(key, (None, None))), places)

    def over_tables(self, division: str, metric: str, places: int = PLACES) -> Trend:
        """Return the trend of a division's rate over all production tables, rows over rows.

        Fund data, counted in files, and categories, which repeat rows of production tables, are left out.
        Tables whose rows name no county count for the city only.
        """
        key = (division, metric)
        return self._trend(metric, lambda at: _rate(*self._whole[at].get(key, (None, None))), places)

    def _trend(self, metric: str, rate_in: Callable[[str], Decimal | None], places: int) -> Trend:
        rates = tuple(rate_in(at) for at in self.months)
        base = rate_in(self.base) if self.base else None
        if base is None or rates[-1] is None:
            return Trend(rates, None, "")
        change = difference(rates[-1], base, places) or Decimal(0)
        gain = -change if metric in RATES_OF_ERROR else change
        return Trend(rates, change, "better" if gain > 0 else "worse" if gain < 0 else "same")


def _between(first: str, last: str) -> tuple[str, ...]:
    months = [first]
    while months[-1] < last:
        months.append(add_months(months[-1], 1))
    return tuple(months)


def _over_tables(
    parts: dict[_Key, _Parts], counties: Set[str]
) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for (division, table, metric), (numerator, denominator) in parts.items():
        if table not in TABLES or (division in counties and not TABLES[table].is_placed):
            continue
        if numerator is not None and denominator:
            before = sums.get((division, metric), (Decimal(0), Decimal(0)))
            sums[division, metric] = (before[0] + numerator, before[1] + denominator)
    return sums


def _rate(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    return None if numerator is None or not denominator else numerator / denominator

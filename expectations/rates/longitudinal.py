"""Each rate and each row count against the mean of the six months before.

The allowed difference is a threshold of the site, ``change:<metric>`` and ``change:rows``: a rate by points
(0.02 is two per cent of all), a row count in proportion (0.1 is a tenth more). A row for one month alone
(``valid_from`` = ``valid_to``) lets a seasonal month stray further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import psycopg

from expectations.rates.business import RATE_PLACES, Rate
from expectations.rates.thresholds import Rates
from expectations.site_parameters import SiteParameters, number
from fundwatch.months import add_months
from fundwatch.rounding import half_up

MONTHS_BACK = 6
_FEWEST = 3
ROWS = "rows"
# The rate whose denominator is the number of rows of a table.
_OF_ROWS = "duplication_rate"


@dataclass(frozen=True)
class Comparison:
    """A value, the mean of the months before, the difference, and whether it is outside the site's bounds.

    ``mean`` and ``change`` are None, and ``status`` is ``na``, under three months with a value; ``status`` is
    ``na``, too, where the site has no bound.
    """

    division: str
    table: str
    metric: str
    value: Decimal
    months: int
    mean: Decimal | None
    change: Decimal | None
    status: str


def compare(
    rates: Iterable[Rate], *, site: SiteParameters, month: str, earlier: Mapping[str, Rates]
) -> Iterator[Comparison]:
    """Compare every rate that has a value, and every table's rows, with the measured months before."""
    before = [earlier.get(add_months(month, -back), {}) for back in range(1, MONTHS_BACK + 1)]
    for rate in rates:
        key = (rate.division, rate.table, rate.metric)
        parts = [scorecard[key] for scorecard in before if key in scorecard]
        if rate.metric == _OF_ROWS and rate.denominator is not None:
            counts = [rows for _, rows in parts if rows is not None]
            yield _compared(rate, ROWS, rate.denominator, counts, site=site, month=month)
        if rate.numerator is not None and rate.denominator:
            values = [part / whole for part, whole in parts if part is not None and whole]
            value = rate.numerator / rate.denominator
            yield _compared(rate, rate.metric, value, values, site=site, month=month)


def replace_comparisons(
    connection: psycopg.Connection, comparisons: Iterable[Comparison], *, month: str
) -> None:
    """Replace ``quality.longitudinal`` of ``month``; the caller commits."""
    connection.execute("delete from quality.longitudinal where month = %s", (month,))
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.longitudinal values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    month, row.division, row.table, row.metric, _stored(row.value), row.months,
                    _stored(row.mean), _stored(row.change), row.status,
                )
                for row in comparisons
            ],
        )  # fmt: skip


def _compared(
    rate: Rate, metric: str, value: Decimal, before: list[Decimal], *, site: SiteParameters, month: str
) -> Comparison:
    if len(before) < _FEWEST:
        return Comparison(rate.division, rate.table, metric, value, len(before), None, None, "na")
    mean = sum(before, Decimal(0)) / len(before)
    change = value - mean if metric != ROWS else value / mean - 1 if mean else None
    status = _status(change, site=site, division=rate.division, table=rate.table, metric=metric, month=month)
    return Comparison(rate.division, rate.table, metric, value, len(before), mean, change, status)


def _status(
    change: Decimal | None, *, site: SiteParameters, division: str, table: str, metric: str, month: str
) -> str:
    row = site.look_up("thresholds", division=division, month=month, metric=f"change:{metric}", table=table)
    low, high = (number(row["low"]), number(row["high"])) if row else (None, None)
    if change is None or (low is None and high is None):
        return "na"
    strays = (low is not None and change < low) or (high is not None and change > high)
    return "fail" if strays else "pass"


def _stored(value: Decimal | None) -> Decimal | None:
    return None if value is None else half_up(value, RATE_PLACES)
